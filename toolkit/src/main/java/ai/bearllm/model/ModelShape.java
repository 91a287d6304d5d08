package ai.bearllm.model;

/**
 * The form of a model's network, as far as the memory that it takes depends on it: known from the catalog before, and without,
 * a look into the file. For networks whose layers all attend and are all alike; of any other there is none.
 *
 * <p>Terms of the GGUF specification; values of a model as its makers' {@code config.json} states them.
 *
 * @param architecture the kind of network, {@code general.architecture}, for example {@code llama}
 * @param layers {@code block_count}
 * @param embeddingLength numbers that stand for one token between layers
 * @param heads attention heads of a layer
 * @param keyValueHeads heads of a layer whose keys and values are kept for each token
 * @param headLength numbers in one head's key, and in its value
 * @param feedForwardLength numbers inside the feed-forward network
 * @param vocabularySize number of tokens
 */
public record ModelShape(
        String architecture,
        int layers,
        int embeddingLength,
        int heads,
        int keyValueHeads,
        int headLength,
        int feedForwardLength,
        int vocabularySize) {
    /** Far above every model that exists, and small enough that products of two lengths stay exact. */
    private static final int LARGEST = 1 << 24;

    public ModelShape {
        if (!architecture.matches("[a-z0-9][a-z0-9._-]{0,63}")) {
            throw new IllegalArgumentException(
                    "architecture is a word such as llama or phi2 but was \"" + Shown.line(architecture) + "\"");
        }
        require("layers", layers, 1024);
        require("embeddingLength", embeddingLength, LARGEST);
        require("heads", heads, LARGEST);
        require("keyValueHeads", keyValueHeads, heads);
        require("headLength", headLength, LARGEST);
        require("feedForwardLength", feedForwardLength, LARGEST);
        require("vocabularySize", vocabularySize, LARGEST);
    }

    private static void require(String what, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(what + " must be 1 to " + most + " but was " + value);
        }
    }

    /**
     * Bytes that the cache of keys and values takes for each token of the context.
     *
     * @param bytesPerNumber 2 for F16
     */
    public long cacheBytesPerToken(double bytesPerNumber) {
        return Math.round(2.0 * layers * keyValueHeads * headLength * bytesPerNumber);
    }
}
