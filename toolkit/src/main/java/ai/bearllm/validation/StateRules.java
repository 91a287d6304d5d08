package ai.bearllm.validation;

import ai.bearllm.gguf.Gguf;
import java.util.OptionalLong;

/**
 * Recurrent layers and the parts of unusual networks: sizes that a loader multiplies and divides by.
 *
 * <p>Source: load_hparams and the tables of tensors in llama.cpp.
 */
final class StateRules {
    private static final String OVERFLOWS = "the state's size would wrap around";

    private final Gguf gguf;
    private final String prefix;
    private final Findings findings;

    StateRules(Gguf gguf, Findings findings) {
        this.gguf = gguf;
        this.prefix = gguf.architecture().orElse("") + ".";
        this.findings = findings;
    }

    void check() {
        range("ssm.conv_kernel", 1, 1 << 10, OVERFLOWS);
        range("ssm.inner_size", 1, 1 << 20, OVERFLOWS);
        range("ssm.state_size", 1, 1 << 16, OVERFLOWS);
        range("ssm.time_step_rank", 1, 1 << 20, "a loader divides by it");
        range("ssm.group_count", 0, 1 << 16, "a loader divides by it");
        range("wkv.head_size", 1, 1 << 16, "a loader divides by it");
        range("shortconv.l_cache", 1, 1 << 16, OVERFLOWS);
        range("token_shift_count", 0, 16, OVERFLOWS);
        divides("ssm.group_count", "ssm.inner_size");
        divides("wkv.head_size", "embedding_length");
        within("leading_dense_block_count");
        within("posnet.block_count");
        within("convnext.block_count");
    }

    private void range(String suffix, long least, long most, String effect) {
        OptionalLong number = gguf.ofArchitecture(suffix);
        boolean given = gguf.metadata().value(prefix + suffix).isPresent()
                && gguf.metadata().array(prefix + suffix).isEmpty();
        if (given && (number.isEmpty() || number.getAsLong() < least || number.getAsLong() > most)) {
            findings.error(
                    "state",
                    prefix + suffix + " is " + (number.isPresent() ? number.getAsLong() : "no integer"),
                    "an integer from " + least + " to " + most,
                    effect);
        }
    }

    private void divides(String suffix, String whole) {
        OptionalLong part = gguf.ofArchitecture(suffix);
        OptionalLong all = gguf.ofArchitecture(whole);
        if (part.isPresent() && all.isPresent() && part.getAsLong() > 0 && all.getAsLong() % part.getAsLong() != 0) {
            findings.error(
                    "state",
                    prefix + suffix + " is " + part.getAsLong(),
                    "a divisor of " + whole + ", which is " + all.getAsLong(),
                    "the state's parts would reach beyond its end");
        }
    }

    /** A number of some of the layers. */
    private void within(String suffix) {
        OptionalLong some = gguf.ofArchitecture(suffix);
        OptionalLong all = gguf.blockCount();
        if (some.isPresent() && all.isPresent() && (some.getAsLong() < 0 || some.getAsLong() > all.getAsLong())) {
            findings.error(
                    "layers",
                    prefix + suffix + " is " + some.getAsLong(),
                    "at most block_count, which is " + all.getAsLong(),
                    MetadataRules.ABORTS);
        }
    }
}
