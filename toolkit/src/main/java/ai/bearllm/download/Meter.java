package ai.bearllm.download;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Turns positions into progress: never backwards, about twenty events a second, with a rate smoothed over some seconds.
 *
 * <p>Positions come from one thread at a time; everybody may look. Bytes that come a second time, because a server made the transfer start over, count when they pass what was there before.
 */
final class Meter {
    private static final long EVENT_NANOS = 50_000_000L;
    private static final double SMOOTHING_SECONDS = 3;

    private final Voice voice;
    private final LongSupplier nanoTime;
    private final long startNanos;
    private OptionalLong total;
    private OptionalLong fileTotal;
    private boolean many;
    private long base;
    private long latest;
    private long highest;
    private long measured;
    private long lastNanos;
    private double perSecond = Double.NaN;

    Meter(Voice voice, OptionalLong total, LongSupplier nanoTime) {
        this.voice = voice;
        this.total = total;
        this.fileTotal = total;
        this.nanoTime = nanoTime;
        this.startNanos = nanoTime.getAsLong();
        this.lastNanos = startNanos;
    }

    /** The file's size became known. */
    synchronized void total(OptionalLong bytes) {
        fileTotal = bytes;
        total = many ? total : bytes;
    }

    /** One of several files begins, of which so many bytes are here: positions count from there, the whole stays what it was. */
    synchronized void next(long finishedBytes) {
        many = true;
        base = finishedBytes;
        fileTotal = OptionalLong.empty();
        waited(0);
    }

    /** So many bytes are here now. */
    void reached(long bytes) {
        boolean due;
        synchronized (this) {
            latest = base + bytes;
            boolean first = highest == 0;
            boolean last = total.isPresent() && latest == total.getAsLong();
            due = first || last || nanoTime.getAsLong() - lastNanos >= EVENT_NANOS;
        }
        if (due) {
            flush();
        }
    }

    /** So many bytes were here already: progress, but no speed. */
    void found(long bytes) {
        synchronized (this) {
            if (base + bytes <= latest) {
                return;
            }
            latest = base + bytes;
            measured = latest;
            if (nanoTime.getAsLong() - lastNanos < EVENT_NANOS) {
                return;
            }
            lastNanos = nanoTime.getAsLong();
        }
        tell();
    }

    /** Says what has not been said yet. */
    void flush() {
        synchronized (this) {
            // The very first bytes come after the server's thinking time, which is no rate, unless they are all.
            boolean all = total.isPresent() && latest == total.getAsLong();
            if (measured > 0 || highest > 0 || all) {
                smooth(nanoTime.getAsLong());
            } else {
                lastNanos = nanoTime.getAsLong();
            }
            measured = latest;
        }
        tell();
    }

    /** Outside the lock, because a listener may look at the progress while another thread adds one. */
    private void tell() {
        long done;
        synchronized (this) {
            if (latest <= highest) {
                return;
            }
            highest = latest;
            done = highest;
        }
        voice.advanced(done, total(), elapsed(), perSecond());
    }

    /** Nothing was on its way since the last event: a wait says nothing about the network's speed. */
    synchronized void waited(long bytes) {
        lastNanos = nanoTime.getAsLong();
        latest = base + bytes;
        measured = latest;
    }

    synchronized Duration elapsed() {
        return Duration.ofNanos(nanoTime.getAsLong() - startNanos);
    }

    /** The most that was here. */
    synchronized long done() {
        return highest;
    }

    synchronized OptionalLong total() {
        return total;
    }

    /** The most that was here of the file that is on its way. */
    synchronized long fileDone() {
        return Math.max(0, highest - base);
    }

    /** The size of the file that is on its way. */
    synchronized OptionalLong fileTotal() {
        return fileTotal;
    }

    synchronized OptionalDouble perSecond() {
        return Double.isNaN(perSecond) ? OptionalDouble.empty() : OptionalDouble.of(perSecond);
    }

    private void smooth(long now) {
        double seconds = (now - lastNanos) / 1e9;
        if (seconds <= 0) {
            return;
        }
        double present = Math.max(0, latest - measured) / seconds;
        double weight = 1 - Math.exp(-seconds / SMOOTHING_SECONDS);
        perSecond = Double.isNaN(perSecond) ? present : perSecond + weight * (present - perSecond);
        lastNanos = now;
    }
}
