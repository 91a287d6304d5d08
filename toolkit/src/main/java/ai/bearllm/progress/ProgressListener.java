package ai.bearllm.progress;

/**
 * Receives the events of a job in the order of {@link Progress}'s grammar, one call at a time, on a thread of the toolkit.
 *
 * <p>A listener that throws is logged once and not called again: a broken display must not break a download. Limiting its
 * own rate is the listener's business.
 */
@FunctionalInterface
public interface ProgressListener {
    /** Hears nothing. */
    ProgressListener NONE = event -> {};

    /** Called for each event. */
    void on(Progress event);

    /** This listener, safe to call: its first failure is logged and ends its calls; calls are serialized. */
    default ProgressListener guarded() {
        return new GuardedListener(this);
    }
}
