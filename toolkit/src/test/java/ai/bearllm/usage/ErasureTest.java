package ai.bearllm.usage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.model.RunRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is erased is gone from the database and from every journal. */
class ErasureTest extends OnUsage {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    @Test
    void showsFirstAndErasesOneModelAlone() {
        record("secret/model", 3);
        record("a/other", 2);
        Erasure erasure = usage.view().model("secret/model").erasure();

        assertThat(erasure.sheet().text())
                .contains("To be erased: runs of secret/model", "secret/model", "3", "confirm()");
        assertThat(usage.view().list()).as("only shown").hasSize(5);

        assertThat(erasure.confirm()).isEqualTo(3);

        assertThat(usage.view().list())
                .hasSize(2)
                .allMatch(run -> run.model().name().equals("other"));
        assertThat(erasure.sheet().text()).contains("There is no such run.");
    }

    @Test
    void erasesATimeAlone() {
        record("a/b", 10);

        assertThat(usage.view()
                        .since(NOON.plusSeconds(2))
                        .until(NOON.plusSeconds(5))
                        .erasure()
                        .confirm())
                .isEqualTo(3);

        assertThat(usage.view().list()).hasSize(7);
    }

    @Test
    void leavesNothingInTheJournalsOfProcessesThatGoOn() throws Exception {
        Usage other = new Usage(store, home);
        other.record(Runs.bare("secret/model", "e", NOON));
        usage.record(Runs.bare("secret/model", "e", NOON));
        assertThat(usage.view().list()).hasSize(2);
        assertThat(journals()).contains("secret/model");

        usage.view().model("secret/model").erasure().confirm();

        assertThat(journals()).doesNotContain("secret");
        other.record(Runs.bare("a/later", "e", NOON));
        usage.record(Runs.bare("a/later", "e", NOON));
        assertThat(usage.view().list()).hasSize(2);
        other.close();
        usage.close();
        assertThat(usage.view().list()).as("nothing comes twice or back").hasSize(2);
        assertThat(home.resolve("usage-journal/aside")).doesNotExist();
    }

    @Test
    void erasesWhatWasRecordedButNotMergedYet() throws Exception {
        Usage other = new Usage(store, home);
        other.record(Runs.bare("secret/model", "e", NOON));

        assertThat(usage.view().erasure().confirm()).isEqualTo(1);

        assertThat(journals()).doesNotContain("secret");
        other.close();
        assertThat(usage.view().list()).isEmpty();
    }

    @Test
    void removesDamagedRemainsToo() throws Exception {
        Path folder = Files.createDirectories(home.resolve("usage-journal"));
        Files.writeString(folder.resolve("v2-" + UUID.randomUUID() + ".journal"), "half a record of secret/model");
        assertThat(usage.view().list()).isEmpty();
        assertThat(folder.resolve("aside")).isNotEmptyDirectory();

        usage.view().erasure().confirm();

        assertThat(folder.resolve("aside")).isEmptyDirectory();
    }

    @Test
    void namesTheCopiesThatKeepTheirRows() throws Exception {
        record("a/b", 1);
        usage.view().list();
        Files.writeString(home.resolve("bear_llm.duckdb.before-usage-2"), "copy");

        assertThat(usage.view().erasure().sheet().notes())
                .contains("Copies from before migrations keep theirs: bear_llm.duckdb.before-usage-2.");
    }

    private void record(String model, int count) {
        for (int i = 0; i < count; i++) {
            RunRecord run = Runs.bare(model, "e", NOON.plusSeconds(i));
            usage.record(run);
        }
    }

    private String journals() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("usage-journal"))) {
            StringBuilder all = new StringBuilder();
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".journal")).toList()) {
                all.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
            return all.toString();
        }
    }
}
