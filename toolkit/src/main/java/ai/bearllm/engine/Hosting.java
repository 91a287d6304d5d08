package ai.bearllm.engine;

import java.time.Duration;
import java.util.Optional;

/**
 * How a local engine's process is run; engines without one have no use for it.
 *
 * @param sandboxing how much the session insists on a sandbox; empty: as the toolkit is set, the best that works
 * @param keepAlive how long the model stays loaded after the session was closed; zero: the session loads it anew and it goes with
 *     the session; empty: as the toolkit is set, five minutes
 */
public record Hosting(Optional<Sandboxing> sandboxing, Optional<Duration> keepAlive) {
    /** As the toolkit is set. */
    public static final Hosting DEFAULT = new Hosting(Optional.empty(), Optional.empty());

    public Hosting {
        if (keepAlive.isPresent() && keepAlive.get().isNegative()) {
            throw new IllegalArgumentException("keepAlive must not be negative but was " + keepAlive.get());
        }
    }

    /** Insisting so on a sandbox. */
    public Hosting withSandboxing(Sandboxing wish) {
        return new Hosting(Optional.of(wish), keepAlive);
    }

    /** Loaded so long after the session. */
    public Hosting withKeepAlive(Duration time) {
        return new Hosting(sandboxing, Optional.of(time));
    }
}
