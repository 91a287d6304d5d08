package ai.bearllm.model;

import java.util.Objects;

/**
 * A cell of a {@link Sheet} that says how something stands: always a word, and where colors can be shown a color too.
 *
 * @param tone what the word means for the reader, which decides the color
 * @param word one or two words, for example {@code passed}
 */
public record Status(Tone tone, String word) {
    /** What a status means for the reader. */
    public enum Tone {
        /** As it should be. */
        GOOD,
        /** Neither good nor bad. */
        NEUTRAL,
        /** Worth a look. */
        WARNING,
        /** Not as it should be. */
        BAD
    }

    public Status {
        Objects.requireNonNull(tone);
        if (word.isBlank()) {
            throw new IllegalArgumentException("a status must have a word, because color alone does not tell it");
        }
    }

    /** As it should be. */
    public static Status good(String word) {
        return new Status(Tone.GOOD, word);
    }

    /** Neither good nor bad. */
    public static Status neutral(String word) {
        return new Status(Tone.NEUTRAL, word);
    }

    /** Worth a look. */
    public static Status warning(String word) {
        return new Status(Tone.WARNING, word);
    }

    /** Not as it should be. */
    public static Status bad(String word) {
        return new Status(Tone.BAD, word);
    }

    /** The word. */
    @Override
    public String toString() {
        return word;
    }
}
