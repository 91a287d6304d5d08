package ai.bearllm.download;

import ai.bearllm.progress.Progress;
import ai.bearllm.progress.ProgressListener;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Turns bytes into progress: never backwards, about twenty events a second, with a rate smoothed over some seconds.
 *
 * <p>Bytes that come a second time, because a server made the transfer start over, count when they pass what was there before.
 */
final class Meter {
    private static final long EVENT_NANOS = 50_000_000L;
    private static final double SMOOTHING_SECONDS = 3;

    private final String job;
    private final ProgressListener listener;
    private final LongSupplier nanoTime;
    private final long startNanos;
    private OptionalLong total;
    private long latest;
    private long highest;
    private long lastNanos;
    private long bytesSince;
    private double perSecond = Double.NaN;

    Meter(String job, OptionalLong total, ProgressListener listener, LongSupplier nanoTime) {
        this.job = job;
        this.total = total;
        this.listener = listener;
        this.nanoTime = nanoTime;
        this.startNanos = nanoTime.getAsLong();
        this.lastNanos = startNanos;
    }

    /** The total became known. */
    void total(OptionalLong bytes) {
        total = bytes;
    }

    /** So many arrived just now, and the file is this long. */
    void arrived(long bytes, long length) {
        bytesSince += bytes;
        latest = length;
        boolean first = highest == 0;
        boolean last = total.isPresent() && length == total.getAsLong();
        if (first || last || nanoTime.getAsLong() - lastNanos >= EVENT_NANOS) {
            flush();
        }
    }

    /** Says what has not been said yet. */
    void flush() {
        if (latest <= highest) {
            return;
        }
        // The very first bytes come after the server's thinking time, which is no rate.
        if (highest > 0) {
            smooth(nanoTime.getAsLong());
        }
        highest = latest;
        listener.on(new Progress.Advanced(job, highest, total, Progress.Unit.BYTES, elapsed(), rate()));
    }

    /** Nothing was on its way since the last event: a wait says nothing about the network's speed. */
    void waited() {
        lastNanos = nanoTime.getAsLong();
        bytesSince = 0;
    }

    Duration elapsed() {
        return Duration.ofNanos(nanoTime.getAsLong() - startNanos);
    }

    private OptionalDouble rate() {
        return Double.isNaN(perSecond) ? OptionalDouble.empty() : OptionalDouble.of(perSecond);
    }

    private void smooth(long now) {
        double seconds = (now - lastNanos) / 1e9;
        if (seconds <= 0) {
            return;
        }
        double present = bytesSince / seconds;
        double weight = 1 - Math.exp(-seconds / SMOOTHING_SECONDS);
        perSecond = Double.isNaN(perSecond) ? present : perSecond + weight * (present - perSecond);
        lastNanos = now;
        bytesSince = 0;
    }
}
