package ai.bearllm.template;

import ai.bearllm.template.TemplateDanger.Level;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Renders two short conversations within a small budget. What runs out of it is a bomb, and what asks for the program's
 * attributes is an attack, however it is written.
 */
final class Trial {
    private static final long STEPS = 300_000;
    private static final long CHARACTERS = 4L << 20;
    private static final List<Map<String, String>> SHORT = List.of(message("user", "Hello"));
    private static final List<Map<String, String>> LONGER = List.of(
            message("system", "Be brief."),
            message("user", "Hello"),
            message("assistant", "Hello. How can I help?"),
            message("user", "Why is the sky blue?"));

    private Trial() {}

    private static Map<String, String> message(String role, String content) {
        return Map.of("role", role, "content", content);
    }

    static void run(Statement.Body body, Dangers dangers) {
        for (List<Map<String, String>> messages : List.of(SHORT, LONGER)) {
            TemplateException failure = failure(body, messages);
            if (failure != null && failure.kind() == TemplateException.Kind.LIMIT) {
                dangers.add(
                        Level.WARNING,
                        "template-bomb",
                        failure.line(),
                        1,
                        "a conversation of " + messages.size() + " messages uses up a rendering's budget",
                        "a tool without such a budget hangs or runs out of memory");
                return;
            }
            if (failure != null && failure.construct().startsWith("attribute '__") && !dangers.hasError(Names.CODE)) {
                dangers.add(
                        Level.ERROR,
                        Names.CODE,
                        failure.line(),
                        1,
                        "rendering it reaches for " + failure.construct(),
                        Names.RUNS_CODE);
                return;
            }
        }
    }

    private static @Nullable TemplateException failure(Statement.Body body, List<Map<String, String>> messages) {
        Budget budget = new Budget(STEPS, CHARACTERS);
        try {
            Frame frame = Frame.root(budget, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
            JavaValues values = new JavaValues(budget);
            frame.set("messages", values.of(messages, "messages"));
            frame.set("add_generation_prompt", Value.Bool.TRUE);
            frame.set("bos_token", new Value.Str("<s>"));
            frame.set("eos_token", new Value.Str("</s>"));
            body.run(frame.inner());
            return null;
        } catch (TemplateException e) {
            return e.at(budget.line());
        } catch (StackOverflowError e) {
            return ChatTemplate.tooDeep();
        }
    }
}
