package ai.bearllm.validation;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufArray;
import ai.bearllm.gguf.GgufValue;
import ai.bearllm.gguf.ValueType;
import ai.bearllm.template.TemplateComparison;
import ai.bearllm.template.TemplateDanger;
import ai.bearllm.template.TemplateException;
import ai.bearllm.template.TemplateScan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether the chat templates in a file can be read, reach for what only an attack needs, and are those of the original model.
 * Templates are programs, and other tools run them in Python.
 */
final class TemplateRules {
    static final String KEY = "tokenizer.chat_template";
    /** Names of the further templates, each under {@code tokenizer.chat_template.NAME}. */
    private static final String NAMES = "tokenizer.chat_templates";

    private static final String DEFAULT = "default";

    private final Gguf gguf;
    private final Findings findings = new Findings();

    TemplateRules(Gguf gguf) {
        this.gguf = gguf;
    }

    /** How many templates the file holds: most have one, some another for tools. */
    static long count(Gguf gguf) {
        return gguf.metadata().keys().stream().filter(TemplateRules::isTemplate).count();
    }

    private static boolean isTemplate(String key) {
        return key.equals(KEY) || key.startsWith(KEY + ".");
    }

    /** The file's templates by name; the one that has none is called {@code default}. */
    static Map<String, String> texts(Gguf gguf) {
        Map<String, String> texts = new LinkedHashMap<>();
        gguf.metadata().values().forEach((key, value) -> {
            if (isTemplate(key) && value instanceof GgufValue.Text text) {
                texts.put(key.equals(KEY) ? DEFAULT : key.substring(KEY.length() + 1), text.value());
            }
        });
        return texts;
    }

    List<Finding> findings() {
        gguf.metadata().values().entrySet().stream()
                .filter(entry -> isTemplate(entry.getKey()))
                .forEach(entry -> template(entry.getKey(), entry.getValue()));
        gguf.metadata().value(NAMES).ifPresent(this::names);
        return findings.all();
    }

    private void template(String key, GgufValue value) {
        if (!(value instanceof GgufValue.Text text)) {
            findings.error("template", key + " is " + value.type(), "text", "no chat is possible");
            return;
        }
        TemplateScan scan = TemplateScan.of(text.value());
        scan.dangers().forEach(danger -> danger(key, danger));
        scan.failure().ifPresent(failure -> notUnderstood(key, failure));
        if (!scan.unknownConstructs().isEmpty()) {
            findings.warning(
                    "template",
                    key + " uses " + String.join(", ", scan.unknownConstructs()),
                    "filters and tests that this toolkit knows",
                    "a chat that reaches them fails");
        }
    }

    private void danger(String key, TemplateDanger danger) {
        findings.add(
                severity(danger.level()),
                danger.rule(),
                key + " at " + danger.where() + ": " + danger.found(),
                "a template that only writes the conversation",
                danger.effect());
    }

    private static Severity severity(TemplateDanger.Level level) {
        return switch (level) {
            case ERROR -> Severity.ERROR;
            case WARNING -> Severity.WARNING;
            case NOTE -> Severity.NOTE;
        };
    }

    /** What is malformed nobody can render; what only this toolkit does not know is no fault of the file's. */
    private void notUnderstood(String key, TemplateException failure) {
        Severity severity = failure.kind() == TemplateException.Kind.SYNTAX ? Severity.ERROR : Severity.WARNING;
        findings.add(
                severity,
                severity == Severity.ERROR ? "template" : "template-not-understood",
                key + ": " + failure.getMessage(),
                "a template that this toolkit can read",
                severity == Severity.ERROR
                        ? "no chat is possible"
                        : "a chat needs a template of your own, and only the tokens of this one were looked at");
    }

    private void names(GgufValue value) {
        if (!(value instanceof GgufArray names) || names.elementType() != ValueType.STRING) {
            findings.error("template", NAMES + " is " + value, "an array of STRING", "no loader finds the templates");
            return;
        }
        names.eachText(name -> {
            if (!name.equals(DEFAULT) && gguf.metadata().value(KEY + "." + name).isEmpty()) {
                findings.once(
                        Severity.WARNING,
                        "template-missing",
                        NAMES + " names a template that the file does not hold",
                        "a template for each name",
                        "whoever chooses it by name gets none");
            }
        });
    }

    /**
     * Compares with the templates that the original model was published with.
     *
     * @param originals by name, as {@link #texts}
     */
    static List<Finding> origin(Gguf gguf, Map<String, String> originals) {
        Findings findings = new Findings();
        texts(gguf).forEach((name, text) -> {
            Optional<String> original = Optional.ofNullable(originals.get(name));
            if (original.isPresent()) {
                compared(name, TemplateComparison.of(text, original.get()), findings);
            } else {
                findings.note(
                        "template-origin",
                        "the original model has no template called " + name,
                        "a template to compare with",
                        "whether somebody changed it is not known");
            }
        });
        return findings.all();
    }

    /** Compares the file's main template with the digest of the original's; nothing where the file has none. */
    static List<Finding> origin(Gguf gguf, String sha256) {
        Findings findings = new Findings();
        gguf.chatTemplate().ifPresent(text -> compared(DEFAULT, TemplateComparison.ofDigest(text, sha256), findings));
        return findings.all();
    }

    private static void compared(String name, TemplateComparison comparison, Findings findings) {
        if (comparison.verdict() == TemplateComparison.Verdict.DIFFERS) {
            findings.warning(
                    "template-origin",
                    "the template " + name + " " + comparison
                            + comparison
                                    .firstChange()
                                    .map(line -> ", first: " + line)
                                    .orElse(""),
                    "the original model's template",
                    "the model is told something else than its makers meant; read the changes before you chat");
        } else if (comparison.verdict() == TemplateComparison.Verdict.SAME_BUT_FOR_WHITESPACE) {
            findings.note(
                    "template-origin",
                    "the template " + name + " is " + comparison,
                    "the original model's template",
                    "converters change that much");
        }
    }
}
