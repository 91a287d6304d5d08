package ai.bearllm.engine;

import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;

/** Loads models. Safe for several threads. */
public interface Engine extends AutoCloseable {
    /** The provider's name. */
    String name();

    /** Exact version and build, for provenance. */
    String build();

    /** What its sessions can do. */
    Capabilities capabilities();

    /**
     * Loads a model and waits until it can generate.
     *
     * @throws BearException where the file is missing, refused or does not fit; it says which and what to do
     * @throws java.util.concurrent.CancellationException if cancelled
     */
    Session load(ModelSource source, LoadOptions options, Cancellation cancellation);

    /** Closes every session. May be called twice. */
    @Override
    void close();
}
