package ai.bearllm.engine;

import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;
import java.util.List;

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

    /** What is loaded at this moment, in no order; empty for engines that hold nothing here. */
    default List<SessionStatus> sessions() {
        return List.of();
    }

    /** Ends what is kept of this model although no session is open on it. */
    default void forget(ModelSource source) {}

    /** Closes every session. May be called twice. */
    @Override
    void close();
}
