package ai.bearllm.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports pass through no heap: another process with 48 MB writes far more than that. The long form, {@code -Plong}, has 10,000,000 rows. */
class ExportHeapTest {
    private static final long ROWS = Long.getLong("bear.export.rows", 300_000);

    @TempDir
    Path folder;

    @Test
    void writesAnyNumberOfRowsWithASmallHeap() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx48m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        ExportProcess.class.getName(),
                        folder.toString(),
                        String.valueOf(ROWS))
                .redirectErrorStream(true)
                .start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(told).isZero();

        assertThat(count("read_parquet('" + folder + "/lab/*/*/*.parquet', hive_partitioning = true)"))
                .isEqualTo(ROWS);
        assertThat(count("read_parquet('" + folder + "/usage.parquet')")).isEqualTo(ROWS);
        assertThat(size(folder.resolve("usage.jsonl"))).as("more than the heap").isGreaterThan(48_000_000);
    }

    private static long count(String from) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select count(distinct id) from " + from)) {
            result.next();
            return result.getLong(1);
        }
    }

    private static long size(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            assertThat(lines.count()).isEqualTo(ROWS);
        }
        return Files.size(file);
    }
}
