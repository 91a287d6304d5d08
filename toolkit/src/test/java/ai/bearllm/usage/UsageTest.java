package ai.bearllm.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import ai.bearllm.model.RunRecord;
import ai.bearllm.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UsageTest extends OnUsage {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00.123456Z");

    @Test
    void givesBackEveryFieldOfARunAsItWasRecorded() {
        RunRecord full = Runs.full(NOON);
        RunRecord bare = Runs.bare("bearllm/bear-tiny", "djl", NOON.minusSeconds(1));
        usage.record(full);
        usage.record(bare);

        assertThat(usage.view().list()).containsExactly(full, bare);
        assertThat(usage.view().list().get(0).parameters().keySet())
                .as("the parameters' order")
                .containsExactlyElementsOf(full.parameters().keySet());
    }

    @Test
    void keepsTheDerivedRatesAsColumns() {
        RunRecord full = Runs.full(NOON);
        usage.record(full);

        Map<String, Double> rates = usage.ask(database -> database.first(
                        "select prompt_tokens_per_second p, decode_tokens_per_second d from runs",
                        row -> Map.of(
                                "p",
                                row.real("p").orElseThrow(),
                                "d",
                                row.real("d").orElseThrow()))
                .orElseThrow());

        assertThat(rates)
                .containsEntry("p", full.promptTokensPerSecond().orElseThrow())
                .containsEntry("d", full.decodeTokensPerSecond().orElseThrow());
    }

    @Test
    void writesExactlyTheTablesColumns() throws Exception {
        RunRecord everything = Runs.full(NOON);
        RunRecord failure = Runs.failed("a/b", "e", NOON);
        var json = new com.fasterxml.jackson.databind.ObjectMapper();
        List<String> keys = new java.util.ArrayList<>();
        json.readTree(RunJson.of(everything, Optional.empty())).fieldNames().forEachRemaining(keys::add);
        json.readTree(RunJson.of(failure, Optional.empty())).fieldNames().forEachRemaining(key -> {
            if (!keys.contains(key)) {
                keys.add(key);
            }
        });

        List<String> columns = usage.ask(database -> database.query(
                "select column_name from duckdb_columns() where table_name = 'runs'",
                row -> row.string("column_name").orElseThrow()));

        assertThat(keys).containsExactlyInAnyOrderElementsOf(columns);
    }

    @Test
    void describesEveryColumn() {
        List<String> silent = usage.ask(database -> database.query(
                "select table_name || '.' || column_name as column_name from duckdb_columns() join duckdb_tables()"
                        + " using (table_name) where not table_name.starts_with('bear_') and duckdb_columns.comment is null",
                row -> row.string("column_name").orElseThrow()));

        assertThat(silent).isEmpty();
    }

    @Test
    void addsARunOnceHoweverOftenItWasRecorded() {
        RunRecord run = Runs.full(NOON);
        usage.record(run);
        usage.record(run);
        assertThat(usage.view().list()).hasSize(1);
        usage.record(run);

        assertThat(usage.view().list()).containsExactly(run);
    }

    @Test
    void seesTheRunsOfAnotherToolkitInTheSameFolder() {
        try (Store otherStore = Store.at(home);
                Usage other = new Usage(otherStore, home)) {
            other.record(Runs.bare("a/b", "x", NOON));
            usage.record(Runs.bare("a/c", "x", NOON));

            assertThat(usage.view().list()).hasSize(2);
            assertThat(other.view().list()).hasSize(2);
        }
    }

    @Test
    void sumsUpByModelAndByEngine() {
        usage.record(Runs.full(NOON));
        usage.record(Runs.full(NOON.plusSeconds(5)));
        usage.record(Runs.failed("a/b", "djl", NOON));

        List<UsageGroup> models = usage.view().byModel().list();
        assertThat(models).hasSize(2);
        UsageGroup tiny = models.get(0);
        assertThat(tiny.name()).isEqualTo("TinyLlama/TinyLlama-1.1B-Chat-v1.0:Q4_K_M@52e7645");
        assertThat(tiny.runs()).isEqualTo(2);
        assertThat(tiny.failures()).isZero();
        assertThat(tiny.promptTokens()).hasValue(240);
        assertThat(tiny.total()).contains(Duration.ofMillis(3_700));
        assertThat(tiny.last()).isEqualTo(NOON.plusSeconds(5));
        assertThat(models.get(1).failures()).isEqualTo(1);
        assertThat(models.get(1).promptTokens()).as("counted nothing").isEmpty();
        assertThat(models.get(1).decodeTokensPerSecond()).isEmpty();

        assertThat(usage.view().byEngine().list())
                .extracting(UsageGroup::name)
                .containsExactly("llama.cpp, java-llama.cpp 4.2.0 (b4916)", "djl, 1");
    }

    @Test
    void showsTheNewestRunsAndTheFailuresApart() {
        for (int i = 0; i < 25; i++) {
            usage.record(Runs.bare("a/m" + i, "e", NOON.plusSeconds(i)));
        }
        usage.record(Runs.failed("a/bad", "e", NOON));

        assertThat(usage.view().sheet().rows()).hasSize(20);
        assertThat(usage.view().sheet().caption()).isEqualTo("Runs: 20 of 26");
        assertThat(usage.view().newest(3).list())
                .extracting(run -> run.model().name())
                .containsExactly("m24", "m23", "m22");
        assertThat(usage.view().failures().sheet().text()).contains("Failed runs: 1 of 1", "WorkerDiedException");
        assertThat(usage.view().newest(3).table().rowCount()).isEqualTo(3);
        assertThat(usage.view().byModel().table().rowCount()).isEqualTo(26);
    }

    @Test
    void saysSoWhereNothingWasRecorded() {
        assertThat(usage.view().sheet().notes()).containsExactly("Nothing was recorded yet.");
        assertThat(usage.view().byModel().sheet().notes()).containsExactly("Nothing was recorded yet.");
    }

    @Test
    void recordsNothingWhileSwitchedOffByAnyone() {
        usage.view().off();
        Usage other = new Usage(store, home);
        other.record(Runs.full(NOON));

        assertThat(usage.view().list()).isEmpty();
        assertThat(usage.view().sheet().notes()).contains("Recording is off; on() records runs again.");

        other.on();
        usage.record(Runs.full(NOON));
        assertThat(usage.view().list()).hasSize(1);
        other.close();
    }

    @Test
    void opensNoDatabaseToRecord() {
        usage.record(Runs.full(NOON));

        assertThat(store.file()).doesNotExist();
        assertThat(home.resolve("natives")).doesNotExist();
    }

    @Test
    void loadsNoDatabaseClassToRecord() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-verbose:class",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        RecordingProcess.class.getName(),
                        home.toString(),
                        home.resolve("log").toString(),
                        "1",
                        "2")
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output.lines()).anyMatch(line -> line.contains("ai.bearllm.store.Journal "));
        assertThat(output.lines()
                        .filter(line -> line.matches(".*(org\\.duckdb|tech\\.tablesaw|java\\.sql\\.Driver).*")))
                .isEmpty();
        assertThat(store.file()).doesNotExist();
    }

    @Test
    void prints80CharactersAndReadsNothingForThem() {
        assertThat(usage.view().newest(1_000_000).failures().toString()).hasSizeLessThanOrEqualTo(80);
        assertThat(usage.view().byEngine().toString()).hasSizeLessThanOrEqualTo(80);
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void neverThrowsFromRecordingAndTellsWhatIsWrongWhenAsked() throws Exception {
        // Tests may run as root, whom no permission stops: a file in the folder's place stops everybody.
        Path blocked = Files.writeString(home.resolve("blocked"), "");
        try (Usage nowhere = new Usage(Store.at(blocked), blocked)) {
            assertThatCode(() -> nowhere.record(Runs.full(NOON))).doesNotThrowAnyException();
            assertThatThrownBy(() -> nowhere.view().list())
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining("cannot be written")
                    .hasMessageContaining("BEAR_HOME");
            assertThatThrownBy(nowhere::off).isInstanceOf(BearException.class);
        }
    }

    @Test
    void recordsFromAThreadThatWasInterrupted() {
        Thread.currentThread().interrupt();
        usage.record(Runs.full(NOON));
        usage.record(Runs.full(NOON));

        assertThat(Thread.interrupted()).as("the flag is left alone").isTrue();
        assertThat(usage.view().list()).hasSize(2);
    }

    @Test
    void leavesOutOddValuesInsteadOfHoldingBackTheOthers() {
        RunRecord good = Runs.full(NOON);
        String odd = RunJson.of(Runs.full(NOON), Optional.empty())
                .replace("\"generated_tokens\":64", "\"generated_tokens\":\"many\"");
        String foreign = "{\"no\":\"run\"}";
        String future = RunJson.of(Runs.full(NOON), Optional.empty()).replace("{\"id\"", "{\"colour\":\"blue\",\"id\"");
        usage.record(good);
        usage.ask(database -> {
            RunTable.MERGER.merge(database, List.of(odd, foreign, "{\"id\":", "[]", "", future));
            return 0;
        });

        assertThat(usage.view().list()).hasSize(3);
    }
}
