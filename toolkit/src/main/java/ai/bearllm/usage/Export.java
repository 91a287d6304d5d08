package ai.bearllm.usage;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import ai.bearllm.store.Database;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Writes runs for other tools. Everything is written beside its place first and moved there when it is whole.
 *
 * <p>The columns are those of the table {@code runs}, behind {@code machine} and {@code month}; {@code data/schema.md} tells how
 * their types are written. Identifiers are text, because Spark reads no UUID in Parquet.
 */
final class Export {
    /** A name of a folder or file in every file system and in a file name pattern of DuckDB's. */
    private static final String UNSAFE = "[^A-Za-z0-9._-]";

    private static final int LONGEST_NAME = 60;

    private final Usage usage;
    private final Filter filter;
    private final String machine;

    Export(Usage usage, Filter filter, String machine) {
        if (machine.isBlank()) {
            throw new IllegalArgumentException("a machine's name must not be blank");
        }
        this.usage = usage;
        this.filter = filter;
        this.machine = machine;
    }

    /** How the rows are written. */
    private enum Format {
        PARQUET("Parquet", "format parquet, compression zstd"),
        CSV("CSV", "format csv, header true"),
        JSON("JSON", "format json, array true"),
        LINES("JSON", "format json, array false"),
        FOLDER("Parquet", "format parquet, compression zstd, partition_by (month, model)");

        private final String title;
        private final String options;

        Format(String title, String options) {
            this.title = title;
            this.options = options;
        }

        static Format of(Path target) {
            String name = String.valueOf(target.getFileName()).toLowerCase(Locale.ROOT);
            return name.endsWith(".parquet")
                    ? PARQUET
                    : name.endsWith(".csv")
                            ? CSV
                            : name.endsWith(".json") ? JSON : name.endsWith(".jsonl") ? LINES : FOLDER;
        }
    }

    Exported to(Path path) {
        Path target = path.toAbsolutePath().normalize();
        Format format = Format.of(target);
        Path folder = format == Format.FOLDER ? target : target.getParent();
        try {
            if (folder == null
                    || Files.isRegularFile(folder)
                    || (format != Format.FOLDER && Files.isDirectory(target))) {
                throw new BearException(
                        target
                                + " cannot be written: a folder stands where a file should be, or a file where a folder.",
                        "Choose another name, with the ending .parquet, .csv, .json or .jsonl for a file.");
            }
            if (File.separatorChar == '/' && target.toString().indexOf('\\') >= 0) {
                throw new BearException(
                        target + " cannot be written: DuckDB takes a backslash in a name for a folder.",
                        "Choose a name without it.");
            }
            Files.createDirectories(folder);
            Path staging = Files.createDirectory(folder.resolve(".bear-export-" + UUID.randomUUID()));
            try {
                return written(target, format, staging);
            } finally {
                delete(staging);
            }
        } catch (IOException e) {
            throw new BearException(
                    target + " could not be written: " + e.getMessage() + ".",
                    "Choose another folder, or free some space; what was there before is still there.",
                    e);
        }
    }

    private Exported written(Path target, Format format, Path staging) throws IOException {
        Path draft = staging.resolve("data");
        long runs = usage.export(staging, database -> copy(database, format, draft));
        if (format != Format.FOLDER) {
            move(draft, target);
            return new Exported(target, format.title, machine, runs, 1, new ByteSize(Files.size(target)));
        }
        long size = 0;
        List<Path> files = parquetFiles(draft, "");
        for (Path old : parquetFiles(target, safe(machine) + "-")) {
            if (!old.startsWith(staging)) {
                Files.delete(old);
            }
        }
        for (Path file : files) {
            Path place = target.resolve(draft.relativize(file).toString());
            Files.createDirectories(place.getParent());
            size += Files.size(file);
            move(file, place);
        }
        return new Exported(target, format.title, machine, runs, files.size(), new ByteSize(size));
    }

    private long copy(Database database, Format format, Path draft) {
        Filter.Condition condition = filter.onRuns();
        String options = format.options
                + (format == Format.FOLDER ? ", filename_pattern " + quoted(safe(machine) + "-{i}") : "")
                + (format == Format.FOLDER || format == Format.PARQUET
                        ? ", kv_metadata {bear_schema: "
                                + quoted("usage " + Usage.schema().version()) + "}"
                        : "");
        String select = "select " + quoted(machine) + " as machine, strftime(day, '%Y-%m') as month, " + columns(format)
                + " from usage_runs as runs where " + inlined(condition);
        database.update("copy (" + select + ") to " + quoted(draft.toString()) + " (" + options + ")");
        return condition.count(database, "runs");
    }

    private static String columns(Format format) {
        boolean typed = format == Format.PARQUET || format == Format.FOLDER;
        String when =
                typed ? "started_at" : "strftime(timezone('UTC', started_at), '%Y-%m-%dT%H:%M:%S.%fZ') as started_at";
        String parameters = typed
                ? "parameters"
                : format == Format.CSV
                        ? "to_json(parameters)::varchar as parameters"
                        : "to_json(parameters) as parameters";
        return "* exclude (day, failed, memory_bytes) replace (id::varchar as id, " + replacement(when, "started_at")
                + ", " + replacement(parameters, "parameters") + ")";
    }

    private static String replacement(String expression, String column) {
        return expression.equals(column) ? column + " as " + column : expression;
    }

    /** COPY takes no parameters: its values are written as literals. */
    private static String inlined(Filter.Condition condition) {
        StringBuilder sql = new StringBuilder();
        int next = 0;
        for (String part : condition.sql().split("(?=\\?)|(?<=\\?)", -1)) {
            // A question mark of the patterns' quantifiers would be one too; there is none in Filter.
            sql.append(part.equals("?") ? literal(condition.values().get(next++)) : part);
        }
        return sql.toString();
    }

    private static String literal(Object value) {
        return value instanceof Instant moment
                ? "timestamptz "
                        + quoted(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS'+00'", Locale.ROOT)
                                .format(moment.atOffset(ZoneOffset.UTC)))
                : quoted(value.toString());
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static String safe(String name) {
        String safe = name.replaceAll(UNSAFE, "_");
        return safe.substring(0, Math.min(LONGEST_NAME, safe.length()));
    }

    private static List<Path> parquetFiles(Path folder, String begin) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder, 4)) {
            return files.filter(file -> file.getFileName().toString().startsWith(begin)
                            && file.getFileName().toString().endsWith(".parquet"))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
