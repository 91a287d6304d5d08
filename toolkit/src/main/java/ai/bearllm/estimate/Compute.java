package ai.bearllm.estimate;

import ai.bearllm.gguf.Architecture;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufTensor;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Room for intermediate results of one step. Memory is used again from operation to operation, so that the largest moment
 * counts: the logits, or the table of all pairs of attention.
 *
 * <p>Source: measured. java-llama.cpp 4.2.0 (llama.cpp b4916), 42 settings of bear-tiny, SmolLM2 135M and Gemma 3 270M, contexts
 * of 512 to 16384, steps of 32 to 2048 tokens, with and without flash attention: its log's "compute buffer size" was met to
 * within 1.1 % in each, and to 0.02 MiB where attention decides. Other architectures were not measured.
 */
final class Compute {
    private static final long NUMBER = 4;
    private static final long ROWS = 64;

    private final Gguf gguf;
    private final MemoryOptions options;
    private final long cells;
    private final long step;

    Compute(Gguf gguf, long contextTokens, long cells, MemoryOptions options) {
        this.gguf = gguf;
        this.options = options;
        this.cells = cells;
        this.step = Math.min(options.stepTokens(), contextTokens);
    }

    /**
     * Of the whole network.
     *
     * @throws Unknown where it cannot be computed, with the reason
     * @throws ArithmeticException where the file's numbers are nonsense
     */
    long bytes() throws Unknown {
        String name = gguf.architecture().orElse("");
        if (Architecture.of(name).map(Architecture::isRecurrent).orElse(true)) {
            throw new Unknown("it was not measured for the architecture " + (name.isEmpty() ? "of this file" : name));
        }
        long largest = Math.max(output(), Math.max(attention(), feedForward()));
        return Math.addExact(largest, 3 * NUMBER * step);
    }

    /** Of a processor that has no layers: what goes into the network. */
    long inputs() throws Unknown {
        return Math.addExact(mask(), rows(width()));
    }

    /** Logits of each token, beside the last layer's result twice. */
    private long output() throws Unknown {
        return rows(Math.addExact(vocabulary(), 2 * width()));
    }

    private long attention() throws Unknown {
        long heads = gguf.headCounts().stream().mapToLong(Long::longValue).max().orElse(0);
        if (heads < 1) {
            throw new Unknown("the file does not say how many heads there are");
        }
        long masks = gguf.ofArchitecture("attention.sliding_window").isPresent() ? 2 : 1;
        long masked = Math.multiplyExact(masks, mask());
        long pairs = options.flashAttention()
                // The mask is kept once more in half the width.
                ? masked / 2
                : rows(Math.multiplyExact(heads, cells));
        return Math.addExact(Math.addExact(pairs, masked), rows(4 * width()));
    }

    private long mask() {
        long padded = (step + ROWS - 1) / ROWS * ROWS;
        return Math.multiplyExact(NUMBER, Math.multiplyExact(cells, padded));
    }

    private long feedForward() throws Unknown {
        OptionalLong inner = gguf.ofArchitecture("feed_forward_length");
        long used = Math.max(1, gguf.ofArchitecture("expert_used_count").orElse(1));
        long each = gguf.ofArchitecture("expert_feed_forward_length").orElse(inner.orElse(0));
        return rows(Math.addExact(2 * Math.max(inner.orElse(0), Math.multiplyExact(used, each)), 2 * width()));
    }

    long vocabulary() throws Unknown {
        Optional<GgufTensor> output = gguf.tensor("output.weight").or(() -> gguf.tensor("token_embd.weight"));
        if (output.isPresent() && output.get().dimensions().size() == 2) {
            return output.get().dimensions().get(1);
        }
        OptionalLong size = gguf.vocabularySize();
        if (size.isEmpty()) {
            throw new Unknown("the file does not say how many tokens there are");
        }
        return size.getAsLong();
    }

    private long width() throws Unknown {
        OptionalLong width = gguf.embeddingLength();
        if (width.isEmpty() || width.getAsLong() > Integer.MAX_VALUE) {
            throw new Unknown("the file does not say how wide the network is");
        }
        return width.getAsLong();
    }

    private long rows(long numbers) {
        return Math.multiplyExact(NUMBER, Math.multiplyExact(step, numbers));
    }
}
