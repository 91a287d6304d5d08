package ai.bearllm.validation;

import ai.bearllm.gguf.Architecture;
import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufArray;
import ai.bearllm.gguf.GgufValue;
import ai.bearllm.gguf.Metadata;
import ai.bearllm.gguf.ValueType;
import java.util.List;
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
    private static final long LARGEST_HEAD = 65_536;
    private static final String REFUSED = MetadataRules.REFUSED;
    private static final String ABORTS = MetadataRules.ABORTS;

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
        groups();
        window();
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
                    key + " is " + TokenizerRules.shortened(value.get()) + " of type "
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
        perLayer("expert_used_count");
        layerHeads();
        length("attention.key_length");
        length("attention.value_length");
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

    /** As the two before, where layers differ. Layers without attention have no heads. */
    private void layerHeads() {
        List<Long> heads = gguf.headCounts();
        List<Long> groups = gguf.keyValueHeadCounts();
        boolean differ = metadata.array(name + ".attention.head_count").isPresent()
                || metadata.array(name + ".attention.head_count_kv").isPresent();
        for (int i = 0; differ && i < Math.min(heads.size(), groups.size()); i++) {
            long all = heads.get(i);
            long group = groups.get(i);
            if (all < 0 || group < 0 || all > Integer.MAX_VALUE || group > all || (group > 0 && all % group != 0)) {
                findings.once(
                        Severity.ERROR,
                        "head-count",
                        "layer " + i + " has " + all + " heads and " + group + " for keys and values",
                        "a number of heads, and a divisor of it or 0",
                        "a loader divides by it, and attention would read beyond its heads");
            }
        }
    }

    /** The size of a head's key or value. */
    private void length(String suffix) {
        OptionalLong size = gguf.ofArchitecture(suffix);
        if (size.isPresent() && (size.getAsLong() < 1 || size.getAsLong() > LARGEST_HEAD)) {
            findings.error(
                    "head-size",
                    name + "." + suffix + " is " + size.getAsLong(),
                    "1 to " + LARGEST_HEAD,
                    "the cache's size would wrap around");
        }
    }

    /** Experts in groups, of which some are used. */
    private void groups() {
        long experts = gguf.ofArchitecture("expert_count").orElse(0);
        long groups = gguf.ofArchitecture("expert_group_count").orElse(0);
        long used = gguf.ofArchitecture("expert_group_used_count").orElse(0);
        boolean several = groups > 1;
        if (groups < 0
                || (experts > 0 && groups >= experts)
                || (experts == 0 && groups > 0)
                || (several && (experts % groups != 0 || used < 1 || used >= groups))) {
            findings.error(
                    "experts",
                    name + ".expert_group_count is " + groups + " and expert_group_used_count is " + used,
                    "a divisor of expert_count, which is " + experts + ", and fewer of them",
                    ABORTS);
        }
    }

    /** Which layers see only the last tokens: a number, or an array with one entry for each layer. */
    private void window() {
        String key = name + ".attention.sliding_window_pattern";
        Optional<GgufArray> pattern = metadata.array(key);
        OptionalLong blocks = gguf.blockCount();
        if (pattern.isPresent() && pattern.get().size() > MOST_LAYERS) {
            findings.error(
                    "per-layer",
                    key + " has " + pattern.get().size() + " elements",
                    "at most " + MOST_LAYERS,
                    "older builds write beyond their table of layers");
        } else if (pattern.isPresent() && blocks.isPresent() && pattern.get().size() != blocks.getAsLong()) {
            findings.warning(
                    "per-layer",
                    key + " has " + pattern.get().size() + " elements",
                    "one for each of the " + blocks.getAsLong() + " layers",
                    "layers attend otherwise than trained");
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
}
