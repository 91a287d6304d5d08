package ai.bearllm.validation;

import ai.bearllm.gguf.Gguf;
import ai.bearllm.model.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The checks of what a file says about itself: metadata, tokenizer, template. */
final class Described {
    private static final String METADATA = "metadata";
    private static final String TOKENIZER = "tokenizer";
    private static final String TEMPLATE = "chat template";
    private static final String ORIGINAL = "original template";

    private final ValidationRun.Header header;
    private final Given given;
    private final Checks checks;

    Described(ValidationRun.Header header, Given given, Checks checks) {
        this.header = header;
        this.given = given;
        this.checks = checks;
    }

    void check() {
        if (header.gguf().isEmpty()) {
            List.of(METADATA, TOKENIZER, TEMPLATE)
                    .forEach(name -> checks.skipped(name, ValidationRun.Header.UNREADABLE));
            return;
        }
        Gguf gguf = header.gguf().get();
        checks.report(
                METADATA,
                new MetadataRules(gguf).findings(),
                gguf.metadata()
                        + gguf.architecture()
                                .map(name -> ", architecture " + name)
                                .orElse(""));
        given.cancellation.check();
        tokenizer(gguf);
        template(gguf);
        original(gguf);
    }

    private void tokenizer(Gguf gguf) {
        if (MetadataRules.isLaterPart(gguf)) {
            checks.skipped(TOKENIZER, "it stands in the first part of the split model");
        } else if (gguf.metadata().value("tokenizer.ggml.tokens").isEmpty()) {
            checks.skipped(TOKENIZER, "the file holds no vocabulary");
        } else {
            checks.report(
                    TOKENIZER,
                    new TokenizerRules(gguf).findings(),
                    gguf.vocabularySize().orElse(0) + " tokens");
        }
    }

    private void template(Gguf gguf) {
        long templates = TemplateRules.count(gguf);
        if (templates == 0) {
            checks.skipped(TEMPLATE, "the file holds none");
        } else {
            checks.report(
                    TEMPLATE,
                    new TemplateRules(gguf).findings(),
                    (templates == 1 ? "1 template" : templates + " templates") + " without code");
        }
    }

    /** Only where somebody knows the original: else there is nothing to compare with, and nothing to say. */
    private void original(Gguf gguf) {
        Optional<Sha256> found = gguf.chatTemplate()
                .map(text -> Sha256.of(Sha256.newDigest().digest(text.getBytes(StandardCharsets.UTF_8))));
        given.template.ifPresent(expected -> {
            if (found.isPresent() && found.get().equals(expected)) {
                checks.passed(ORIGINAL, "the chat template is that of the original model");
            } else {
                checks.add(new Check.Failed(
                        ORIGINAL,
                        found.map(other -> "a chat template with the SHA-256 " + other.hex())
                                .orElse("no chat template"),
                        "that of the original model, " + expected.hex(),
                        "Compare the template with the original model's before you use it: a changed one can put words"
                                + " into every conversation."));
            }
        });
    }
}
