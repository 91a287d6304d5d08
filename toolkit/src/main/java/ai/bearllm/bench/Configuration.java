package ai.bearllm.bench;

import ai.bearllm.engine.LoadReport;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.Sha256;
import java.util.Optional;

/**
 * A model on an engine, as it was loaded for a benchmark.
 *
 * @param model the model
 * @param sha256 digest of the file that ran, where it was checked
 * @param engine the engine's name
 * @param engineBuild its exact version and build
 * @param loaded how it was loaded: time, effective options, sizes
 */
public record Configuration(
        ModelId model, Optional<Sha256> sha256, String engine, String engineBuild, LoadReport loaded) {
    /** Model and engine for people. */
    public String label() {
        return model + " on " + engine;
    }
}
