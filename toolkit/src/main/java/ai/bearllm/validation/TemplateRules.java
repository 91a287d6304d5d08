package ai.bearllm.validation;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufValue;
import ai.bearllm.template.ChatTemplate;
import ai.bearllm.template.TemplateException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the chat templates in a file can be read, and reach for what only an attack needs. Templates are programs, and other
 * tools run them in Python.
 *
 * <p>Source of the names: the ways out of Jinja's sandbox behind CVE-2024-34359 and its successors.
 */
final class TemplateRules {
    static final String KEY = "tokenizer.chat_template";
    private static final Pattern ESCAPE = Pattern.compile(
            "__(?:class|bases?|mro|subclasses|globals|builtins|init|import|dict|code"
                    + "|getattribute|getattr|loader|reduce|reduce_ex|call|self|module|func|closure)__|\\|\\s*attr\\s*\\(");

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

    List<Finding> findings() {
        gguf.metadata().values().entrySet().stream()
                .filter(entry -> isTemplate(entry.getKey()))
                .forEach(this::template);
        return findings.all();
    }

    private void template(Map.Entry<String, GgufValue> entry) {
        String key = entry.getKey();
        if (!(entry.getValue() instanceof GgufValue.Text text)) {
            findings.error("template", key + " is " + entry.getValue().type(), "text", "no chat is possible");
            return;
        }
        Matcher escape = ESCAPE.matcher(text.value());
        if (escape.find()) {
            findings.error(
                    "template-code",
                    key + " holds " + escape.group(),
                    "a template that only writes text",
                    "tools that run it in Python would run its code");
            return;
        }
        try {
            List<String> unknown = ChatTemplate.parse(text.value()).unknownConstructs();
            if (!unknown.isEmpty()) {
                findings.warning(
                        "template",
                        key + " uses " + String.join(", ", unknown),
                        "filters and tests that this toolkit knows",
                        "a chat that reaches them fails");
            }
        } catch (TemplateException e) {
            findings.error(
                    "template",
                    key + ": " + e.getMessage(),
                    "a template that this toolkit can read",
                    "no chat is possible");
        }
    }
}
