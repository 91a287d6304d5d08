package ai.bearllm.validation;

import ai.bearllm.gguf.GgufArray;
import ai.bearllm.gguf.GgufValue;
import ai.bearllm.gguf.Metadata;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The numbers of a projector: the model for images or sound that stands beside a language model.
 *
 * <p>Source: the checks of clip.cpp in llama.cpp of 2026, and the buffers that earlier builds sized without them.
 */
final class ProjectorRules {
    private static final String OVERFLOWS = "buffers sized by it overflow";
    private static final int ONCE_UNCHECKED = 1024;

    private final Metadata metadata;
    private final Findings findings;

    ProjectorRules(Metadata metadata, Findings findings) {
        this.metadata = metadata;
        this.findings = findings;
    }

    void check() {
        pixels("clip.vision.image_size", 0, 8192);
        pixels("clip.vision.patch_size", 1, 65_535);
        patches();
        for (String kind : new String[] {"clip.vision.", "clip.audio."}) {
            range(kind + "block_count", 0, 512, "a loader would write beyond its table of layers");
            range(kind + "embedding_length", 1, 1 << 20, OVERFLOWS);
            range(kind + "feed_forward_length", 0, 1 << 24, OVERFLOWS);
            range(kind + "attention.head_count", 1, 1 << 16, "a loader divides by it");
            range(kind + "projection_dim", 0, 1 << 20, OVERFLOWS);
            epsilon(kind + "attention.layer_norm_epsilon");
        }
        range("clip.vision.spatial_merge_size", 1, 65_535, "a loader divides by it");
        range("clip.vision.window_size", 0, 4096, OVERFLOWS);
        range("clip.audio.num_mel_bins", 1, 256, OVERFLOWS);
        colors("clip.vision.image_mean", false);
        colors("clip.vision.image_std", true);
    }

    private void pixels(String key, long least, long most) {
        OptionalLong size = metadata.integer(key);
        range(key, least, most, OVERFLOWS);
        if (size.isPresent() && size.getAsLong() > ONCE_UNCHECKED && size.getAsLong() <= most) {
            findings.warning(
                    "projector",
                    key + " is " + size.getAsLong(),
                    "at most " + ONCE_UNCHECKED,
                    "builds before 2026 could overflow a buffer");
        }
    }

    private void patches() {
        OptionalLong image = metadata.integer("clip.vision.image_size");
        OptionalLong patch = metadata.integer("clip.vision.patch_size");
        if (image.isPresent() && patch.isPresent() && image.getAsLong() > 0 && patch.getAsLong() > image.getAsLong()) {
            findings.error(
                    "projector",
                    "clip.vision.patch_size is " + patch.getAsLong(),
                    "at most the image's size, which is " + image.getAsLong(),
                    "an image has no patch, and a loader divides by their number");
        }
    }

    private void range(String key, long least, long most, String effect) {
        Optional<GgufValue> value = metadata.value(key);
        OptionalLong number = metadata.integer(key);
        if (value.isPresent() && (number.isEmpty() || number.getAsLong() < least || number.getAsLong() > most)) {
            findings.error(
                    "projector",
                    key + " is " + TokenizerRules.shortened(value.get()),
                    "an integer from " + least + " to " + most,
                    effect);
        }
    }

    private void epsilon(String key) {
        metadata.decimal(key).ifPresent(value -> {
            if (value < 0) {
                findings.error("projector", key + " is " + value, "at least 0", MetadataRules.ABORTS);
            }
        });
    }

    /** Three numbers, one a color; images are divided by those of the deviation. */
    private void colors(String key, boolean divisor) {
        Optional<GgufValue> value = metadata.value(key);
        if (value.isEmpty()) {
            return;
        }
        double[] colors =
                value.get() instanceof GgufArray array && array.elementType().isDecimal() && array.size() <= 16
                        ? array.decimals()
                        : new double[0];
        boolean right = colors.length >= 3;
        for (double color : colors) {
            right &= Double.isFinite(color) && !(divisor && color == 0);
        }
        if (!right) {
            findings.error(
                    "projector",
                    key + " is " + TokenizerRules.shortened(value.get()),
                    "three finite numbers" + (divisor ? " other than 0" : ""),
                    divisor ? "images are divided by it" : "a loader reads beyond its end");
        }
    }
}
