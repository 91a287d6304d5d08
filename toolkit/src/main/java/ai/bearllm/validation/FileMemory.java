package ai.bearllm.validation;

import ai.bearllm.model.BearException;
import ai.bearllm.model.FileStamp;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.ProgressListener;
import ai.bearllm.progress.Task;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Remembers what files' bytes came to, so that no file is read twice without reason. It forgets a file as soon as its size,
 * times or identity differ from what they were, and does not trust a file that could have been changed again within the same
 * tick of the file system's clock, as git does not.
 *
 * <p>Several processes may use one memory: each replaces it as a whole, and what is lost when two do so at once is only found
 * out again. Damaged lines are passed over; a memory that cannot be read or written makes nothing fail.
 */
public final class FileMemory {
    private static final System.Logger LOG = System.getLogger(FileMemory.class.getName());
    /** More is a scan of something else than models. */
    private static final int MOST_FILES = 20_000;

    private static final long LARGEST = 32L << 20;

    private final Path store;
    private final Clock clock;
    private Map<String, MemoryLine> lines = new LinkedHashMap<>();
    private Optional<FileStamp> loaded = Optional.empty();

    FileMemory(Path store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** The memory kept in this file, which comes into being when there is something to remember. */
    public static FileMemory at(Path store) {
        return new FileMemory(store.toAbsolutePath(), Clock.systemUTC());
    }

    /**
     * What is known of a file that has not changed since; empty where nothing is, or where it may have changed.
     *
     * @throws BearException if the file is missing or its attributes cannot be read
     */
    public Optional<Remembered> of(Path file) {
        FileStamp now = FilePass.stamp(file);
        return line(file)
                .filter(line -> line.stamp().equals(now))
                .filter(line -> isSettled(now, line.known().when()))
                .map(MemoryLine::known);
    }

    /**
     * The file's digest: remembered, or computed and remembered.
     *
     * @throws BearException if the file is missing, cannot be read, or changes while it is read
     * @throws java.util.concurrent.CancellationException if it was cancelled
     */
    public Sha256 sha256(Path file, ProgressListener listener, Cancellation cancellation) {
        Optional<Remembered> known = of(file);
        return known.isPresent()
                ? known.get().sha256()
                : Task.await("digest", cancellation, () -> digested(file, listener, cancellation));
    }

    private Sha256 digested(Path file, ProgressListener listener, Cancellation cancellation) {
        Instant started = clock.instant();
        FileStamp before = FilePass.stamp(file);
        Sha256 digest = new Reading(file, "digest of " + file.getFileName(), listener.guarded(), cancellation)
                .verified(before, FilePass.Scan.NONE);
        put(file, before, new Remembered(digest, started, Optional.empty(), List.of(), Validator.RULES));
        return digest;
    }

    /**
     * Remembers a digest that the caller has computed of the bytes that the file has now, for example while it was downloaded
     * into a place of its own. Where the file was written just now, this waits for the next tick of its clock, at most 0.2
     * seconds.
     *
     * @param passed the names of the checks that it has passed
     * @throws BearException if the file is missing or its attributes cannot be read
     */
    public void remember(Path file, Sha256 sha256, Optional<Level> level, List<String> passed) {
        FileStamp stamp = FilePass.stamp(file);
        Instant now = clock.instant();
        if (!isSettled(stamp, now) && isFine(stamp)) {
            pause();
            now = clock.instant();
        }
        put(file, stamp, new Remembered(sha256, now, level, passed, Validator.RULES));
    }

    private static void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(2 * TICK_NANOS);
        } catch (InterruptedException e) {
            // Not waiting costs one more reading of the file, later.
            Thread.currentThread().interrupt();
        }
    }

    /** Forgets a file. */
    public synchronized void forget(Path file) {
        load();
        if (lines.remove(path(file)) != null) {
            save();
        }
    }

    /** Linux gives files the time of its last tick, 1 to 10 ms ago; this leaves room. */
    private static final long TICK_NANOS = 100_000_000;

    /** Older and simpler file systems count whole seconds, FAT two at a time. */
    private static final long COARSE_TICK_NANOS = 2_000_000_000;

    /** Whether a change after that moment would have given the file another time. */
    private static boolean isSettled(FileStamp stamp, Instant read) {
        return stamp.modified().isBefore(read.minusNanos(isFine(stamp) ? TICK_NANOS : COARSE_TICK_NANOS));
    }

    private static boolean isFine(FileStamp stamp) {
        return !stamp.modified().equals(stamp.modified().truncatedTo(ChronoUnit.SECONDS));
    }

    private synchronized Optional<MemoryLine> line(Path file) {
        load();
        return Optional.ofNullable(lines.get(path(file)));
    }

    /** Remembers what a reading that began at that time found, in a file that was the same before and after. */
    synchronized void put(Path file, FileStamp stamp, Remembered known) {
        load();
        String path = path(file);
        lines.remove(path);
        lines.put(path, new MemoryLine(path, stamp, known));
        save();
    }

    private static String path(Path file) {
        return file.toAbsolutePath().normalize().toString();
    }

    /** Reads the memory again where another process has replaced it. */
    private void load() {
        if (!Files.isRegularFile(store)) {
            return;
        }
        try {
            FileStamp now = FilePass.stamp(store);
            if (loaded.isPresent() && loaded.get().equals(now)) {
                return;
            }
            if (now.sizeBytes() > LARGEST) {
                throw new IOException("it has " + now.sizeBytes() + " bytes, more than a memory ever has");
            }
            Map<String, MemoryLine> read = new LinkedHashMap<>();
            new String(Files.readAllBytes(store), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(text -> MemoryLine.parse(text).ifPresent(line -> newer(read, line)));
            lines.values().forEach(line -> newer(read, line));
            lines = read;
            loaded = Optional.of(now);
        } catch (IOException | BearException e) {
            LOG.log(System.Logger.Level.DEBUG, "The memory " + store + " could not be read", e);
        }
    }

    private static void newer(Map<String, MemoryLine> lines, MemoryLine line) {
        lines.merge(
                line.path(), line, (a, b) -> b.known().when().isBefore(a.known().when()) ? a : b);
    }

    private void save() {
        while (lines.size() > MOST_FILES) {
            lines.remove(lines.keySet().iterator().next());
        }
        StringBuilder text = new StringBuilder();
        lines.values().forEach(line -> text.append(line.text()).append('\n'));
        try {
            Path folder = store.getParent();
            Files.createDirectories(folder);
            Path next = Files.createTempFile(folder, "." + store.getFileName(), ".new");
            try {
                Files.writeString(next, text);
                Files.move(next, store, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(next);
            }
            loaded = Optional.of(FilePass.stamp(store));
        } catch (IOException | BearException e) {
            LOG.log(System.Logger.Level.WARNING, "The memory " + store + " could not be written: " + e);
        }
    }

    /** Where it is kept. */
    @Override
    public String toString() {
        return "memory of files in " + store.getFileName();
    }
}
