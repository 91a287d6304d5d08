package ai.bearllm.usage;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.nio.file.Path;

/**
 * What an export wrote.
 *
 * @param path the file or folder
 * @param format {@code Parquet}, {@code CSV} or {@code JSON}
 * @param machine what the column {@code machine} says
 * @param runs how many runs
 * @param files how many files
 * @param size their size
 */
public record Exported(Path path, String format, String machine, long runs, int files, ByteSize size) implements Shown {
    @Override
    public Sheet sheet() {
        return Sheet.of("Exported usage")
                .columns("path", "format", "machine", "runs", "files", "size")
                .row(path.toString(), format, machine, runs, files, size)
                .note("In DuckDB: " + query())
                .build();
    }

    private String query() {
        String from = switch (format) {
            case "CSV" -> "read_csv('" + path + "')";
            case "JSON" -> "read_json('" + path + "')";
            default ->
                files != 1 || !path.toString().endsWith(".parquet")
                        ? "read_parquet('" + path + "/*/*/*.parquet', hive_partitioning = true)"
                        : "read_parquet('" + path + "')";
        };
        return "select machine, model, count(*) from " + from.replace('\\', '/') + " group by all";
    }

    @Override
    public String toString() {
        return Shown.line("exported " + runs + " runs of " + machine + " to " + path.getFileName());
    }
}
