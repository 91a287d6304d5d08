package ai.bearllm.progress;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Keeps a listener's failure from the job it listens to. */
final class GuardedListener implements ProgressListener {
    private static final Logger LOG = System.getLogger(GuardedListener.class.getName());

    private final ProgressListener listener;
    private boolean broken;

    GuardedListener(ProgressListener listener) {
        this.listener = listener;
    }

    @Override
    public synchronized void on(Progress event) {
        if (broken) {
            return;
        }
        try {
            listener.on(event);
        } catch (RuntimeException e) {
            broken = true;
            LOG.log(Level.WARNING, "a progress listener failed and hears no more", e);
        }
    }

    @Override
    public ProgressListener guarded() {
        return this;
    }
}
