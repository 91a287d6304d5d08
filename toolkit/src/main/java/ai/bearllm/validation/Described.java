package ai.bearllm.validation;

import ai.bearllm.estimate.Plausibility;
import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Gguf;
import java.util.ArrayList;
import java.util.List;

/** The checks of what a file says about itself: metadata, tokenizer, templates, size. They need its header alone. */
final class Described {
    private static final String METADATA = "metadata";
    private static final String TOKENIZER = "tokenizer";
    private static final String TEMPLATE = "chat template";
    private static final String PLAUSIBILITY = "plausibility";
    private static final String ORIGINAL = "original template";

    private final Gguf gguf;
    private final Given given;

    private Described(Gguf gguf, Given given) {
        this.gguf = gguf;
        this.given = given;
    }

    static List<Outcome> of(Header header, Given given) {
        return header.gguf().isPresent()
                ? new Described(header.gguf().get(), given).outcomes()
                : List.of(
                        Outcome.skipped(METADATA, Header.UNREADABLE),
                        Outcome.skipped(TOKENIZER, Header.UNREADABLE),
                        Outcome.skipped(TEMPLATE, Header.UNREADABLE),
                        Outcome.skipped(PLAUSIBILITY, Header.UNREADABLE));
    }

    private List<Outcome> outcomes() {
        List<Outcome> outcomes = new ArrayList<>();
        outcomes.add(metadata());
        given.cancellation.check();
        outcomes.add(tokenizer());
        given.cancellation.check();
        outcomes.add(template());
        if (given.template.isPresent() || !given.templates.isEmpty()) {
            outcomes.add(original());
        }
        outcomes.add(plausibility());
        return outcomes;
    }

    /** Whether it is as large as what it says it is. */
    private Outcome plausibility() {
        if (Parts.isPart(gguf) || !MetadataRules.isModel(gguf)) {
            return Outcome.skipped(PLAUSIBILITY, "the file is no whole model");
        }
        String parameters = gguf.parameters().orElse(0) + " parameters";
        return Outcome.of(PLAUSIBILITY, Plausibility.of(gguf, given.parameters), parameters);
    }

    private Outcome metadata() {
        String architecture =
                gguf.architecture().map(name -> ", architecture " + name).orElse("");
        return Outcome.of(METADATA, new MetadataRules(gguf).findings(), gguf.metadata() + architecture);
    }

    private Outcome tokenizer() {
        if (MetadataRules.isLaterPart(gguf)) {
            return Outcome.skipped(TOKENIZER, "it stands in the first part of the split model");
        }
        if (gguf.metadata().value("tokenizer.ggml.tokens").isEmpty()) {
            return Outcome.skipped(TOKENIZER, "the file holds no vocabulary");
        }
        String tokens = gguf.vocabularySize().orElse(0) + " tokens";
        return Outcome.of(TOKENIZER, new TokenizerRules(gguf).findings(), tokens);
    }

    private Outcome template() {
        long templates = TemplateRules.count(gguf);
        return templates == 0
                ? Outcome.skipped(TEMPLATE, "the file holds none")
                : Outcome.of(
                        TEMPLATE,
                        new TemplateRules(gguf).findings(),
                        (templates == 1 ? "1 template" : templates + " templates") + " without code");
    }

    /** Only where somebody knows the original: else there is nothing to compare with, and nothing to say. */
    private Outcome original() {
        if (TemplateRules.count(gguf) == 0) {
            return Outcome.skipped(ORIGINAL, "the file holds no template");
        }
        List<Finding> found = given.templates.isEmpty()
                ? TemplateRules.origin(gguf, given.template.orElseThrow().hex())
                : TemplateRules.origin(gguf, given.templates);
        boolean same = found.isEmpty();
        return Outcome.of(
                ORIGINAL,
                found,
                same ? "it is that of the original model" : "it is not quite that of the original model");
    }
}
