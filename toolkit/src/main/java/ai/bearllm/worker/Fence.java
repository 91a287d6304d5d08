package ai.bearllm.worker;

import ai.bearllm.engine.Sandboxing;
import ai.bearllm.model.BearException;
import java.util.Optional;

/**
 * What was decided about a worker's sandbox.
 *
 * @param sandbox the one to use; empty for a plain child process
 * @param why why none is used; empty where one is
 * @param required whether a worker without it is none
 */
record Fence(Optional<Sandbox> sandbox, Optional<String> why, boolean required) {
    /**
     * Decides by what is wished and what works.
     *
     * @throws BearException where a sandbox is required and none works
     */
    static Fence of(Sandboxing wish, Sandbox.Found found) {
        return switch (wish) {
            case OFF -> new Fence(Optional.empty(), Optional.of("the sandbox was switched off"), false);
            case PREFERRED -> new Fence(found.sandbox(), found.why(), false);
            case REQUIRED -> {
                if (found.sandbox().isEmpty()) {
                    throw new BearException(
                            "This session requires a sandbox and none works here. "
                                    + found.why().orElse(""),
                            "Make one work, or open the session with .sandbox(\"preferred\"), which takes what there is.");
                }
                yield new Fence(found.sandbox(), Optional.empty(), true);
            }
        };
    }
}
