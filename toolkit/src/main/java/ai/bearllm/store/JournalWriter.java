package ai.bearllm.store;

import ai.bearllm.lock.LockFile;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Appends to this process's segment. A record is handed to the operating system in one write before {@link #append} returns,
 * so it survives the process, however it ends. A thread of its own then makes the disk keep it: what a power failure takes is
 * at most what was recorded in about the last second, and no record waits for the disk.
 *
 * <p>The stream is of java.io on purpose: a channel closes itself when a thread that has been interrupted uses it.
 */
final class JournalWriter {
    /** A segment that has grown to this many bytes is finished and another begun. */
    static final int FULL_BYTES = 4 << 20;

    private static final Logger LOG = System.getLogger(JournalWriter.class.getName());

    private static final int SYNC_MILLIS = 500;
    private static final int KEPT_RECORDS = 1_000;
    private static final int ATTEMPTS = 3;

    private final Path folder;
    private final int version;
    private final Deque<byte[]> unwritten = new ArrayDeque<>();
    private @Nullable FileOutputStream out;
    private @Nullable LockFile lock;
    private long sizeBytes;
    private boolean synced = true;

    JournalWriter(Path folder, int version) {
        this.folder = folder;
        this.version = version;
    }

    /**
     * Appends a record, and those that could not be written before.
     *
     * @throws IOException where they cannot be written now; the last thousand are kept in memory for the next call
     */
    synchronized void append(byte[] frame) throws IOException {
        if (unwritten.size() >= KEPT_RECORDS) {
            unwritten.removeFirst();
        }
        unwritten.addLast(frame);
        drain();
    }

    private void drain() throws IOException {
        try {
            for (byte[] next = unwritten.peekFirst(); next != null; next = unwritten.peekFirst()) {
                write(next);
                unwritten.removeFirst();
            }
        } catch (IOException e) {
            // Half a record may stand at the end now. Another segment begins cleanly.
            finish();
            throw e;
        }
    }

    private void write(byte[] frame) throws IOException {
        if (out == null || sizeBytes >= FULL_BYTES) {
            finish();
            begin();
        }
        FileOutputStream stream = out;
        if (stream != null) {
            stream.write(frame);
            sizeBytes += frame.length;
            if (synced) {
                synced = false;
                startSync();
            }
        }
    }

    private void begin() throws IOException {
        Files.createDirectories(folder);
        for (int i = 0; i < ATTEMPTS; i++) {
            JournalSegment segment = JournalSegment.create(folder, version);
            // The lock first: a journal whose lock is free is taken for finished, merged and removed.
            Optional<LockFile> taken = segment.tryLock();
            if (taken.isPresent()) {
                lock = taken.get();
                out = new FileOutputStream(segment.file().toFile());
                sizeBytes = 0;
                return;
            }
        }
        throw new IOException("no lock could be had in " + folder);
    }

    private void startSync() {
        Thread thread = new Thread(this::syncSoon, "bear-journal-sync");
        thread.setDaemon(true);
        thread.setContextClassLoader(JournalWriter.class.getClassLoader());
        thread.start();
    }

    /** Waits for more records first: one call of the disk serves them all. */
    private void syncSoon() {
        try {
            Thread.sleep(SYNC_MILLIS);
        } catch (InterruptedException e) {
            // Nobody interrupts this thread; where somebody does, the disk is asked at once.
        }
        sync();
    }

    /** Makes the disk keep what was appended. Others append meanwhile. */
    void sync() {
        FileOutputStream stream;
        synchronized (this) {
            stream = out;
            synced = true;
        }
        if (stream != null) {
            sync(stream);
        }
    }

    private void sync(FileOutputStream stream) {
        try {
            stream.getFD().sync();
        } catch (IOException e) {
            // Closed meanwhile, after a sync of its own; or a device that cannot.
            LOG.log(Level.DEBUG, "the journal was not synced", e);
        }
        // The file's name stands in the folder, which some file systems write apart; not every system opens folders.
        try (FileChannel names = FileChannel.open(folder)) {
            names.force(true);
        } catch (IOException e) {
            LOG.log(Level.TRACE, "the journal's folder was not synced", e);
        }
    }

    /** Writes what could not be written before, once more, and finishes. */
    synchronized void close() throws IOException {
        try {
            drain();
        } finally {
            finish();
        }
    }

    /** Finishes the segment: whoever merges next may remove it. The next record begins another one. */
    synchronized void finish() throws IOException {
        FileOutputStream stream = out;
        LockFile held = lock;
        out = null;
        lock = null;
        try {
            if (stream != null) {
                if (!synced) {
                    sync(stream);
                }
                stream.close();
            }
        } finally {
            if (held != null) {
                held.close();
            }
        }
    }
}
