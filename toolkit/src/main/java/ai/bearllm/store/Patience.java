package ai.bearllm.store;

import ai.bearllm.model.BearException;
import java.time.Duration;

/** One caller's wait for the database: tells about it once a second and ends it in time. */
final class Patience {
    private final StoreSettings settings;
    private final Holder holder;
    private final long startNanos = System.nanoTime();
    private long nextNotice = 1;

    Patience(StoreSettings settings, Holder holder) {
        this.settings = settings;
        this.holder = holder;
    }

    /**
     * Tells about the wait where it is time to.
     *
     * @throws BearException where the wait has lasted too long; it names the holder
     */
    void step() {
        Duration waited = Duration.ofNanos(System.nanoTime() - startNanos);
        if (waited.compareTo(settings.patience()) >= 0) {
            throw new BearException(
                    "The database is in use. " + holder.waiting(waited),
                    "Wait until it is done there or end that process, then try again; nothing was changed.");
        }
        if (waited.toSeconds() >= nextNotice) {
            nextNotice = waited.toSeconds() + 1;
            settings.onWait().accept(holder.waiting(waited));
        }
    }
}
