package ai.bearllm.engine;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a model was loaded.
 *
 * @param time loading, from the request to the first possible generation
 * @param contextTokens the context it really has
 * @param parameters every effective load option by name
 * @param weightsBytes buffer for the weights, as the engine reports it
 * @param kvCacheBytes key-value cache
 * @param computeBytes buffers for intermediate results
 * @param gpuLayers layers on a GPU; 0 when all are on the CPU
 * @param gpuFallback why layers asked for are not on a GPU
 */
public record LoadReport(
        Duration time,
        int contextTokens,
        Map<String, String> parameters,
        OptionalLong weightsBytes,
        OptionalLong kvCacheBytes,
        OptionalLong computeBytes,
        OptionalInt gpuLayers,
        Optional<String> gpuFallback) {
    public LoadReport {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
}
