package ai.bearllm.store;

import ai.bearllm.model.BearException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.CodeSource;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** Opens connections. The native library is loaded at the first one and stays for the JVM's life. */
final class DuckDb {
    private static final Logger LOG = System.getLogger(DuckDb.class.getName());

    /**
     * A JVM loads a native library once, whoever asks: this is the process's state, not the toolkit's, and cannot be owned by one
     * store. It is set once and never changed.
     */
    private static final AtomicReference<@Nullable Driver> LOADED = new AtomicReference<>();

    private final Path natives;

    /** @param natives where the library is kept between starts */
    DuckDb(Path natives) {
        this.natives = natives;
    }

    /** Opens a database file for reading and writing; no SQL can reach other files, extensions or settings. */
    Connection write(Path file) throws SQLException {
        return connect(file, closed());
    }

    /** As {@link #write}, for reading only. */
    Connection read(Path file) throws SQLException {
        Properties settings = closed();
        settings.setProperty("duckdb.read_only", "true");
        // Rows as they come: a user's query may find more than fits the memory, of which only the first are wanted.
        settings.setProperty("jdbc_stream_results", "true");
        return connect(file, settings);
    }

    /** As {@link #read}, but files of one folder may be read and written. */
    Connection export(Path file, Path folder) throws SQLException {
        Properties settings = closed();
        settings.setProperty("duckdb.read_only", "true");
        // A list's text: quotes and backslashes in it are escaped.
        String name = folder.toString().replace("\\", "\\\\").replace("'", "\\'");
        settings.setProperty("allowed_directories", "['" + name + "']");
        settings.setProperty("temp_directory", folder.resolve("spilled").toString());
        return connect(file, settings);
    }

    private Connection connect(Path file, Properties settings) throws SQLException {
        Connection connection = driver().connect("jdbc:duckdb:" + file, settings);
        if (connection == null) {
            throw new SQLException("DuckDB's driver does not accept " + file);
        }
        return connection;
    }

    private static Properties closed() {
        Properties settings = new Properties();
        settings.setProperty("enable_external_access", "false");
        // Otherwise a statement can make DuckDB fetch an extension from the network.
        settings.setProperty("autoinstall_known_extensions", "false");
        settings.setProperty("autoload_known_extensions", "false");
        // The memory belongs to the models. DuckDB's default is four fifths of all there is, and a thread a core.
        settings.setProperty("memory_limit", "1GB");
        settings.setProperty(
                "threads", String.valueOf(Math.min(4, Runtime.getRuntime().availableProcessors())));
        settings.setProperty("lock_configuration", "true");
        return settings;
    }

    private Driver driver() {
        synchronized (LOADED) {
            Driver driver = LOADED.get();
            if (driver == null) {
                driver = load();
                LOADED.set(driver);
            }
            return driver;
        }
    }

    private Driver load() {
        List<String> failures = new ArrayList<>();
        Optional<Path> jar = jar();
        if (jar.isPresent()) {
            Path temporary = Path.of(System.getProperty("java.io.tmpdir", "."));
            for (Path folder : List.of(natives, temporary)) {
                try {
                    return load(jar.get(), folder, folder.equals(temporary));
                } catch (IOException | ReflectiveOperationException | LinkageError e) {
                    LOG.log(Level.DEBUG, "DuckDB could not be loaded from " + folder, e);
                    failures.add("from " + folder + ": " + reason(e));
                }
            }
        } else {
            try {
                return Class.forName("org.duckdb.DuckDBDriver")
                        .asSubclass(Driver.class)
                        .getDeclaredConstructor()
                        .newInstance();
            } catch (ReflectiveOperationException | LinkageError e) {
                failures.add(String.valueOf(e));
            }
        }
        throw new BearException(
                "DuckDB's native library could not be loaded, " + String.join("; ", failures) + ".",
                "It needs 72 MB in one of these folders, on a file system that is not full and may run programs (not mounted"
                        + " noexec): free some space, or open the toolkit on another folder, then try again.");
    }

    /** What is wrong, without the file's name, which the JVM puts before it twice. */
    private static String reason(Throwable e) {
        String message = String.valueOf(e.getMessage());
        return message.startsWith("/") && message.contains(": ")
                ? message.substring(message.lastIndexOf(": ") + 2)
                : message;
    }

    private static Driver load(Path jar, Path folder, boolean temporary)
            throws IOException, ReflectiveOperationException {
        Path library = extracted(jar, folder, temporary);
        try {
            return DriverLoader.load(jar.toUri().toURL(), library);
        } catch (LinkageError e) {
            // A copy that this JVM loaded for another loader of the toolkit is good; any other failure may be the
            // file's fault.
            if (!String.valueOf(e.getMessage()).contains("already loaded")) {
                Files.deleteIfExists(library);
            }
            throw e;
        } finally {
            if (temporary && !deleted(library)) {
                library.toFile().deleteOnExit();
            }
        }
    }

    /** A loaded library needs its name no more, except on Windows. */
    private static boolean deleted(Path library) {
        try {
            Files.deleteIfExists(library);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Path extracted(Path jar, Path folder, boolean temporary) throws IOException {
        String name = libraryName();
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            ZipEntry entry = zip.getEntry(name);
            if (entry == null) {
                throw new IOException("DuckDB has no library for this system (" + name + ")");
            }
            Files.createDirectories(folder);
            if (temporary) {
                Path file = Files.createTempFile(folder, "bear-duckdb", ".so");
                return copied(zip, entry, file, file);
            }
            // The checksum in the name keeps versions apart; the move is atomic, so a file of the right size is whole.
            Path file = folder.resolve(Long.toHexString(entry.getCrc()) + "-" + name);
            return Files.exists(file) && Files.size(file) == entry.getSize()
                    ? file
                    : copied(zip, entry, Files.createTempFile(folder, "duckdb", ".part"), file);
        }
    }

    private static Path copied(ZipFile zip, ZipEntry entry, Path part, Path file) throws IOException {
        boolean done = false;
        try (InputStream in = zip.getInputStream(entry)) {
            Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            if (!part.equals(file)) {
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            }
            done = true;
            return file;
        } finally {
            if (!done) {
                Files.deleteIfExists(part);
            }
        }
    }

    /** DuckDB's jar; empty where its classes come from somewhere else. */
    private static Optional<Path> jar() {
        try {
            CodeSource source = Class.forName("org.duckdb.DuckDBDriver", false, DuckDb.class.getClassLoader())
                    .getProtectionDomain()
                    .getCodeSource();
            URL location = source == null ? null : source.getLocation();
            Path path = location == null ? null : Path.of(location.toURI());
            return Optional.ofNullable(path).filter(Files::isRegularFile);
        } catch (ClassNotFoundException | URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The name that DuckDB's jar gives the library of this system, for example {@code libduckdb_java.so_linux_amd64}. */
    private static String libraryName() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String system = os.startsWith("windows") ? "windows" : os.startsWith("mac") ? "macos" : "linux";
        String processor = arch.equals("aarch64") || arch.equals("arm64") ? "arm64" : "amd64";
        return "libduckdb_java.so_" + system + "_" + processor;
    }
}
