package ai.bearllm.notebook;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Spaces what is sent to a front end: at most ten frames a second in all. JupyterLab stops at a flood of messages and stays
 * busy for good; a headless client can lose the last message of one.
 */
final class Pacer {
    static final Duration GAP = Duration.ofMillis(100);

    private static final Logger LOG = System.getLogger(Pacer.class.getName());

    private final Set<Runnable> waiting = new LinkedHashSet<>();
    private boolean sending;
    private long free = System.nanoTime();

    /** Runs the frame at a free moment on another thread; asking again before that changes nothing. */
    synchronized void later(Runnable frame) {
        if (waiting.add(frame) && !sending) {
            sending = true;
            Thread thread = new Thread(this::sendAll, "bear-display");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Runs the frame on this thread as soon as a moment is free, after a short pause where one was just taken. */
    void last(Runnable frame) {
        synchronized (this) {
            waiting.remove(frame);
        }
        awaitFreeMoment();
        frame.run();
    }

    private void sendAll() {
        while (anyWaiting()) {
            awaitFreeMoment();
            try {
                take().ifPresent(Runnable::run);
            } catch (RuntimeException | LinkageError e) {
                LOG.log(Level.WARNING, "a live display could not be updated", e);
            }
        }
    }

    private synchronized boolean anyWaiting() {
        sending = !waiting.isEmpty();
        return sending;
    }

    /** The frame that waits longest; none where its job ended meanwhile. */
    private synchronized Optional<Runnable> take() {
        Iterator<Runnable> first = waiting.iterator();
        if (!first.hasNext()) {
            return Optional.empty();
        }
        Runnable frame = first.next();
        first.remove();
        return Optional.of(frame);
    }

    private void awaitFreeMoment() {
        long wait;
        synchronized (this) {
            long now = System.nanoTime();
            long mine = free - now > 0 ? free : now;
            free = mine + GAP.toNanos();
            wait = mine - now;
        }
        try {
            Thread.sleep((wait + 999_999) / 1_000_000);
        } catch (InterruptedException e) {
            // Whoever interrupted wants the job to end; what it did last is still shown.
            Thread.currentThread().interrupt();
        }
    }
}
