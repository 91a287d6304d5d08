package ai.bearllm.chat;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelCard;
import ai.bearllm.run.ModelSession;
import ai.bearllm.template.ChatTemplate;
import ai.bearllm.template.TemplateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the prompt of a conversation: through the model's template, or for base models by the plain rule: each message under
 * {@code Question:} or {@code Answer:}, a system message first and bare, and the model goes on after the last {@code Answer:}.
 */
final class PromptWriter {
    private static final List<String> PLAIN_STOP = List.of("\nQuestion:");

    private final ModelSession.Subject subject;
    private final Optional<ChatTemplate> template;

    PromptWriter(ModelSession.Subject subject) {
        this.subject = subject;
        this.template = subject.chatTemplate().map(this::parse);
    }

    private ChatTemplate parse(String source) {
        try {
            return ChatTemplate.parse(source);
        } catch (TemplateException e) {
            throw unusable(e);
        }
    }

    /** The prompt that ends where the model shall speak. */
    String write(List<Turn> turns) {
        if (template.isEmpty()) {
            return plain(turns);
        }
        List<Map<String, Object>> messages = new ArrayList<>();
        turns.forEach(turn -> messages.add(Map.of("role", turn.role().label(), "content", turn.text())));
        try {
            return template.get().render(messages, variables());
        } catch (TemplateException e) {
            throw unusable(e);
        }
    }

    private Map<String, Object> variables() {
        Map<String, Object> variables = new java.util.HashMap<>(subject.specialTokens());
        variables.put("add_generation_prompt", true);
        return variables;
    }

    /** Strings that end an answer beside the model's own end of text. */
    List<String> stop() {
        return subject.kind() == ModelCard.Kind.BASE ? PLAIN_STOP : List.of();
    }

    private static String plain(List<Turn> turns) {
        StringBuilder prompt = new StringBuilder();
        for (Turn turn : turns) {
            switch (turn.role()) {
                case SYSTEM -> prompt.append(turn.text()).append("\n\n");
                case USER -> prompt.append("Question: ").append(turn.text()).append('\n');
                case ASSISTANT ->
                    prompt.append("Answer: ").append(turn.text().strip()).append('\n');
            }
        }
        return prompt.append("Answer:").toString();
    }

    private BearException unusable(TemplateException e) {
        return new BearException(
                "The chat template of " + subject.model() + " cannot write this conversation: " + e.getMessage() + ".",
                "Give another template in your own registry.json entry, or use bear.session(...).generate(...) with a prompt"
                        + " of your own.",
                e);
    }
}
