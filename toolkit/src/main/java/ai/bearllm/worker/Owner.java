package ai.bearllm.worker;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;

/**
 * Who uses a private directory, written into it as the file {@code owner}.
 *
 * <p>A process is known by its id and its start, because ids are used again; ids of another container mean nothing here, so
 * the process namespace is noted too.
 */
record Owner(String namespace, String toolkit, String worker) {
    private static final String FILE = "owner";
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(5);
    private static final Duration FOREIGN_LIFETIME = Duration.ofDays(7);
    private static final Duration UNMARKED_LIFETIME = Duration.ofHours(1);

    static Owner ofThisProcess() {
        return new Owner(thisNamespace(), describe(ProcessHandle.current()), "");
    }

    Owner with(ProcessHandle process) {
        return new Owner(namespace, toolkit, describe(process));
    }

    void write(Path directory) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("namespace", namespace);
        properties.setProperty("toolkit", toolkit);
        properties.setProperty("worker", worker);
        StringWriter text = new StringWriter();
        properties.store(text, null);
        Files.writeString(directory.resolve(FILE), text.toString());
    }

    /** Whether both processes are gone for sure. Only directories of this user are ever judged so. */
    static boolean isAbandoned(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) || !isOurs(directory)) {
            return false;
        }
        Instant changed = Files.getLastModifiedTime(directory).toInstant();
        Optional<Owner> owner = read(directory);
        if (owner.isEmpty()) {
            return changed.plus(UNMARKED_LIFETIME).isBefore(Instant.now());
        }
        if (!owner.get().namespace().equals(thisNamespace())) {
            return changed.plus(FOREIGN_LIFETIME).isBefore(Instant.now());
        }
        return !isAlive(owner.get().toolkit()) && !isAlive(owner.get().worker());
    }

    private static boolean isOurs(Path directory) throws IOException {
        String owner = Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).getName();
        String user = user();
        return owner.equals(user) || owner.endsWith("\\" + user);
    }

    /** As the file system writes this user: in containers often a number that the system has no name for. */
    private static String user() {
        try {
            return Files.getOwner(Path.of("/proc/self")).getName();
        } catch (IOException | UnsupportedOperationException e) {
            return System.getProperty("user.name", "");
        }
    }

    private static Optional<Owner> read(Path directory) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(directory.resolve(FILE))) {
            properties.load(reader);
        } catch (NoSuchFileException | IllegalArgumentException e) {
            return Optional.empty();
        }
        return Optional.of(new Owner(
                properties.getProperty("namespace", ""),
                properties.getProperty("toolkit", ""),
                properties.getProperty("worker", "")));
    }

    /** Process id and start, for example {@code 4711 2026-11-23T12:00:00Z}; the start is missing where the system hides it. */
    private static String describe(ProcessHandle process) {
        return process.pid()
                + process.info().startInstant().map(start -> " " + start).orElse("");
    }

    private static boolean isAlive(String described) {
        String[] parts = described.split(" ", 2);
        if (!parts[0].matches("\\d{1,18}")) {
            return false;
        }
        Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(parts[0]))
                .filter(ProcessHandle::isAlive)
                // In containers an ended process may stay for ever, because nobody asks for its exit code.
                .filter(found -> ProcessState.of(found.pid()) != ProcessState.ENDED);
        Optional<Instant> start = process.flatMap(found -> found.info().startInstant());
        if (parts.length < 2 || start.isEmpty()) {
            return process.isPresent();
        }
        try {
            return Duration.between(Instant.parse(parts[1]), start.get()).abs().compareTo(CLOCK_TOLERANCE) <= 0;
        } catch (DateTimeException e) {
            return true;
        }
    }

    /** Linux: the process namespace, for example {@code pid:[4026531836]}; elsewhere empty. */
    private static String thisNamespace() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }
}
