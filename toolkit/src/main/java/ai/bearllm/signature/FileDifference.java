package ai.bearllm.signature;

import java.util.Locale;

/**
 * One file that is not as it was signed.
 *
 * @param kind what is wrong
 * @param name its path in the signed folder, with slashes; {@code .} for a model that is one file
 */
public record FileDifference(Kind kind, String name) {
    /** What is wrong with a file. */
    public enum Kind {
        /** Its bytes are others than the signed ones. */
        CHANGED,
        /** It was signed and is not there. */
        MISSING,
        /** It is there and was not signed. */
        ADDED,
        /** A symbolic link that may not be followed. */
        LINK,
        /** Neither a file nor a folder: a pipe, a socket, a device. */
        SPECIAL
    }

    /** In words, for example {@code changed: config.json}. */
    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + ": " + name;
    }
}
