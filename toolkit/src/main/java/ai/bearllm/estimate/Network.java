package ai.bearllm.estimate;

import ai.bearllm.gguf.Architecture;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufTensor;
import ai.bearllm.model.ModelShape;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The numbers of a network that the room for intermediate results depends on.
 *
 * @param width numbers for a token between layers
 * @param heads attention heads of the layer that has the most
 * @param headLength numbers in a head's key
 * @param inner numbers inside the feed-forward network, of all experts that are used at once
 * @param vocabulary tokens
 * @param masks tables of who may see whom: two where some layers see only the last tokens
 */
record Network(long width, long heads, long headLength, long inner, long vocabulary, int masks) {
    /**
     * Of a file.
     *
     * @throws Unknown where the file does not say, or its kind was not measured
     * @throws ArithmeticException where its numbers are nonsense
     */
    static Network of(Gguf gguf) throws Unknown {
        String name = gguf.architecture().orElse("");
        requireMeasured(name);
        OptionalLong width = gguf.embeddingLength();
        if (width.isEmpty() || width.getAsLong() > Integer.MAX_VALUE) {
            throw new Unknown("the file does not say how wide the network is");
        }
        long heads = gguf.headCounts().stream().mapToLong(Long::longValue).max().orElse(0);
        if (heads < 1) {
            throw new Unknown("the file does not say how many heads there are");
        }
        OptionalLong inner = gguf.ofArchitecture("feed_forward_length");
        long used = Math.max(1, gguf.ofArchitecture("expert_used_count").orElse(1));
        long each = gguf.ofArchitecture("expert_feed_forward_length").orElse(inner.orElse(0));
        return new Network(
                width.getAsLong(),
                heads,
                gguf.ofArchitecture("attention.key_length").orElse(width.getAsLong() / heads),
                Math.max(inner.orElse(0), Math.multiplyExact(used, each)),
                vocabulary(gguf),
                gguf.ofArchitecture("attention.sliding_window").isPresent() ? 2 : 1);
    }

    /**
     * Of a model whose file is not here.
     *
     * @throws Unknown where its kind was not measured
     */
    static Network of(ModelShape shape) throws Unknown {
        requireMeasured(shape.architecture());
        return new Network(
                shape.embeddingLength(),
                shape.heads(),
                shape.headLength(),
                shape.feedForwardLength(),
                shape.vocabularySize(),
                1);
    }

    private static void requireMeasured(String name) throws Unknown {
        if (Architecture.of(name).map(Architecture::isRecurrent).orElse(true)) {
            throw new Unknown("it was not measured for the architecture " + (name.isEmpty() ? "of this file" : name));
        }
    }

    /** As the output counts it; the vocabulary's own list may be shorter. */
    static long vocabulary(Gguf gguf) throws Unknown {
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
}
