package ai.bearllm.registry;

import ai.bearllm.model.ModelId;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** What other parts of the toolkit know about a model; asked when it is about to be removed. */
public interface ModelUses {
    /** Nobody knows anything. */
    ModelUses UNKNOWN = new ModelUses() {
        @Override
        public Optional<Instant> lastUse(ModelId model) {
            return Optional.empty();
        }

        @Override
        public OptionalInt conversations(ModelId model) {
            return OptionalInt.empty();
        }

        @Override
        public void end(ModelId model) {}
    };

    /** When it last ran here; empty where that is not recorded. */
    Optional<Instant> lastUse(ModelId model);

    /** How many stored conversations name it; empty where nobody counts. */
    OptionalInt conversations(ModelId model);

    /**
     * Whether an engine that can run here loads networks of this kind; true where nobody knows engines.
     *
     * @param architecture as {@code general.architecture} of a GGUF file
     */
    default boolean isRunnable(String architecture) {
        return true;
    }

    /** Ends whatever has it loaded, and returns when its file is no longer in use. */
    void end(ModelId model);
}
