package ai.bearllm.store;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;

/**
 * Tells the holder that somebody waits, by the age of a file: a holder that keeps the database open while idle closes it then.
 * Those who wait make the file young again and again, so that one who died is forgotten.
 */
final class Wish {
    private static final Logger LOG = System.getLogger(Wish.class.getName());
    private static final long FRESH_MILLIS = 1_000;
    private static final long AGAIN_NANOS = 100_000_000;

    private final Path file;
    private final Clock clock;
    private long madeNanos = System.nanoTime() - 2 * AGAIN_NANOS;

    Wish(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    /** Asks for the database; the caller repeats it while it waits. */
    synchronized void make() {
        long now = System.nanoTime();
        if (now - madeNanos < AGAIN_NANOS) {
            return;
        }
        madeNanos = now;
        try {
            if (file.toFile().exists()) {
                Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
            } else {
                Files.writeString(file, "Somebody waits for the database.\n");
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the wish for the database could not be written", e);
        }
    }

    /** Takes the wish back: its maker has the database now. Others who wait make another. */
    synchronized void fulfil() {
        madeNanos = System.nanoTime() - 2 * AGAIN_NANOS;
        file.toFile().delete();
    }

    /** Whether somebody waits now. */
    boolean isMade() {
        // Zero where there is no such file, without an exception: this is asked at each lease.
        long made = file.toFile().lastModified();
        return made != 0 && Math.abs(clock.millis() - made) < FRESH_MILLIS;
    }
}
