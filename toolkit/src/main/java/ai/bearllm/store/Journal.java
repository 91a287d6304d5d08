package ai.bearllm.store;

import ai.bearllm.lock.LockFile;
import ai.bearllm.model.BearException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Records on their way into the database: each process appends to a file of its own without any lease, and whoever holds a
 * lease next merges everybody's, also those of processes that died. A record is a JSON text of one owner; the owner says how
 * records become rows.
 *
 * <p>Each record is merged exactly once: how far a file was read is noted in the same transaction as its rows. What is damaged
 * is kept in the folder {@code aside} and the records around it are used.
 *
 * <p>Records of a newer version than this program's are left for a newer program.
 */
public final class Journal implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Journal.class.getName());

    private final Path folder;
    private final int version;
    private final JournalWriter writer;

    private Journal(Path folder, int version) {
        this.folder = folder.toAbsolutePath().normalize();
        this.version = version;
        this.writer = new JournalWriter(this.folder, version);
    }

    /**
     * The journal in a folder, which need not exist yet. Nothing is opened.
     *
     * @param version version of the owner's schema that the records are written for
     */
    public static Journal in(Path folder, int version) {
        return new Journal(folder, version);
    }

    /** Makes rows of records. */
    @FunctionalInterface
    public interface Merger {
        /**
         * Adds rows for the records whose rows are not there yet.
         *
         * @param records JSON texts, some thousands at most
         */
        void merge(Database database, List<String> records);
    }

    /**
     * What a merge found.
     *
     * @param records how many records were given to the merger
     * @param damagedPlaces how many damaged places were set aside
     * @param damagedBytes their size
     */
    public record Merged(long records, int damagedPlaces, long damagedBytes) {}

    /**
     * Appends a record. When this returns, the record survives the process, however it ends.
     *
     * @throws BearException where it cannot be written; it is kept in memory and tried again with the next one
     */
    public void append(String json) {
        byte[] frame = Frame.of(json);
        try {
            writer.append(frame);
        } catch (IOException e) {
            throw Failures.folder(folder.resolve("journal"), e);
        }
    }

    /**
     * Merges all records of all processes, within a lease for writing.
     *
     * @throws BearException where the files cannot be read; the lease's changes are then undone
     */
    public Merged merge(Database database, Merger merger) {
        try {
            Map<String, Long> positions = positions(database);
            MergeRun run = new MergeRun(database, merger);
            Map<String, JournalSegment> segments = segments();
            for (JournalSegment segment : segments.values()) {
                if (segment.version() <= version) {
                    merge(segment, positions.getOrDefault(key(segment.name()), 0L), run);
                }
            }
            run.flush();
            Set<String> present = segments.keySet().stream().map(this::key).collect(Collectors.toSet());
            for (String key : positions.keySet()) {
                if (!present.contains(key)) {
                    database.update("delete from bear_journal where segment = ?", key);
                }
            }
            return run.merged();
        } catch (IOException e) {
            throw Failures.folder(folder.resolve("journal"), e);
        }
    }

    private void merge(JournalSegment segment, long position, MergeRun run) throws IOException {
        Optional<LockFile> lock = segment.tryLock();
        boolean finished = lock.isPresent();
        // Held no longer than this: a finished segment stays finished, and only the one lease merges.
        if (finished) {
            lock.get().close();
        }
        long reached = run.read(segment, position, finished);
        if (reached > position) {
            String key = key(segment.name());
            run.database().update("delete from bear_journal where segment = ?", key);
            run.database().update("insert into bear_journal values (?, ?)", key, reached);
        }
        if (finished) {
            run.database().afterCommit(() -> remove(segment));
        }
    }

    private static void remove(JournalSegment segment) {
        try {
            Files.deleteIfExists(segment.file());
            Optional<LockFile> lock = segment.tryLock();
            if (lock.isPresent()) {
                lock.get().closeAndRemove();
            }
        } catch (IOException e) {
            // Its rows are in the database and its position is noted: the next merge finds nothing new and tries again.
            LOG.log(Level.DEBUG, "a merged journal could not be removed", e);
        }
    }

    /**
     * Overwrites what was merged in the files of writers that go on, and removes what was set aside, once the lease's changes are
     * safe: for rows that are erased. Call it behind {@link #merge} in the same lease.
     *
     * @throws BearException where the files cannot be read
     */
    public void forgetMerged(Database database) {
        try {
            Map<String, Long> positions = positions(database);
            for (JournalSegment segment : segments().values()) {
                long merged = positions.getOrDefault(key(segment.name()), 0L);
                database.afterCommit(() -> forget(segment, merged));
            }
            database.afterCommit(() -> JournalSegment.forgetAside(folder));
        } catch (IOException e) {
            throw Failures.folder(folder.resolve("journal"), e);
        }
    }

    private static void forget(JournalSegment segment, long merged) {
        try {
            segment.blank(merged);
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "{0} could not be overwritten and still holds what was erased: {1}",
                    segment.file(),
                    e.getMessage());
        }
    }

    /** Several journals share the table of positions: each has its folder's name before its segments'. */
    private String key(String segment) {
        return folder.getFileName() + "/" + segment;
    }

    private Map<String, Long> positions(Database database) {
        Map<String, Long> positions = new HashMap<>();
        database.each(
                "select segment, position from bear_journal where starts_with(segment, ?)",
                row -> positions.put(
                        row.string("segment").orElseThrow(),
                        row.whole("position").orElseThrow()),
                key(""));
        return positions;
    }

    private Map<String, JournalSegment> segments() throws IOException {
        Map<String, JournalSegment> segments = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.map(file -> JournalSegment.of(folder, file))
                    .flatMap(Optional::stream)
                    .forEach(segment -> segments.put(segment.name(), segment));
        } catch (NoSuchFileException e) {
            // Nobody has recorded anything yet.
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return segments;
    }

    /**
     * Finishes this process's file, so that the next merge, by whoever, removes it; records that could not be written before are
     * tried once more. A later record begins another file.
     */
    @Override
    public void close() {
        try {
            writer.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "The last records could not be written and are lost: " + e.getMessage());
        }
    }
}
