package ai.bearllm.engine;

import ai.bearllm.model.Sheet;
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
    /** The parameter that tells how long the model had been waiting, loaded, where this session did not load it. */
    private static final String KEPT = "keptLoaded";

    public LoadReport {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /** Whether the session found the model loaded by an earlier one; {@code time} is then that earlier loading's. */
    public boolean wasKept() {
        return parameters.containsKey(KEPT);
    }

    /** The same for a session that found the model loaded, after it had waited so long. */
    public LoadReport kept(Duration waited) {
        return with(KEPT, Sheet.format(waited));
    }

    /** The same, taking so long. */
    public LoadReport withTime(Duration whole) {
        return new LoadReport(
                whole, contextTokens, parameters, weightsBytes, kvCacheBytes, computeBytes, gpuLayers, gpuFallback);
    }

    /** With one more parameter. */
    public LoadReport with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(parameters);
        more.put(name, value);
        return new LoadReport(
                time, contextTokens, more, weightsBytes, kvCacheBytes, computeBytes, gpuLayers, gpuFallback);
    }
}
