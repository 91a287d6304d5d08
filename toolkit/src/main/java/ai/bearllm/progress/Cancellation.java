package ai.bearllm.progress;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** A request to stop, made by one thread and noticed by another: work checks it per block or token. */
public final class Cancellation {
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final List<Runnable> actions = new CopyOnWriteArrayList<>();

    private Cancellation() {}

    /** One that nobody has asked for yet. */
    public static Cancellation create() {
        return new Cancellation();
    }

    /** Asks for the stop; the first call runs what {@link #onCancel} registered, later ones do nothing. */
    public void cancel() {
        if (cancelled.compareAndSet(false, true)) {
            actions.forEach(Runnable::run);
        }
    }

    /** Whether the stop was asked for. */
    public boolean isCancelled() {
        return cancelled.get();
    }

    /**
     * Stops the calling work where the stop was asked for.
     *
     * @throws CancellationException if so
     */
    public void check() {
        if (cancelled.get()) {
            throw new CancellationException("cancelled");
        }
    }

    /**
     * Runs an action at the moment of the request (at once if it was made already), on the requesting thread: for work that
     * sits in a blocking call. The action is quick and does not throw; it may run twice where both moments meet.
     *
     * @return removes the action again
     */
    public Registration onCancel(Runnable action) {
        actions.add(action);
        if (cancelled.get()) {
            action.run();
        }
        return () -> actions.remove(action);
    }

    /** Removes what was registered. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
