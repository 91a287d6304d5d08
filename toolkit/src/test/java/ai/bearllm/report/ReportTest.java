package ai.bearllm.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.bearllm.bench.BenchBuilder;
import ai.bearllm.bench.BenchResult;
import ai.bearllm.bench.FakeSessions;
import ai.bearllm.chart.Chart;
import ai.bearllm.machine.Machine;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.progress.ProgressListener;
import ai.bearllm.table.HostileText;
import ai.bearllm.table.ParsedHtml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T10:15:00Z"), ZoneOffset.UTC);

    private static BenchResult result;

    @TempDir
    Path folder;

    @BeforeAll
    static void measure() {
        result = BenchBuilder.of(new FakeSessions(), () -> ProgressListener.NONE, Machine::here)
                .models("fast-200", "slow-100")
                .prompt(32)
                .generate(8)
                .samples(8)
                .threads(2)
                .run();
    }

    private static ReportBuilder report(String title) {
        return ReportBuilder.titled(title, CLOCK);
    }

    @Test
    void thePageHasWhatIsNeededToJudgeAndToRepeat() {
        ParsedHtml page = ParsedHtml.of(report("My laptop").add(result).html());
        assertThat(page.texts("h1")).containsExactly("My laptop");
        assertThat(page.texts("h2")).containsExactly("Benchmark: 32 tokens in, 8 out, 8 rounds");
        assertThat(page.texts("h3"))
                .containsExactly(
                        "Charts", "Comparison", "How it was measured", "Models and engines", "Environment", "Samples");
        String text = String.join("\n", page.texts("body"));
        assertThat(text)
                .contains("23 November 2026, 10:15 UTC")
                .contains("ab".repeat(32))
                .contains("fake <1> & build")
                .contains("parameter threads")
                .contains("processor")
                .contains("signed-rank interval")
                .contains("bootstrap interval")
                .contains(
                        ".models(\"fast-200\", \"slow-100\").prompt(32).generate(8).samples(8).threads(2).seed(1L).run()");
        assertThat(page.texts("li").get(1)).contains("fast-200").endsWith("faster.");
        assertThat(page.elements("figure")).hasSize(3);
    }

    @Test
    void thePageNeedsNothingElseAndRunsNothing() {
        String html = report("My laptop").add(result).html();
        ParsedHtml page = ParsedHtml.of(html);
        assertThat(page.elements("script")).hasSize(1);
        assertThat(page.elements("script").get(0).getAttribute("type")).isEqualTo("application/json");
        assertThat(page.elements("img")).allMatch(img -> img.getAttribute("src").startsWith("data:image/svg+xml;"));
        assertThat(page.elements("link")).isEmpty();
        assertThat(page.elements("a")).allMatch(a -> a.getAttribute("href").startsWith("#"));
        assertThat(html).doesNotContain("http://").doesNotContain("https://").contains("default-src 'none'");
    }

    @Test
    void headingsFollowEachOtherAndIdsAreUnique() {
        ParsedHtml page = ParsedHtml.of(report("t")
                .add(result)
                .add(result.chart())
                .add(result.compare())
                .note("n")
                .html());
        List<String> levels =
                page.names().stream().filter(name -> name.matches("h[1-6]")).toList();
        assertThat(levels.get(0)).isEqualTo("h1");
        for (int i = 1; i < levels.size(); i++) {
            assertThat(levels.get(i).charAt(1) - levels.get(i - 1).charAt(1)).isLessThanOrEqualTo(1);
        }
        List<String> ids = page.elements("*").stream()
                .map(element -> element.getAttribute("id"))
                .filter(id -> !id.isEmpty())
                .toList();
        assertThat(ids).doesNotHaveDuplicates().contains("part-1", "part-2", "part-3", "bear-report");
        assertThat(page.elements("a"))
                .extracting(a -> a.getAttribute("href").substring(1))
                .isSubsetOf(ids)
                .hasSize(3);
        assertThat(page.elements("section"))
                .extracting(section -> section.getAttribute("aria-labelledby"))
                .isSubsetOf(ids);
        assertThat(page.elements("table"))
                .allSatisfy(table -> assertThat(
                                table.getElementsByTagName("caption").getLength())
                        .isEqualTo(1));
    }

    @Test
    void theJsonHoldsEverySampleAndGivesTheSameResultAgain() throws Exception {
        String html = report("My laptop")
                .add(result)
                .note("Warm day.")
                .add(result.chart())
                .html();
        String json = ParsedHtml.of(html).texts("script").get(0);
        ReportDocument document = ReportJson.read(json);
        assertThat(document.format()).isEqualTo("bear-report");
        assertThat(document.version()).isEqualTo(1);
        assertThat(document.notes()).containsExactly("Warm day.");
        assertThat(document.tables()).hasSize(1);
        BenchResult again = document.benchmarks().get(0).result();
        assertThat(again).isEqualTo(result);
        assertThat(again.compare()).isEqualTo(result.compare());
        assertThat(document.benchmarks().get(0).estimates()).hasSize(6);
        assertThat(document.benchmarks().get(0).samples()).hasSize(18);
    }

    @Test
    void hostileTextStaysTextInThePageAndInItsJson() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        List<String> harmless = names("x");
        for (int i = 0; i < 100; i++) {
            String text = "." + HostileText.next(random);
            assertThat(names(text)).as("seed " + seed).isEqualTo(harmless);
            String html = hostile(text).html();
            int start = html.indexOf("id=\"bear-report\">") + "id=\"bear-report\">".length();
            String json = html.substring(start, html.indexOf("</script>", start));
            assertThat(json).as("seed " + seed).doesNotContain("<", ">", "&");
            ReportDocument document = ReportJson.read(json);
            assertThat(document.notes()).as("seed " + seed).containsExactly(text);
        }
    }

    private static List<String> names(String text) {
        return ParsedHtml.of(hostile(text).html()).names();
    }

    private static ReportBuilder hostile(String text) {
        return report(text).note(text).add((Shown)
                () -> Sheet.of(text).columns(text).row(text).note(text).build());
    }

    @Test
    void savingReplacesWhatWasThereAndLeavesNothingElse() throws Exception {
        Path file = folder.resolve("report.html");
        Files.writeString(file, "old");
        SavedReport saved = report("My laptop").add(result).save(file.toString());
        assertThat(saved.path()).isEqualTo(file.toAbsolutePath());
        assertThat(saved.size().bytes()).isEqualTo(Files.size(file));
        assertThat(Files.readString(file)).startsWith("<!DOCTYPE html>").endsWith("</html>\n");
        assertThat(saved.toString()).hasSizeLessThanOrEqualTo(80).startsWith("report of ");
        assertThat(saved.sheet().text()).contains("any browser");
        assertThat(list()).containsExactly("report.html");
    }

    @Test
    void aLinkKeepsPointingToTheReport() throws Exception {
        Path real = Files.writeString(folder.resolve("real.html"), "old");
        Path link = folder.resolve("link.html");
        Files.createSymbolicLink(link, real);
        report("t").save(link);
        assertThat(link).isSymbolicLink();
        assertThat(Files.readString(real)).startsWith("<!DOCTYPE html>");
    }

    @Test
    void whatCannotBeWrittenIsSaidAndNothingIsLeft() throws Exception {
        ReportBuilder report = report("t");
        assertThatExceptionOfType(BearException.class)
                .isThrownBy(() -> report.save(folder.resolve("missing/report.html")))
                .withMessageContaining("does not exist");
        assertThatExceptionOfType(BearException.class)
                .isThrownBy(() -> report.save(folder))
                .withMessageContaining("is a folder");
        assertThatExceptionOfType(BearException.class)
                .isThrownBy(() -> report.save("a\u0000b"))
                .withMessageContaining("no path");
        Path file = Files.writeString(folder.resolve("plain"), "old");
        assertThatExceptionOfType(BearException.class).isThrownBy(() -> report.save(file.resolve("report.html")));
        assertThat(list()).containsExactly("plain");
    }

    /** Nobody may make files there, not even root. */
    @Test
    void aFolderThatCannotBeWrittenToIsSaid() {
        assumeTrue(Files.isDirectory(Path.of("/sys/kernel")), "only Linux has such a folder");
        assertThatExceptionOfType(BearException.class)
                .isThrownBy(() -> report("t").save("/sys/kernel/report.html"))
                .withMessageContaining("/sys/kernel")
                .satisfies(e -> assertThat(e.fix()).isNotBlank());
    }

    @Test
    void aReportIsImmutableAndShowsItsParts() {
        ReportBuilder empty = report("My laptop");
        ReportBuilder more = empty.add(result)
                .note("n")
                .add(Chart.intervals("c", "a", "u").point("s", "l", 1).figure());
        assertThat(empty.toString()).isEqualTo("report, not yet saved: 0 parts, My laptop");
        assertThat(empty.html()).contains("no parts yet");
        assertThat(more.sheet().rows()).hasSize(3);
        assertThat(more.toString()).hasSizeLessThanOrEqualTo(80);
        Shown sameAsBench = result;
        assertThat(ParsedHtml.of(report("t").add(sameAsBench).html()).texts("h3"))
                .contains("Samples");
    }

    private List<String> list() throws java.io.IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
