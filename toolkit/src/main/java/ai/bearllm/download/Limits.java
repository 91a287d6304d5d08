package ai.bearllm.download;

import ai.bearllm.progress.Cancellation;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** What all downloads of one {@link Downloader} share: so many connections, and so many bytes a second. */
final class Limits {
    private static final long LOOK_MILLIS = 20;
    /** What may pass at once after a silence. */
    private static final double BURST_SECONDS = 0.1;

    private final Semaphore connections;
    private volatile OptionalLong bytesPerSecond;
    private double credit;
    private long lastNanos = System.nanoTime();

    Limits(DownloadSettings settings) {
        this.connections = new Semaphore(settings.totalConnections(), true);
        this.bytesPerSecond = settings.bytesPerSecond();
    }

    /** The limit of speed; empty where there is none. */
    OptionalLong bytesPerSecond() {
        return bytesPerSecond;
    }

    /** Another limit of speed from now on. */
    synchronized void bytesPerSecond(OptionalLong most) {
        bytesPerSecond = most;
        // What was to be waited for under the old limit is forgiven.
        credit = 0;
    }

    /** Takes a connection if there is one. */
    boolean tryConnection() {
        return connections.tryAcquire();
    }

    /** Waits a little for a connection; false where none became free. */
    boolean awaitConnection() throws InterruptedException {
        return connections.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    void giveConnection() {
        connections.release();
    }

    /** Lets so many bytes pass, now or as soon as the limit allows; returns early where that is cancelled or the limit changes, or the limit changes. */
    void pass(long bytes, Cancellation cancellation) {
        OptionalLong most = bytesPerSecond;
        if (most.isEmpty()) {
            return;
        }
        long waitNanos = debt(bytes, most.getAsLong());
        while (waitNanos > 0 && !cancellation.isCancelled() && bytesPerSecond.equals(most)) {
            long some = Math.min(waitNanos, TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
            java.util.concurrent.locks.LockSupport.parkNanos(some);
            waitNanos -= some;
        }
    }

    /** Takes the bytes at once; what was not there is paid by waiting, so that everybody gets his turn. */
    private synchronized long debt(long bytes, long perSecond) {
        long now = System.nanoTime();
        credit = Math.min(perSecond * BURST_SECONDS, credit + (now - lastNanos) / 1e9 * perSecond) - bytes;
        lastNanos = now;
        return credit >= 0 ? 0 : (long) (-credit / perSecond * 1e9);
    }
}
