package ai.bearllm.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import ai.bearllm.model.RunRecord;
import ai.bearllm.store.Store;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs in files for other tools. */
class ExportTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00.123456Z");

    @TempDir
    Path folder;

    private Path home;
    private Store store;
    private Usage usage;

    @BeforeEach
    void open() {
        home = folder.resolve("home");
        store = Store.at(home);
        usage = new Usage(store, home);
    }

    @AfterEach
    void close() {
        usage.close();
        store.close();
    }

    @Test
    void writesTheFileThatItsNameAsksFor() throws Exception {
        usage.record(Runs.full(NOON));
        usage.record(Runs.failed("a/b", "e", NOON));

        Exported parquet = usage.view().export(folder.resolve("out/usage.parquet"));
        assertThat(parquet.runs()).isEqualTo(2);
        assertThat(parquet.toString()).startsWith("exported 2 runs of ");
        assertThat(Files.readAllBytes(parquet.path())).startsWith('P', 'A', 'R', '1');

        Exported csv = usage.view().export(folder.resolve("usage.csv").toString(), "lab's \"7\"");
        assertThat(Files.readString(csv.path()))
                .startsWith("machine,month,id,started_at,kind,")
                .contains("\"lab's \"\"7\"\"\",2026-11,", "2026-11-23T12:00:00.123456Z", "WorkerDiedException");

        Exported json = usage.view().export(folder.resolve("usage.json"));
        JsonNode rows = new ObjectMapper().readTree(json.path().toFile());
        assertThat(rows).hasSize(2).anySatisfy(row -> {
            assertThat(row.path("parameters").path("temperature").asText()).isEqualTo("0.7");
            assertThat(row.path("generated_tokens").asInt()).isEqualTo(64);
        });
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void partitionsAFolderByMonthAndModelAndReplacesItsOwnFilesAlone() throws Exception {
        usage.record(Runs.bare("a/b:Q4_K_M", "e", NOON));
        usage.record(Runs.bare("a/c", "e", NOON.minus(Duration.ofDays(60))));
        Path lab = folder.resolve("lab");
        Exported first = usage.view().export(lab.toString(), "one");
        usage.view().export(lab.toString(), "two");
        assertThat(first.files()).isEqualTo(2);
        assertThat(parquet(lab))
                .containsExactlyInAnyOrder(
                        "month=2026-11/model=a%2Fb%3AQ4_K_M/one-0.parquet",
                        "month=2026-11/model=a%2Fb%3AQ4_K_M/two-0.parquet",
                        "month=2026-09/model=a%2Fc/one-0.parquet",
                        "month=2026-09/model=a%2Fc/two-0.parquet");

        usage.view().model("a/c").erasure().confirm();
        usage.view().export(lab.toString(), "one");

        assertThat(parquet(lab))
                .containsExactlyInAnyOrder(
                        "month=2026-11/model=a%2Fb%3AQ4_K_M/one-0.parquet",
                        "month=2026-11/model=a%2Fb%3AQ4_K_M/two-0.parquet", "month=2026-09/model=a%2Fc/two-0.parquet");
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void writesOnlyTheRunsOfTheView() throws Exception {
        for (int i = 0; i < 4; i++) {
            usage.record(Runs.bare("its/mine", "e", NOON.plusSeconds(i)));
            usage.record(Runs.bare("a/b", "e", NOON.plusSeconds(i)));
        }
        Exported some = usage.view()
                .model("its/mine")
                .since(NOON.plusSeconds(1))
                .until(NOON.plusSeconds(3))
                .export(folder.resolve("some.jsonl"));

        assertThat(some.runs()).isEqualTo(2);
        assertThat(Files.readAllLines(some.path())).hasSize(2).allMatch(line -> line.contains("its/mine"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"it's here", "b\u00e4r \ud83d\udc3b", "a'b\"c[d]", "x,y;z"})
    void writesIntoFoldersOfAnyName(String name) {
        usage.record(Runs.bare("a/b", "e", NOON));

        assertThat(usage.view()
                        .export(folder.resolve(name).resolve("usage.parquet"))
                        .path())
                .isNotEmptyFile();
        assertThat(usage.view().export(folder.resolve(name).resolve("lab")).files())
                .isEqualTo(1);
    }

    @Test
    void refusesAPlaceThatIsTakenAndKeepsWhatWasThere() throws Exception {
        Path file = Files.writeString(folder.resolve("taken"), "mine");
        Path directory = Files.createDirectory(folder.resolve("usage.csv"));

        assertThatThrownBy(() -> usage.view().export(file)).isInstanceOf(BearException.class);
        assertThatThrownBy(() -> usage.view().export(directory)).isInstanceOf(BearException.class);
        assertThatThrownBy(() -> usage.view().export(file.resolve("deeper.csv")))
                .isInstanceOf(BearException.class);

        assertThat(file).hasContent("mine");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void exportsNothingAsAnEmptyFile() throws Exception {
        assertThat(usage.view().export(folder.resolve("none.parquet")).runs()).isZero();
        assertThat(usage.view().export(folder.resolve("none")).files()).isZero();
        assertThat(Files.readAllLines(
                        usage.view().export(folder.resolve("none.csv")).path()))
                .hasSize(1);
    }

    @Test
    void keepsEveryColumnOfTheTable() throws Exception {
        RunRecord full = Runs.full(NOON);
        usage.record(full);
        Exported json = usage.view().export(folder.resolve("usage.json"));
        List<String> columns = usage.ask(database -> database.query(
                "select column_name from duckdb_columns() where table_name = 'runs'",
                row -> row.string("column_name").orElseThrow()));

        JsonNode row = new ObjectMapper().readTree(json.path().toFile()).get(0);

        assertThat(row.fieldNames()).toIterable().containsAll(columns).contains("machine", "month");
        assertThat(row.get("id").asText()).isEqualTo(full.id().toString());
    }

    private List<String> parquet(Path root) throws Exception {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .toList();
        }
    }

    private List<Path> leftovers() throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(".bear-export")
                            || file.getFileName().toString().contains("spilled"))
                    .toList();
        }
    }
}
