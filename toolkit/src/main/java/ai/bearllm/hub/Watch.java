package ai.bearllm.hub;

/** When the other side last said something; written by the client's threads, read by the one that waits. */
final class Watch {
    private volatile long lastNanos = System.nanoTime();
    private volatile boolean paused;

    /** Something arrived. */
    void touch() {
        lastNanos = System.nanoTime();
        paused = false;
    }

    /** From here to the next {@link #touch()} it is our own turn. */
    void pause() {
        paused = true;
    }

    /** How long nothing has arrived; 0 while it is our own turn. */
    long idleNanos() {
        return paused ? 0 : Math.max(0, System.nanoTime() - lastNanos);
    }
}
