package ai.bearllm.gguf;

import ai.bearllm.gguf.Finding.Severity;
import java.util.ArrayList;
import java.util.List;

/**
 * What is wrong with a file, collected while it is read: one report names everything up to the place where reading on would be
 * guessing.
 */
final class Findings {
    /** Enough to see what kind of file it is; a hostile one could have a million. */
    static final int MOST = 100;

    private static final int LONGEST_WORDS = 400;

    private final String source;
    private final List<Finding> errors = new ArrayList<>();
    private final List<Finding> others = new ArrayList<>();

    Findings(String source) {
        this.source = source;
    }

    /** Something for which the file is refused, though what follows it can still be read. */
    void error(String rule, long offset, String found, String limit, String effect) {
        errors.add(Finding.at(Severity.ERROR, rule, offset, plain(found), limit, effect));
        if (errors.size() >= MOST) {
            throw refusal();
        }
    }

    /** Something that is odd, or keeps some program from loading the file, but does not mislead a reader. */
    void warning(String rule, long offset, String found, String limit, String effect) {
        if (others.size() < MOST) {
            others.add(Finding.at(Severity.WARNING, rule, offset, plain(found), limit, effect));
        }
    }

    /** A key in it may be as long as the file and hold anything. */
    private static String plain(String found) {
        String text = found.length() > LONGEST_WORDS ? found.substring(0, LONGEST_WORDS) + "…" : found;
        return text.replaceAll("\\p{Cntrl}", "\uFFFD");
    }

    boolean hasErrors() {
        return !errors.isEmpty();
    }

    /** The refusal where reading cannot go on, with all that was found before. */
    GgufFormatException fatal(String rule, long offset, String found, String limit, String effect) {
        errors.add(Finding.at(Severity.ERROR, rule, offset, plain(found), limit, effect));
        return refusal();
    }

    /** What may be loaded all the same; refuses the file where there is more than that. */
    List<Finding> tolerated() {
        if (hasErrors()) {
            throw refusal();
        }
        return List.copyOf(others);
    }

    private GgufFormatException refusal() {
        List<Finding> all = new ArrayList<>(errors);
        all.addAll(others);
        return new GgufFormatException(source, all, GgufFormatException.FIX);
    }
}
