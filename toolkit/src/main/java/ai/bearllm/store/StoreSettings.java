package ai.bearllm.store;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How a store waits for its database while another process or thread has it.
 *
 * @param patience how long a lease is waited for before it is given up
 * @param onWait told once a second, from the first second on, on the waiting thread; must be quick
 */
public record StoreSettings(Duration patience, Consumer<Waiting> onWait) {
    /** Thirty seconds, silently. Leases are short: one that lasts longer is worth a message. */
    public static final StoreSettings DEFAULT = new StoreSettings(Duration.ofSeconds(30), waiting -> {});

    public StoreSettings {
        if (patience.isNegative()) {
            throw new IllegalArgumentException("patience must not be negative but was " + patience);
        }
    }

    /** With another patience; zero asks once. */
    public StoreSettings patience(Duration longest) {
        return new StoreSettings(longest, onWait);
    }

    /** With another listener. */
    public StoreSettings onWait(Consumer<Waiting> listener) {
        return new StoreSettings(patience, listener);
    }
}
