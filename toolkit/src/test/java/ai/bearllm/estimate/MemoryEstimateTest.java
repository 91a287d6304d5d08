package ai.bearllm.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufBuilder;
import ai.bearllm.lab.Lab;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryEstimateTest {
    private static final double MIB = 1 << 20;

    @TempDir
    Path folder;

    private static Gguf bearTiny() {
        return Gguf.read(Lab.project().resolve("data/bear-tiny/bear-tiny.gguf"));
    }

    /** The numbers of SmolLM2 135M or Gemma 3 270M, without their weights. */
    private Gguf like(String name) {
        boolean gemma = name.equals("gemma3");
        GgufBuilder file = GgufBuilder.empty()
                .text("general.architecture", name)
                .u32(name + ".context_length", 8192)
                .u32(name + ".embedding_length", gemma ? 640 : 576)
                .u32(name + ".block_count", gemma ? 18 : 30)
                .u32(name + ".feed_forward_length", gemma ? 2048 : 1536)
                .u32(name + ".attention.head_count", gemma ? 4 : 9)
                .u32(name + ".attention.head_count_kv", gemma ? 1 : 3)
                .u32(name + ".vocab_size", gemma ? 262_144 : 49_152)
                .tensor("output_norm.weight", 0, 32);
        if (gemma) {
            file.u32("gemma3.attention.key_length", 256)
                    .u32("gemma3.attention.value_length", 256)
                    .u32("gemma3.attention.sliding_window", 512);
        }
        return read(file);
    }

    private Gguf read(GgufBuilder file) {
        return Gguf.read(file.write(folder.resolve("test.gguf")));
    }

    private static double mib(MemoryEstimate estimate, String part) {
        return estimate.bytesOf(part).orElseThrow() / MIB;
    }

    static long reserved(MemoryEstimate estimate, String part) {
        return estimate.parts().stream()
                .filter(one -> one.name().equals(part))
                .mapToLong(one -> one.reservedBytes().orElseThrow())
                .sum();
    }

    /** What the log of java-llama.cpp 4.2.0 (llama.cpp b4916) said, in MiB: KV cache, compute and output buffer. */
    @ParameterizedTest
    @CsvSource({
        "bear-tiny,   512,  512, false, F16,    0.75,   7.01, 0.00",
        "bear-tiny,  1024,  512, false, F16,    1.50,  12.01, 0.00",
        "bear-tiny,  1000,  512, false, F16,    1.50,  12.01, 0.00",
        "bear-tiny,  8192,  512, false, F16,   12.00,  82.01, 0.00",
        "bear-tiny,  4096, 2048, false, F16,    6.00, 168.02, 0.00",
        "bear-tiny,  2048,   32, false, F16,    3.00,   1.63, 0.00",
        "bear-tiny,  4096,  512, true,  F16,    6.00,  14.01, 0.00",
        "bear-tiny,  4096,  512, true,  Q8_0,   3.19,  14.01, 0.00",
        "llama,       512,  512, false, F16,   11.25,  98.38, 0.19",
        "llama,      2048,  512, false, F16,   45.00,  98.75, 0.19",
        "llama,      8192,  512, false, F16,  180.00, 164.51, 0.19",
        "llama,     16384,  512, false, F16,  360.00, 324.51, 0.19",
        "llama,      2048,  128, false, F16,   45.00,  24.57, 0.19",
        "llama,      4096, 2048, false, F16,   90.00, 394.01, 0.19",
        "llama,      4096,  512, true,  Q8_0,  47.81,  99.26, 0.19",
        "gemma3,      512,  512, false, F16,    9.00, 514.75, 1.00",
        "gemma3,     4096,  512, false, F16,   72.00, 514.50, 1.00",
        "gemma3,    16384,  512, false, F16,  288.00, 514.50, 1.00",
        "gemma3,     2048,  128, false, F16,   36.00, 128.63, 1.00",
        "gemma3,     4096,  512, true,  Q8_0,  38.25, 515.01, 1.00",
    })
    void isWhatTheEngineLogged(
            String model,
            int context,
            int step,
            boolean flash,
            String type,
            double cache,
            double compute,
            double output) {
        MemoryOptions options =
                MemoryOptions.DEFAULT.withStep(step).withFlashAttention(flash).withCache(type, type);
        Gguf gguf = model.equals("bear-tiny") ? bearTiny() : like(model);
        MemoryEstimate estimate = MemoryEstimate.of(gguf, context, options);
        assertThat(mib(estimate, "cache")).isEqualTo(cache, within(0.006));
        assertThat(reserved(estimate, "compute") / MIB).isEqualTo(compute, within(compute * 0.011));
        assertThat(mib(estimate, "output")).isEqualTo(output, within(0.006));
    }

    @Test
    void addsUpAndSaysHow() {
        MemoryEstimate estimate = MemoryEstimate.of(bearTiny(), 1024);
        assertThat(estimate.bytesOf("weights")).hasValue(bearTiny().tensorBytes());
        assertThat(estimate.unknown()).isEmpty();
        assertThat(estimate.totalBytes().orElseThrow())
                .isEqualTo(estimate.parts().stream()
                        .mapToLong(part -> part.bytes().orElseThrow())
                        .sum())
                .isBetween(110_000_000L, 130_000_000L);
        assertThat(estimate.cpuBytes()).isEqualTo(estimate.totalBytes());
        assertThat(estimate.gpuBytes()).hasValue(0);
        assertThat(estimate.toString()).contains("MB for a context of 1024 tokens");
        assertThat(estimate.sheet().text())
                .contains("weights", "cache", "compute", "output", "engine", "worker", "sum of the tensors");
        assertThat(estimate.bytesOf("nothing")).isEmpty();
    }

    @Test
    void splitsWeightsAndCacheByLayers() {
        long all = bearTiny().tensorBytes();
        long cache = 3 * 512 * 128 * 4;
        MemoryEstimate one = MemoryEstimate.of(bearTiny(), 512, MemoryOptions.DEFAULT.withGpuLayers(1));
        MemoryEstimate every = MemoryEstimate.of(bearTiny(), 512, MemoryOptions.DEFAULT.withGpuLayers(99));
        assertThat(one.bytesOf("weights")).hasValue(all);
        assertThat(one.bytesOf("cache")).hasValue(cache);
        assertThat(onGpu(one, "cache")).isEqualTo(cache / 3);
        assertThat(onGpu(every, "cache")).isEqualTo(cache);
        assertThat(onGpu(one, "weights")).isBetween(all / 6, all / 2);
        // The input's table stays in main memory; where the output uses the same one, it is there twice.
        assertThat(every.bytesOf("weights").orElseThrow()).isGreaterThanOrEqualTo(all);
        assertThat(every.sheet().text()).contains("GPU", "not measured on a GPU");
    }

    private static long onGpu(MemoryEstimate estimate, String name) {
        return estimate.parts().stream()
                .filter(part -> part.name().equals(name) && part.place() == MemoryPart.Place.GPU)
                .mapToLong(part -> part.bytes().orElseThrow())
                .sum();
    }

    @Test
    void keepsOnlyTheLastTokensWhereTheEngineDoes() {
        Gguf gemma = like("gemma3");
        MemoryEstimate whole = MemoryEstimate.of(gemma, 8192);
        MemoryEstimate windowed = MemoryEstimate.of(gemma, 8192, MemoryOptions.DEFAULT.withWindows(true));
        // 3 of 18 layers see all 8192 tokens, 15 the last 512 and a step of 512.
        assertThat(windowed.bytesOf("cache")).hasValue((3 * 8192 + 15 * 1024) * 256L * 4);
        assertThat(whole.bytesOf("cache")).hasValue(18 * 8192 * 256L * 4);
    }

    @Test
    void countsLayersThatDiffer() {
        Gguf gguf = read(model("llama").u32("llama.block_count", 3).i32s("llama.attention.head_count_kv", 2, 0, 1));
        assertThat(MemoryEstimate.of(gguf, 256).bytesOf("cache")).hasValue(256 * 3 * 8 * 4);
    }

    private static GgufBuilder model(String name) {
        return GgufBuilder.empty()
                .text("general.architecture", name)
                .u32(name + ".context_length", 128)
                .u32(name + ".embedding_length", 32)
                .u32(name + ".block_count", 2)
                .u32(name + ".feed_forward_length", 64)
                .u32(name + ".attention.head_count", 4)
                .u32(name + ".vocab_size", 100)
                .tensor("token_embd.weight", 0, 32, 100);
    }

    @Test
    void countsTheStateOfRecurrentLayersAndCompressedKeys() {
        Gguf mamba = read(model("mamba")
                .u32("mamba.ssm.conv_kernel", 4)
                .u32("mamba.ssm.inner_size", 64)
                .u32("mamba.ssm.state_size", 16));
        MemoryEstimate estimate = MemoryEstimate.of(mamba, 4096);
        assertThat(estimate.bytesOf("cache")).hasValue(2 * (3 * 64 + 16 * 64) * 4);
        assertThat(estimate.bytesOf("compute")).isEmpty();
        Gguf hybrid = read(model("jamba")
                .i32s("jamba.attention.head_count_kv", 0, 2)
                .u32("jamba.ssm.conv_kernel", 4)
                .u32("jamba.ssm.inner_size", 64)
                .u32("jamba.ssm.state_size", 16));
        assertThat(MemoryEstimate.of(hybrid, 64).bytesOf("cache")).hasValue((3 * 64 + 16 * 64) * 4 + 64 * 2 * 8 * 4);
        Gguf compressed = read(model("deepseek2")
                .u32("deepseek2.attention.head_count_kv", 1)
                .u32("deepseek2.attention.key_length", 576)
                .u32("deepseek2.attention.value_length", 512)
                .u32("deepseek2.attention.key_length_mla", 192));
        assertThat(MemoryEstimate.of(compressed, 64).bytesOf("cache")).hasValue(2 * 64 * 576 * 2);
    }

    @Test
    void namesWhatItDoesNotKnowAndGuessesNothing() {
        for (GgufBuilder file : List.of(
                GgufBuilder.empty().text("general.architecture", "next-year").tensor("w", 0, 32),
                GgufBuilder.empty().tensor("w", 0, 32),
                GgufBuilder.empty(),
                model("bert"),
                model("llama").without("llama.attention.head_count"),
                model("llama").u32("llama.block_count", -1),
                model("llama").u32("llama.embedding_length", -1).u32("llama.attention.key_length", -1),
                model("kimi-linear"))) {
            MemoryEstimate estimate = MemoryEstimate.of(read(file), 4096, MemoryOptions.DEFAULT.withGpuLayers(1));
            assertThat(estimate.totalBytes()).isEmpty();
            assertThat(estimate.unknown())
                    .isNotEmpty()
                    .allSatisfy(part -> assertThat(part.basis()).isNotBlank());
            assertThat(estimate.toString()).startsWith("memory unknown").hasSizeLessThanOrEqualTo(80);
            assertThat(estimate.sheet().text()).contains("Unknown: ", "unknown");
        }
    }

    @Test
    void refusesWhatNobodyCanMean() {
        Gguf gguf = bearTiny();
        assertThatThrownBy(() -> MemoryEstimate.of(gguf, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MemoryOptions.DEFAULT.withCache("Q99", "F16"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Q99");
        assertThatThrownBy(() -> MemoryOptions.DEFAULT.withStep(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MemoryOptions.DEFAULT.withGpuLayers(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(MemoryOptions.DEFAULT.withCache("q8_0", "f16").keyType()).isEqualTo("Q8_0");
    }
}
