package ai.bearllm.engine;

import java.util.Collections;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * How a model is loaded.
 *
 * @param contextTokens size of the context; empty: the engine takes the model's own, at most 4096
 * @param batchTokens prompt tokens computed in one step; empty: the engine's default
 * @param threads threads that compute; empty: the number of physical cores this process may use
 * @param gpuLayers layers to put on a GPU; empty: none
 * @param extras engine-specific options by the engine's own names, passed on as they are
 */
public record LoadOptions(
        OptionalInt contextTokens,
        OptionalInt batchTokens,
        OptionalInt threads,
        OptionalInt gpuLayers,
        Map<String, String> extras) {
    /** Everything left to the engine. */
    public static final LoadOptions DEFAULT = new LoadOptions(
            OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), Map.of());

    public LoadOptions {
        requireIn("contextTokens", contextTokens, 8, 16_777_216);
        requireIn("batchTokens", batchTokens, 1, 1_048_576);
        requireIn("threads", threads, 1, 1024);
        requireIn("gpuLayers", gpuLayers, 0, 100_000);
        extras = Collections.unmodifiableMap(new TreeMap<>(extras));
    }

    /** With a context of this many tokens. */
    public LoadOptions withContext(int tokens) {
        return new LoadOptions(OptionalInt.of(tokens), batchTokens, threads, gpuLayers, extras);
    }

    /** With this many prompt tokens a step. */
    public LoadOptions withBatch(int tokens) {
        return new LoadOptions(contextTokens, OptionalInt.of(tokens), threads, gpuLayers, extras);
    }

    /** With this many threads. */
    public LoadOptions withThreads(int count) {
        return new LoadOptions(contextTokens, batchTokens, OptionalInt.of(count), gpuLayers, extras);
    }

    /** With this many layers on a GPU. */
    public LoadOptions withGpuLayers(int layers) {
        return new LoadOptions(contextTokens, batchTokens, threads, OptionalInt.of(layers), extras);
    }

    private static void requireIn(String name, OptionalInt value, int least, int most) {
        if (value.isPresent() && (value.getAsInt() < least || value.getAsInt() > most)) {
            throw new IllegalArgumentException(
                    name + " must be " + least + " to " + most + " but was " + value.getAsInt());
        }
    }
}
