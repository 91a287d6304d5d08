package ai.bearllm.hub;

import ai.bearllm.model.BearException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request that was not made, not answered, or answered with a refusal. The message never holds a token, nor the query of an
 * address, because signed addresses carry their permission there.
 */
public final class NetworkException extends BearException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final @Nullable Duration retryAfter;

    NetworkException(Reason reason, String problem, String fix) {
        this(reason, problem, fix, null, null);
    }

    NetworkException(Reason reason, String problem, String fix, @Nullable Throwable cause) {
        this(reason, problem, fix, null, cause);
    }

    NetworkException(
            Reason reason, String problem, String fix, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(problem, fix, cause);
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    /** What went wrong, for code that branches. */
    public Reason reason() {
        return reason;
    }

    /** Whether the same request may succeed a little later without anyone doing anything. */
    public boolean isTransient() {
        return reason.isTransient;
    }

    /** How long the server asks to wait before the next try; empty where it did not say. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** What can go wrong with a request. */
    public enum Reason {
        /** The user forbade the network. */
        OFFLINE(false),
        /** The host's name has no address. */
        UNKNOWN_HOST(true),
        /** Nothing answers at the address, or not in time. */
        CONNECT(true),
        /** The proxy refused. */
        PROXY(false),
        /** No trusted encrypted connection. */
        TLS(false),
        /** No byte for longer than the stall timeout. */
        STALLED(true),
        /** The connection ended before the answer did. */
        BROKEN(true),
        /** A redirect that is not followed: too many, to another scheme, or to nowhere. */
        REDIRECT(false),
        /** An answer larger than the limit for its kind. */
        TOO_LARGE(false),
        /** An answer that is not what its kind promises. */
        INVALID(false),
        /** The server wants to know who asks, or does not know the token. */
        UNAUTHORIZED(false),
        /** The server knows who asks and refuses; also a gated repository whose terms were not accepted. */
        FORBIDDEN(false),
        /** No such repository, revision or file. */
        NOT_FOUND(false),
        /** Too many requests. */
        RATE_LIMITED(true),
        /** The server failed (500 and above, 408). */
        SERVER(true),
        /** Any other status. */
        REFUSED(false);

        private final boolean isTransient;

        Reason(boolean isTransient) {
            this.isTransient = isTransient;
        }
    }
}
