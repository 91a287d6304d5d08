package ai.bearllm.hub;

import java.time.Duration;

/** When the other side last said something, and how much; written by the client's threads, read by the one that waits. */
final class Watch {
    /** Who sends less than this for a whole stall timeout is as good as silent. */
    static final long LEAST_BYTES_PER_SECOND = 1_000;

    private long lastNanos = System.nanoTime();
    private boolean paused;
    private long windowNanos = lastNanos;
    private long windowBytes;
    private long ownNanos;

    /** Something arrived. */
    synchronized void touch() {
        long now = System.nanoTime();
        if (paused) {
            ownNanos += now - lastNanos;
            paused = false;
        }
        lastNanos = now;
    }

    /** So many bytes arrived; from here to the next {@link #touch()} it is our own turn. */
    synchronized void pause(long bytes) {
        lastNanos = System.nanoTime();
        windowBytes += bytes;
        paused = true;
    }

    /** How long nothing has arrived; 0 while it is our own turn. */
    synchronized long idleNanos() {
        return paused ? 0 : Math.max(0, System.nanoTime() - lastNanos);
    }

    /** Whether a body has come slower than {@link #LEAST_BYTES_PER_SECOND} for so long, our own turns not counted. */
    synchronized boolean isTrickle(Duration limit) {
        long now = System.nanoTime();
        long elapsed = now - windowNanos - ownNanos;
        if (paused || elapsed < limit.toNanos()) {
            return false;
        }
        boolean slow = windowBytes < LEAST_BYTES_PER_SECOND * (elapsed / 1e9);
        windowNanos = now;
        windowBytes = 0;
        ownNanos = 0;
        return slow;
    }
}
