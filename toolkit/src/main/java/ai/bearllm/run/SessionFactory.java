package ai.bearllm.run;

import ai.bearllm.engine.LoadOptions;
import ai.bearllm.model.BearException;
import java.util.List;

/** Opens sessions by names that people write. */
public interface SessionFactory {
    /**
     * Opens a session on an installed model and waits until it can generate.
     *
     * @param model an id, alias or short name; empty for the active model
     * @param engine an engine's name; empty for the default, {@code llama.cpp}
     * @throws BearException where the model is unknown, not installed or refused, or the engine is not available here; it says
     *     what to do
     */
    ModelSession open(String model, String engine, LoadOptions options);

    /** Names of the engines that can run here, the default first. */
    List<String> engines();
}
