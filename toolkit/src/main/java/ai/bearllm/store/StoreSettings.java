package ai.bearllm.store;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How a store waits for its database while another process or thread has it, and how long it keeps it itself.
 *
 * @param patience how long a lease is waited for before it is given up
 * @param keepOpen how long the database stays open after a lease, for the next one; another process that asks for it is let in
 *     earlier
 * @param onWait told once a second, from the first second on, on the waiting thread; must be quick
 */
public record StoreSettings(Duration patience, Duration keepOpen, Consumer<Waiting> onWait) {
    /**
     * Thirty seconds, silently, and a quarter of a second. Leases are short: one that lasts longer is worth a message.
     */
    public static final StoreSettings DEFAULT =
            new StoreSettings(Duration.ofSeconds(30), Duration.ofMillis(250), waiting -> {});

    public StoreSettings {
        if (patience.isNegative()) {
            throw new IllegalArgumentException("patience must not be negative but was " + patience);
        }
        if (keepOpen.isNegative()) {
            throw new IllegalArgumentException("keepOpen must not be negative but was " + keepOpen);
        }
    }

    /** With another patience; zero asks once. */
    public StoreSettings patience(Duration longest) {
        return new StoreSettings(longest, keepOpen, onWait);
    }

    /** Keeping the database open for another time; zero closes it after each lease. */
    public StoreSettings keepOpen(Duration time) {
        return new StoreSettings(patience, time, onWait);
    }

    /** With another listener. */
    public StoreSettings onWait(Consumer<Waiting> listener) {
        return new StoreSettings(patience, keepOpen, listener);
    }
}
