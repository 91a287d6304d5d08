package ai.bearllm.chat;

import ai.bearllm.model.BearException;
import ai.bearllm.run.ModelSession;
import ai.bearllm.template.ChatTemplate;
import ai.bearllm.template.TemplateException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes the prompt of a conversation: through the model's template, or for base models by the plain rule: each message under
 * {@code Question:} or {@code Answer:}, a system message first and bare, and the model goes on after the last {@code Answer:}.
 */
final class PromptWriter {
    private static final List<String> PLAIN_STOP = List.of("\nQuestion:");

    private final ModelSession.Subject subject;
    private final Optional<ChatTemplate> template;
    private final Markers markers;

    PromptWriter(ModelSession.Subject subject) {
        this.subject = subject;
        this.template = subject.chatTemplate().map(this::parse);
        this.markers = new Markers(subject.controlTokens());
    }

    private ChatTemplate parse(String source) {
        try {
            return ChatTemplate.parse(source);
        } catch (TemplateException e) {
            throw unusable(e);
        }
    }

    /** Whether there is no template, so that the plain rule holds. */
    boolean isPlain() {
        return template.isEmpty();
    }

    /** How many special tokens stand written out in these messages; {@link #write} splits them. */
    int markers(List<Turn> turns) {
        return turns.stream().mapToInt(turn -> markers.count(turn.text())).sum();
    }

    /** The prompt that ends where the model shall speak. */
    String write(List<Turn> turns) {
        if (isPlain()) {
            return plain(turns);
        }
        List<Map<String, Object>> messages = new ArrayList<>();
        turns.forEach(turn -> messages.add(Map.of("role", turn.role().label(), "content", markers.split(turn.text()))));
        try {
            return template.get().render(messages, variables());
        } catch (TemplateException e) {
            throw unusable(e);
        }
    }

    private Map<String, @Nullable Object> variables() {
        Map<String, @Nullable Object> variables = new HashMap<>(subject.specialTokens());
        variables.put("add_generation_prompt", true);
        // There, though nothing, as Hugging Face passes them: templates ask whether they are none.
        variables.put("tools", null);
        variables.put("documents", null);
        return variables;
    }

    /** Strings that end an answer beside the model's own end of text. */
    List<String> stop() {
        return isPlain() ? PLAIN_STOP : List.of();
    }

    private String plain(List<Turn> turns) {
        StringBuilder prompt = new StringBuilder();
        for (Turn turn : turns) {
            String text = markers.split(turn.text());
            switch (turn.role()) {
                case SYSTEM -> prompt.append(text).append("\n\n");
                case USER -> prompt.append("Question: ").append(text).append('\n');
                case ASSISTANT -> prompt.append("Answer: ").append(text.strip()).append('\n');
            }
        }
        return prompt.append("Answer:").toString();
    }

    private BearException unusable(TemplateException e) {
        if (e.kind() == TemplateException.Kind.RAISED) {
            return new BearException(
                    "The chat template of " + subject.model() + " refuses this conversation: \"" + e.problem() + "\".",
                    "Open the chat without what it refuses, for example without .system(...).",
                    e);
        }
        return new BearException(
                "The chat template of " + subject.model() + " cannot write this conversation. " + e.getMessage(),
                "Or give another template in your own registry.json entry, or use bear.session(...).generate(...) with a"
                        + " prompt of your own.",
                e);
    }
}
