package ai.bearllm.template;

import ai.bearllm.template.TemplateDanger.Level;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is dangerous about a chat template, found without rendering it in anything but this package's own interpreter.
 *
 * <p>A template that this package can read is looked at as a tree: what it reaches for is seen through constants, joined and
 * escaped strings. Of one that it cannot read, the tokens are looked at. That a template is not understood does not make it
 * dangerous, and is said apart.
 *
 * <p>What it cannot see: names that are built from the messages of a conversation while it runs, and text that only misleads.
 * For the second, compare with the original: {@link TemplateComparison}.
 *
 * <p>Source of the names: the ways out of Jinja's sandbox behind CVE-2016-10745, CVE-2024-34359, CVE-2024-56326 and
 * CVE-2026-5760, and Jinja's own list of unsafe attributes (its module {@code sandbox}).
 */
public final class TemplateScan {
    /** Real templates have at most some twenty thousand characters. */
    private static final int LONG = 100_000;

    private final List<TemplateDanger> dangers;
    private final List<String> unknown;
    private final @Nullable TemplateException failure;

    private TemplateScan(List<TemplateDanger> dangers, List<String> unknown, @Nullable TemplateException failure) {
        this.dangers = List.copyOf(dangers);
        this.unknown = unknown;
        this.failure = failure;
    }

    /** Looks at a template, whatever it is: nothing about it is an exception. Takes at most about a second. */
    public static TemplateScan of(String source) {
        Dangers dangers = new Dangers();
        if (source.length() > LONG) {
            dangers.add(
                    Level.WARNING,
                    "template-long",
                    1,
                    1,
                    "the template has " + source.length() + " characters",
                    "nobody reads so long a template, and rendering it costs time for every message");
        }
        TextScan.hidden(source, dangers);
        Lexer.Reading reading = Lexer.readable(source);
        try {
            if (reading.failure() != null) {
                throw reading.failure();
            }
            Parser.Placed placed = Parser.placed(reading.tokens());
            new TreeScan(placed, dangers).run();
            Trial.run(placed.parsed().body(), dangers);
            return new TemplateScan(dangers.all(), placed.parsed().unknown(), null);
        } catch (TemplateException e) {
            new TokenScan(reading, dangers).run();
            return new TemplateScan(dangers.all(), List.of(), e);
        } catch (StackOverflowError e) {
            new TokenScan(reading, dangers).run();
            return new TemplateScan(dangers.all(), List.of(), ChatTemplate.tooDeep());
        }
    }

    /** What is dangerous, the worst first, then in the template's order; at most 50. */
    public List<TemplateDanger> dangers() {
        return dangers;
    }

    /** Whether nothing is worse than a note. */
    public boolean isHarmless() {
        return dangers.stream().allMatch(danger -> danger.level() == Level.NOTE);
    }

    /** Whether the whole template was read; if not, only its tokens were looked at. */
    public boolean isUnderstood() {
        return failure == null;
    }

    /** Why it could not be read; empty where it could. */
    public Optional<TemplateException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Filters and tests that are not known here, each with its line, as {@link ChatTemplate#unknownConstructs()}. */
    public List<String> unknownConstructs() {
        return unknown;
    }

    /** For example {@code no dangers}, or {@code 2 dangers, not understood}. */
    @Override
    public String toString() {
        String count =
                dangers.isEmpty() ? "no dangers" : dangers.size() == 1 ? "1 danger" : dangers.size() + " dangers";
        return count + (isUnderstood() ? "" : ", not understood");
    }
}
