package ai.bearllm.store;

import ai.bearllm.model.BearException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The database as a file: what stands in its place, and copies of it. Used under the side lock only and never while DuckDB has
 * the file open here: closing any descriptor of it would drop DuckDB's own lock.
 */
final class DatabaseFile {
    private static final int HEAD = 64;

    private final Path path;

    DatabaseFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /** The write-ahead log, which belongs to the file wherever it goes. */
    Path log() {
        return path.resolveSibling(path.getFileName() + ".wal");
    }

    /** Whether there is nothing to lose: no file, or one without content. */
    boolean isAbsent() throws IOException {
        return !Files.exists(path) || (Files.isRegularFile(path) && Files.size(path) == 0);
    }

    /**
     * Looks at the first bytes, because DuckDB itself would try to fetch a reader for an SQLite file from the network.
     *
     * @throws BearException where this is no DuckDB file
     */
    void requireDuckDb() throws IOException {
        Optional<String> found = Files.isDirectory(path) ? Optional.of("a folder") : foreign();
        if (found.isPresent()) {
            throw Failures.notOurs(path, "not a DuckDB database but " + found.get());
        }
    }

    private Optional<String> foreign() throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(path)) {
            head = in.readNBytes(HEAD);
        }
        // DuckDB: a checksum of 8 bytes, then the magic. https://duckdb.org/docs/stable/internals/storage
        if (head.length == HEAD && new String(head, 8, 4, StandardCharsets.US_ASCII).equals("DUCK")) {
            return Optional.empty();
        }
        if (new String(head, StandardCharsets.ISO_8859_1).startsWith("SQLite format 3\0")) {
            return Optional.of("an SQLite database");
        }
        if (Arrays.equals(head, new byte[head.length])) {
            return Optional.of("a file of zeros");
        }
        for (byte b : head) {
            if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t') {
                return Optional.of("some other binary file");
            }
        }
        return Optional.of("a text file");
    }

    /** The copies of the file from before migrations. */
    List<Path> copies() throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        String begin = path.getFileName() + ".before-";
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(begin))
                    .filter(file -> !file.toString().endsWith(".wal"))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Puts a copy of another database in this one's empty place, whole or not at all. */
    void restore(Path other) throws IOException {
        Path part = path.resolveSibling(path.getFileName() + ".copying");
        try {
            Files.copy(other, part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Copies the closed file beside itself; the copy is whole or absent. */
    Path copy(String suffix) throws IOException {
        Path copy = path.resolveSibling(path.getFileName() + suffix);
        Path part = path.resolveSibling(path.getFileName() + ".copying");
        try {
            Files.copy(path, part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, copy, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
        return copy;
    }

    /** Renames the file, with its log, and returns the new name. */
    Path rename(String suffix) throws IOException {
        Path aside = path.resolveSibling(path.getFileName() + suffix);
        if (Files.exists(log())) {
            Files.move(log(), path.resolveSibling(path.getFileName() + suffix + ".wal"));
        }
        if (Files.exists(path)) {
            Files.move(path, aside);
        }
        return aside;
    }
}
