package ai.bearllm.template;

import java.util.Objects;

/**
 * Something in a chat template that a template for chats has no use for.
 *
 * @param level how bad it is
 * @param rule the rule's short name, stable between versions, for example {@code template-code}
 * @param line where it stands, from 1
 * @param column where in that line, from 1
 * @param found what stands there, in words, with control characters replaced
 * @param effect what it would do in a program that renders templates in Python
 */
public record TemplateDanger(Level level, String rule, int line, int column, String found, String effect) {
    /** How bad a danger is. */
    public enum Level {
        /** It reaches out of the template, or would use up the machine: nothing should render it. */
        ERROR,
        /** Unusual, and a way to do harm, though it may be meant well. */
        WARNING,
        /** Worth a look: text that could steer the model or its user. */
        NOTE
    }

    public TemplateDanger {
        Objects.requireNonNull(level);
        Objects.requireNonNull(rule);
        Objects.requireNonNull(found);
        Objects.requireNonNull(effect);
        if (line < 1 || column < 1) {
            throw new IllegalArgumentException("line and column count from 1 but were " + line + " and " + column);
        }
    }

    /** For example {@code line 3, column 14}. */
    public String where() {
        return "line " + line + ", column " + column;
    }
}
