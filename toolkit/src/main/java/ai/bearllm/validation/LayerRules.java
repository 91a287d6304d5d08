package ai.bearllm.validation;

import ai.bearllm.gguf.Architecture;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufArray;
import ai.bearllm.gguf.GgufValue;
import ai.bearllm.gguf.Metadata;
import ai.bearllm.gguf.ValueType;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The numbers of layers, heads and experts: loaders size tables by them and divide by them.
 *
 * <p>Source: the assertions of load_hparams in llama.cpp, and the known holes where it had none.
 */
final class LayerRules {
    private static final long MOST_LAYERS = 512;
    private static final long MOST_EXPERTS = 1024;
    private static final String REFUSED = "llama.cpp refuses the file";
    private static final String ABORTS = "llama.cpp ends the whole process";

    private final Gguf gguf;
    private final Metadata metadata;
    private final String name;
    private final boolean recurrent;
    private final Findings findings;

    LayerRules(Gguf gguf, Optional<Architecture> architecture, Findings findings) {
        this.gguf = gguf;
        this.metadata = gguf.metadata();
        this.name = gguf.architecture().orElse("");
        this.recurrent = architecture.map(Architecture::isRecurrent).orElse(false);
        this.findings = findings;
    }

    void check() {
        layers();
        heads();
        experts();
    }

    private void layers() {
        whole("context_length", 1, Integer.MAX_VALUE, "the context's size would wrap around");
        whole("embedding_length", 1, Integer.MAX_VALUE, "sizes computed from it would wrap around");
        whole("block_count", 1, MOST_LAYERS, "a loader would write beyond its table of layers");
        OptionalLong blocks = gguf.blockCount();
        OptionalLong predicting = gguf.ofArchitecture("nextn_predict_layers");
        if (blocks.isPresent() && predicting.isPresent() && predicting.getAsLong() > blocks.getAsLong()) {
            findings.error(
                    "layers",
                    name + ".nextn_predict_layers is " + predicting.getAsLong(),
                    "at most block_count",
                    ABORTS);
        }
    }

    /** A whole number that a loader computes sizes with. */
    private void whole(String suffix, long least, long most, String effect) {
        String key = name + "." + suffix;
        Optional<GgufValue> value = metadata.value(key);
        if (value.isEmpty()) {
            return;
        }
        OptionalLong number = metadata.integer(key);
        if (number.isEmpty() || number.getAsLong() < least || number.getAsLong() > most) {
            findings.error(
                    "range",
                    key + " is " + shortened(value.get()) + " of type "
                            + value.get().type(),
                    "an integer from " + least + " to " + most,
                    effect);
        } else if (value.get().type() != ValueType.UINT32) {
            findings.warning(
                    "value-type", key + " is of type " + value.get().type(), "UINT32", "llama.cpp takes no other type");
        }
    }

    private void heads() {
        perLayer("attention.head_count");
        perLayer("attention.head_count_kv");
        perLayer("feed_forward_length");
        OptionalLong heads = gguf.ofArchitecture("attention.head_count");
        if (heads.isEmpty() || (recurrent && heads.getAsLong() == 0)) {
            return;
        }
        if (heads.getAsLong() < 1 || heads.getAsLong() > Integer.MAX_VALUE) {
            findings.error(
                    "head-count",
                    name + ".attention.head_count is " + heads.getAsLong(),
                    "at least 1",
                    "a loader divides by it");
            return;
        }
        keyValueHeads(heads.getAsLong());
        headSize(heads.getAsLong());
    }

    private void keyValueHeads(long heads) {
        OptionalLong groups = gguf.ofArchitecture("attention.head_count_kv");
        if (groups.isPresent() && (groups.getAsLong() < 1 || heads % groups.getAsLong() != 0)) {
            findings.error(
                    "head-count",
                    name + ".attention.head_count_kv is " + groups.getAsLong(),
                    "a divisor of head_count, which is " + heads,
                    "a loader divides by it, and attention would read beyond its heads");
        }
    }

    private void headSize(long heads) {
        OptionalLong width = gguf.embeddingLength();
        OptionalLong rotated = gguf.ofArchitecture("rope.dimension_count");
        if (gguf.ofArchitecture("attention.key_length").isPresent() || width.isEmpty()) {
            return;
        }
        if (width.getAsLong() % heads != 0) {
            findings.warning(
                    "head-size",
                    name + ".embedding_length is " + width.getAsLong(),
                    "a multiple of head_count, which is " + heads,
                    "the size of a head would be rounded down");
        } else if (name.equals("llama") && rotated.isPresent() && rotated.getAsLong() != width.getAsLong() / heads) {
            findings.error(
                    "head-size",
                    name + ".rope.dimension_count is " + rotated.getAsLong(),
                    width.getAsLong() / heads + ", the size of a head",
                    REFUSED);
        }
    }

    /** A number for all layers, or an array with one for each. */
    private void perLayer(String suffix) {
        String key = name + "." + suffix;
        Optional<GgufValue> value = metadata.value(key);
        OptionalLong blocks = gguf.blockCount();
        if (value.isEmpty() || value.get() instanceof GgufValue.Whole) {
            return;
        }
        boolean wholes =
                value.get() instanceof GgufArray array && array.elementType().isWhole();
        if (!wholes) {
            findings.error(
                    "value-type",
                    key + " is of type " + value.get().type(),
                    "an integer, or an array of them",
                    REFUSED);
        } else if (blocks.isPresent() && ((GgufArray) value.get()).size() != blocks.getAsLong()) {
            findings.error(
                    "per-layer",
                    key + " has " + ((GgufArray) value.get()).size() + " elements",
                    "one for each of the " + blocks.getAsLong() + " layers",
                    REFUSED + "; older builds read beyond its end");
        }
    }

    private void experts() {
        OptionalLong count = gguf.ofArchitecture("expert_count");
        OptionalLong used = gguf.ofArchitecture("expert_used_count");
        if (count.isPresent() && (count.getAsLong() < 0 || count.getAsLong() > MOST_EXPERTS)) {
            findings.error("experts", name + ".expert_count is " + count.getAsLong(), "0 to " + MOST_EXPERTS, ABORTS);
            return;
        }
        boolean perLayer = metadata.array(name + ".expert_used_count").isPresent();
        long experts = count.orElse(0);
        long usedExperts = used.orElse(0);
        if (!perLayer && (usedExperts < 0 || usedExperts > experts || (experts > 0 && usedExperts == 0))) {
            findings.error(
                    "experts",
                    name + ".expert_used_count is " + usedExperts,
                    experts == 0 ? "0, because the model has no experts" : "1 to expert_count, which is " + experts,
                    ABORTS);
        }
    }

    private static String shortened(GgufValue value) {
        String text = value.toString();
        return text.length() > 40 ? text.substring(0, 39) + "…" : text;
    }
}
