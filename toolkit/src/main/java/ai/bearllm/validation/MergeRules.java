package ai.bearllm.validation;

import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufArray;
import ai.bearllm.gguf.GgufValue;
import ai.bearllm.gguf.ValueType;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The pairs that a byte-level tokenizer joins, the first first: two pieces with a space between.
 *
 * <p>Source: llama-vocab.cpp, which looks for the space from the second byte on and keeps empty pieces where it finds none.
 */
final class MergeRules {
    private static final String KEY = TokenizerRules.PREFIX + "merges";
    private static final Set<String> NEED = Set.of("gpt2", "gemma4");

    private final Gguf gguf;
    private final Findings findings;

    MergeRules(Gguf gguf, Findings findings) {
        this.gguf = gguf;
        this.findings = findings;
    }

    void check() {
        Optional<GgufValue> merges = gguf.metadata().value(KEY);
        String kind = gguf.tokenizer().orElse("");
        Optional<GgufValue> before = gguf.metadata().value(TokenizerRules.PREFIX + "pre");
        boolean needed = NEED.contains(kind)
                && !(before.orElse(null) instanceof GgufValue.Text text
                        && text.value().equals("kimi-k2"));
        if (merges.isEmpty()) {
            if (needed) {
                findings.error(
                        "merges",
                        KEY + " is missing",
                        "the merges of a " + kind + " tokenizer",
                        TokenizerRules.REFUSED);
            }
        } else if (merges.get() instanceof GgufArray array && array.elementType() == ValueType.STRING) {
            pairs(array);
        } else {
            findings.error(
                    "merges",
                    KEY + " is " + TokenizerRules.shortened(merges.get()),
                    "an array of STRING",
                    TokenizerRules.REFUSED);
        }
        if (before.isPresent() && !(before.get() instanceof GgufValue.Text)) {
            findings.error(
                    "pre-tokenizer",
                    TokenizerRules.PREFIX + "pre is " + before.get().type(),
                    "the name of a way to split texts",
                    TokenizerRules.REFUSED);
        } else if (before.isEmpty() && kind.equals("gpt2")) {
            findings.warning(
                    "pre-tokenizer",
                    TokenizerRules.PREFIX + "pre is missing",
                    "the name of a way to split texts",
                    "texts are split in another way than the model was trained with, which makes it worse");
        }
    }

    private void pairs(GgufArray merges) {
        AtomicLong index = new AtomicLong();
        merges.eachText(merge -> {
            long number = index.getAndIncrement();
            int space = merge.indexOf(' ', 1);
            if (space < 0 || space == merge.length() - 1) {
                findings.once(
                        Severity.WARNING,
                        "merge-form",
                        "merge " + number + " is not two pieces",
                        "two pieces with a space between",
                        "a loader keeps it as something that never applies, or reads beyond its end");
            }
        });
    }
}
