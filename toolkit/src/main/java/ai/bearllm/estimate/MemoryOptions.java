package ai.bearllm.estimate;

import ai.bearllm.gguf.GgmlType;
import java.util.Locale;

/**
 * How a model will be loaded, as far as its memory depends on it.
 *
 * @param stepTokens prompt tokens computed at once, llama.cpp's {@code n_ubatch}
 * @param keyType type of the cache's keys, for example {@code F16}, {@code Q8_0}
 * @param valueType type of the cache's values
 * @param flashAttention whether attention is computed without the table of all pairs
 * @param gpuLayers layers on a GPU; more than the model has puts the output there too
 * @param windowed whether layers that see only the last tokens keep only those, as llama.cpp does since the middle of 2025; the
 *     build in java-llama.cpp 4.2.0 keeps all
 */
public record MemoryOptions(
        int stepTokens, String keyType, String valueType, boolean flashAttention, int gpuLayers, boolean windowed) {
    /** What the toolkit's default engine does: 512 tokens at once, F16, no GPU. */
    public static final MemoryOptions DEFAULT = new MemoryOptions(512, "F16", "F16", false, 0, false);

    public MemoryOptions {
        if (stepTokens < 1 || stepTokens > 1 << 20) {
            throw new IllegalArgumentException("stepTokens must be 1 to 1048576 but was " + stepTokens);
        }
        if (gpuLayers < 0) {
            throw new IllegalArgumentException("gpuLayers must not be negative but was " + gpuLayers);
        }
        type(keyType);
        type(valueType);
        keyType = keyType.toUpperCase(Locale.ROOT);
        valueType = valueType.toUpperCase(Locale.ROOT);
    }

    static GgmlType type(String name) {
        return GgmlType.all().stream()
                .filter(type -> type.name().equalsIgnoreCase(name) && type.blockElements() > 0)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "a cache's type is F16, BF16, F32, Q8_0, Q4_0 or the like but was \"" + name + "\""));
    }

    /** With this many prompt tokens at once. */
    public MemoryOptions withStep(int tokens) {
        return new MemoryOptions(tokens, keyType, valueType, flashAttention, gpuLayers, windowed);
    }

    /** With a cache of these types. */
    public MemoryOptions withCache(String keys, String values) {
        return new MemoryOptions(stepTokens, keys, values, flashAttention, gpuLayers, windowed);
    }

    /** With or without flash attention. */
    public MemoryOptions withFlashAttention(boolean on) {
        return new MemoryOptions(stepTokens, keyType, valueType, on, gpuLayers, windowed);
    }

    /** With this many layers on a GPU. */
    public MemoryOptions withGpuLayers(int layers) {
        return new MemoryOptions(stepTokens, keyType, valueType, flashAttention, layers, windowed);
    }

    /** With the whole model on a GPU, the output too. */
    public MemoryOptions withEveryLayerOnGpu() {
        return withGpuLayers(Integer.MAX_VALUE);
    }

    /** With or without a smaller cache for layers that see only the last tokens. */
    public MemoryOptions withWindows(boolean on) {
        return new MemoryOptions(stepTokens, keyType, valueType, flashAttention, gpuLayers, on);
    }
}
