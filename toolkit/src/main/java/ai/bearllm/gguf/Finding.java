package ai.bearllm.gguf;

import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Something in a file that is not as it should be: where, what, by which rule, and what a loader would make of it.
 *
 * @param severity how bad it is
 * @param rule the rule's short name, stable between versions, for example {@code array-bounds}
 * @param offset the position in the file, in bytes; empty where it concerns the file as a whole
 * @param found what stands there, in words
 * @param limit what may stand there, in words
 * @param effect what it would do to a program that loads the file
 */
public record Finding(Severity severity, String rule, OptionalLong offset, String found, String limit, String effect) {
    /** How bad a finding is. */
    public enum Severity {
        /** The file must not be loaded. */
        ERROR,
        /** The file can be loaded, but something about it is wrong or will not work everywhere. */
        WARNING,
        /** Worth knowing, harmless. */
        NOTE
    }

    public Finding {
        Objects.requireNonNull(severity);
        Objects.requireNonNull(rule);
        Objects.requireNonNull(offset);
        Objects.requireNonNull(found);
        Objects.requireNonNull(limit);
        Objects.requireNonNull(effect);
    }

    /** A finding at a position of the file. */
    public static Finding at(Severity severity, String rule, long offset, String found, String limit, String effect) {
        return new Finding(severity, rule, OptionalLong.of(offset), found, limit, effect);
    }

    /** A finding about the file as a whole. */
    public static Finding of(Severity severity, String rule, String found, String limit, String effect) {
        return new Finding(severity, rule, OptionalLong.empty(), found, limit, effect);
    }

    /** What was found and what was expected, as one sentence with the position and the rule. */
    public String sentence() {
        String where = offset.isPresent() ? "At byte " + offset.getAsLong() + ": " : "";
        return where + found + "; expected " + limit + " (rule " + rule + ").";
    }

    /** The whole in words, with the severity in front and the effect behind. */
    public String note() {
        String name = severity.name();
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT) + ": " + sentence() + " Effect: " + effect
                + ".";
    }
}
