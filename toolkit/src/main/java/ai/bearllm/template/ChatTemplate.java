package ai.bearllm.template;

import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model's chat template: turns messages into the prompt's text, as Hugging Face's {@code transformers} renders it.
 *
 * <p>Templates come with models from strangers and are programs. This interpreter knows the part of Jinja that chat templates
 * use and refuses everything else by name; its values are its own, no Java object or method can be reached; and each rendering
 * has a budget of steps, text and nesting. It never runs longer than about a second.
 *
 * <p>Immutable; safe for several threads.
 */
public final class ChatTemplate {
    private final String source;
    private final Parser.Parsed parsed;
    private final Clock clock;

    private ChatTemplate(String source, Parser.Parsed parsed, Clock clock) {
        this.source = source;
        this.parsed = parsed;
        this.clock = clock;
    }

    /**
     * Reads a template.
     *
     * @throws TemplateException where it is malformed, or uses a statement that is not known here
     */
    public static ChatTemplate parse(String source) {
        try {
            return new ChatTemplate(source, Parser.parse(source), Clock.system(ZoneId.systemDefault()));
        } catch (StackOverflowError e) {
            throw tooDeep();
        }
    }

    /** The same with another clock for {@code strftime_now}; by default the system's, in the system's zone. */
    public ChatTemplate withClock(Clock value) {
        return new ChatTemplate(source, parsed, value);
    }

    /**
     * Filters and tests in it that are not known here, each with its line; empty for nearly every template. Rendering fails
     * where it reaches one, and only there: templates ask for what they need before they use it.
     */
    public List<String> unknownConstructs() {
        return parsed.unknown();
    }

    /** The template's text as it was given. */
    public String source() {
        return source;
    }

    /**
     * Renders the prompt.
     *
     * @param messages each with {@code role} and {@code content}, and whatever else the template reads
     * @param variables what else the template reads: {@code add_generation_prompt}, {@code bos_token}, {@code eos_token},
     *     {@code tools} and so on; what is left out is undefined there
     * @throws TemplateException where the template refuses the messages, does something impossible or uses up its budget
     * @throws IllegalArgumentException where a value is none of: null, boolean, number, text, list, map with texts as keys
     */
    public String render(
            List<? extends Map<String, ? extends @Nullable Object>> messages,
            Map<String, ? extends @Nullable Object> variables) {
        Budget budget = new Budget();
        try {
            Frame frame = Frame.root(budget, clock);
            JavaValues values = new JavaValues(budget);
            variables.forEach((name, value) -> frame.set(name, values.of(value, name)));
            frame.set("messages", values.of(messages, "messages"));
            parsed.body().run(frame.inner());
            return frame.text();
        } catch (TemplateException e) {
            throw e.at(budget.line());
        } catch (StackOverflowError e) {
            throw tooDeep();
        }
    }

    /** The caller's stack was nearly used up, or is very small: the depth that a budget allows fits any usual one. */
    static TemplateException tooDeep() {
        return TemplateException.limit("It nests deeper than the thread's stack allows.");
    }

    @Override
    public String toString() {
        return "chat template of " + source.length() + " characters";
    }
}
