package ai.bearllm.worker;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * How long models stay loaded after their sessions were closed, and within which memory.
 *
 * @param idle how long; zero: not at all
 * @param free memory that this machine can still give, in bytes; empty where that is not known. Before a model is loaded that
 *     needs more, idle ones are ended, the least recently used first
 */
public record KeepAlive(Duration idle, Supplier<OptionalLong> free) {
    /** Models go with their sessions. */
    public static final KeepAlive NONE = new KeepAlive(Duration.ZERO, OptionalLong::empty);

    /** What people expect who ask a second question soon after the first. */
    public static final Duration USUAL = Duration.ofMinutes(5);

    public KeepAlive {
        if (idle.isNegative()) {
            throw new IllegalArgumentException("keep-alive must not be negative but was " + idle);
        }
    }
}
