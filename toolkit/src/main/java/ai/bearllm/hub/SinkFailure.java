package ai.bearllm.hub;

import java.io.IOException;
import java.io.UncheckedIOException;

/** What a sink threw, on its way from the HTTP client's thread to the caller's: not to be taken for the network's failure. */
final class SinkFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SinkFailure(Throwable cause) {
        super(cause);
    }

    /** The sink's own failure, for the caller. */
    RuntimeException unwrapped() {
        Throwable cause = getCause();
        if (cause instanceof RuntimeException unchecked) {
            return unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof IOException io ? new UncheckedIOException(io) : this;
    }
}
