package ai.bearllm.validation;

import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufValue;
import ai.bearllm.gguf.Metadata;
import ai.bearllm.gguf.ValueType;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Positions and normalization: numbers that a loader takes logarithms of, divides by, or asserts.
 *
 * <p>Source: load_hparams of llama.cpp, and the assertions of {@code ggml_rope} and {@code ggml_rms_norm}.
 */
final class RopeRules {
    private static final Set<String> SCALINGS = Set.of("none", "linear", "yarn", "longrope");
    private static final Set<String> SWITCHES =
            Set.of("attention.causal", "rope.scaling.finetuned", "use_parallel_residual", "expert_weights_norm");

    private final Gguf gguf;
    private final Metadata metadata;
    private final String prefix;
    private final Findings findings;

    RopeRules(Gguf gguf, Findings findings) {
        this.gguf = gguf;
        this.metadata = gguf.metadata();
        this.prefix = gguf.architecture().orElse("") + ".";
        this.findings = findings;
    }

    void check() {
        above("rope.freq_base", 0, false, "positions are computed with its logarithm");
        above("rope.freq_base_swa", 0, false, "positions are computed with its logarithm");
        above("rope.scaling.factor", 0, true, "a loader divides by it");
        above("rope.scale_linear", 0, true, "a loader divides by it");
        above("attention.layer_norm_rms_epsilon", 0, true, MetadataRules.ABORTS);
        above("attention.layer_norm_epsilon", 0, true, MetadataRules.ABORTS);
        above("attn_logit_softcapping", 0, false, "attention is divided by it");
        above("final_logit_softcapping", 0, true, "the output is divided by it");
        epsilon("attention.layer_norm_rms_epsilon");
        epsilon("attention.layer_norm_epsilon");
        scaling();
        rotated();
        SWITCHES.forEach(this::flag);
    }

    /** A decimal number with a limit below; NaN and infinities are another rule's. */
    private void above(String suffix, double limit, boolean orEqual, String effect) {
        String key = prefix + suffix;
        Optional<GgufValue> value = metadata.value(key);
        if (value.isEmpty()) {
            return;
        }
        OptionalDouble number = metadata.decimal(key);
        if (number.isEmpty()) {
            findings.error("value-type", key + " is of type " + value.get().type(), "FLOAT32", MetadataRules.REFUSED);
            return;
        }
        double found = number.getAsDouble();
        if (found < limit || (!orEqual && found == limit)) {
            findings.error(
                    "number",
                    key + " is " + value.get(),
                    (orEqual ? "at least " : "more than ") + (long) limit,
                    effect);
        } else if (value.get().type() != ValueType.FLOAT32) {
            findings.warning(
                    "value-type",
                    key + " is of type " + value.get().type(),
                    "FLOAT32",
                    "llama.cpp takes no other type");
        }
    }

    private void epsilon(String suffix) {
        OptionalDouble value = metadata.decimal(prefix + suffix);
        if (value.isPresent() && (value.getAsDouble() == 0 || value.getAsDouble() > 0.1)) {
            findings.warning(
                    "number",
                    prefix + suffix + " is " + value.getAsDouble(),
                    "a small number, such as 0.00001",
                    value.getAsDouble() == 0 ? "rows of zeros are divided by 0" : "the output is not the trained one");
        }
    }

    private void scaling() {
        String key = prefix + "rope.scaling.type";
        Optional<GgufValue> type = metadata.value(key);
        if (type.isPresent() && !SCALINGS.contains(metadata.text(key).orElse(""))) {
            findings.error(
                    "rope-scaling",
                    key + " is " + TokenizerRules.shortened(type.get()),
                    "one of none, linear, yarn, longrope",
                    MetadataRules.ABORTS);
        }
        OptionalLong original = gguf.ofArchitecture("rope.scaling.original_context_length");
        if (original.isPresent() && (original.getAsLong() < 1 || original.getAsLong() > Integer.MAX_VALUE)) {
            findings.error(
                    "rope-scaling",
                    prefix + "rope.scaling.original_context_length is " + original.getAsLong(),
                    "1 to " + Integer.MAX_VALUE,
                    "positions are computed with its logarithm");
        }
    }

    private void rotated() {
        OptionalLong rotated = gguf.ofArchitecture("rope.dimension_count");
        if (rotated.isEmpty()) {
            return;
        }
        long count = rotated.getAsLong();
        OptionalLong key = gguf.ofArchitecture("attention.key_length");
        if (count < 0 || count % 2 != 0 || count > 1 << 16) {
            findings.error(
                    "rope",
                    prefix + "rope.dimension_count is " + count,
                    "an even number, 0 to 65536",
                    MetadataRules.ABORTS);
        } else if (key.isPresent() && count > key.getAsLong() && key.getAsLong() > 0) {
            findings.error(
                    "rope",
                    prefix + "rope.dimension_count is " + count,
                    "at most attention.key_length, which is " + key.getAsLong(),
                    MetadataRules.ABORTS + ", or reads beyond a head");
        }
    }

    private void flag(String suffix) {
        Optional<GgufValue> value = metadata.value(prefix + suffix);
        if (value.isPresent() && !(value.get() instanceof GgufValue.Flag)) {
            findings.error(
                    "value-type", prefix + suffix + " is of type " + value.get().type(), "BOOL", MetadataRules.REFUSED);
        }
    }
}
