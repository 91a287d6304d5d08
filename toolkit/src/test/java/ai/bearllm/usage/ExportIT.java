package ai.bearllm.usage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.lab.Lab;
import ai.bearllm.store.Store;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The exports of three machines in one folder, read together by tools that know nothing of this toolkit. */
class ExportIT {
    private static final List<String> MACHINES = List.of("lab-1", "lab-2", "laptop of B\u00e4r");

    @TempDir
    Path folder;

    private Path lab;

    @BeforeEach
    void exportThreeMachines() {
        lab = folder.resolve("lab");
        for (int machine = 0; machine < MACHINES.size(); machine++) {
            Path home = folder.resolve("home-" + machine);
            try (Store store = Store.at(home);
                    Usage usage = new Usage(store, home)) {
                for (int i = 0; i <= machine; i++) {
                    usage.record(Runs.full(Instant.parse("2026-11-23T12:00:00.123456Z")));
                    usage.record(QuestionsTest.run("a/b", Instant.parse("2026-10-01T00:00:00Z"), 20, 100));
                }
                usage.view().export(lab.toString(), MACHINES.get(machine));
            }
        }
    }

    @Test
    void areOneTableForPlainDuckDb() throws Exception {
        List<String> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        query("read_parquet('" + lab + "/*/*/*.parquet', hive_partitioning = true)"))) {
            while (result.next()) {
                rows.add(result.getString(1) + " " + result.getString(2) + " " + result.getString(3) + " "
                        + result.getLong(4) + " " + result.getLong(5));
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        assertThat(rows).containsExactlyElementsOf(expected());
    }

    @Test
    void areOneTableForPythonsDuckDb() throws Exception {
        assertThat(python("""
                import duckdb, sys
                for row in duckdb.sql(sys.argv[2]).fetchall():
                    print(*row)
                """, query("read_parquet('" + lab + "/*/*/*.parquet', hive_partitioning = true)")))
                .containsExactlyElementsOf(expected());
    }

    @Test
    void areOneTableForPyArrowWithTypes() throws Exception {
        List<String> told = python("""
                import pyarrow.dataset as dataset, sys
                table = dataset.dataset(sys.argv[1], partitioning="hive").to_table()
                for name in ("id", "started_at", "parameters", "generated_tokens", "decode_ms", "month", "model"):
                    print(name, table.schema.field(name).type)
                groups = table.group_by(["machine", "month", "model"]).aggregate([("id", "count"), ("generated_tokens", "sum")])
                for row in sorted(groups.to_pylist(), key=lambda row: (row["machine"], row["month"])):
                    print(row["machine"], row["month"], row["model"], row["id_count"], row["generated_tokens_sum"])
                """, "");

        assertThat(told)
                .contains(
                        "id string",
                        "started_at timestamp[us, tz=UTC]",
                        "parameters map<string, string ('parameters')>",
                        "generated_tokens int32",
                        "decode_ms double",
                        "month string",
                        "model string")
                .containsSubsequence(expected());
    }

    private static String query(String from) {
        return "select machine, month, model, count(*), sum(generated_tokens) from " + from
                + " group by all order by machine, month";
    }

    private static List<String> expected() {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < MACHINES.size(); i++) {
            rows.add(MACHINES.get(i) + " 2026-10 a/b " + (i + 1) + " " + 100 * (i + 1));
            rows.add(MACHINES.get(i) + " 2026-11 TinyLlama/TinyLlama-1.1B-Chat-v1.0:Q4_K_M@52e7645 " + (i + 1) + " "
                    + 64 * (i + 1));
        }
        return rows;
    }

    private List<String> python(String program, String argument) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(Lab.python().toString(), "-c", program, lab.toString(), argument);
        builder.environment().put("PYTHONIOENCODING", "utf-8");
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().toList();
    }
}
