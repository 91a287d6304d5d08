package ai.bearllm.template;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A model file's chat template beside the one that the model's makers published. Only so is a template seen that reads
 * harmlessly and steers the model all the same.
 *
 * @param verdict how they compare
 * @param file the fingerprint of the file's template
 * @param changes what differs, line by line: {@code - } and the original's, {@code + } and the file's, each with its line
 *     number; cut after 40 lines; empty where nothing does, or where only the original's digest is known
 */
public record TemplateComparison(Verdict verdict, TemplateFingerprint file, List<String> changes) {
    /** How two templates compare. */
    public enum Verdict {
        /** Byte for byte the same. */
        SAME,
        /** The same but for white space at the ends of lines and of the whole. */
        SAME_BUT_FOR_WHITESPACE,
        /** Not the same. */
        DIFFERS
    }

    public TemplateComparison {
        changes = List.copyOf(changes);
    }

    /** Compares with the original's text. */
    public static TemplateComparison of(String file, String original) {
        TemplateFingerprint mine = TemplateFingerprint.of(file);
        Verdict verdict = verdict(mine, TemplateFingerprint.of(original));
        List<String> changes = verdict == Verdict.DIFFERS ? TemplateDiff.changes(original, file) : List.of();
        return new TemplateComparison(verdict, mine, changes);
    }

    /** Compares with the original's fingerprint. */
    public static TemplateComparison of(String file, TemplateFingerprint original) {
        TemplateFingerprint mine = TemplateFingerprint.of(file);
        return new TemplateComparison(verdict(mine, original), mine, List.of());
    }

    /**
     * Compares with an original of which only a digest is known: of its text as it is, or normalized.
     *
     * @param sha256 64 hexadecimal digits
     */
    public static TemplateComparison ofDigest(String file, String sha256) {
        TemplateFingerprint mine = TemplateFingerprint.of(file);
        String digest = sha256.toLowerCase(Locale.ROOT);
        Verdict verdict = digest.equals(mine.exact())
                ? Verdict.SAME
                : digest.equals(mine.normalized()) ? Verdict.SAME_BUT_FOR_WHITESPACE : Verdict.DIFFERS;
        return new TemplateComparison(verdict, mine, List.of());
    }

    private static Verdict verdict(TemplateFingerprint file, TemplateFingerprint original) {
        if (file.exact().equals(original.exact())) {
            return Verdict.SAME;
        }
        return file.normalized().equals(original.normalized()) ? Verdict.SAME_BUT_FOR_WHITESPACE : Verdict.DIFFERS;
    }

    /** Whether nothing but white space differs. */
    public boolean isSame() {
        return verdict != Verdict.DIFFERS;
    }

    /** The first change; empty where there is none to show. */
    public Optional<String> firstChange() {
        return changes.stream().findFirst();
    }

    /** For example {@code differs from the original in 3 lines}. */
    @Override
    public String toString() {
        return switch (verdict) {
            case SAME -> "the same as the original";
            case SAME_BUT_FOR_WHITESPACE -> "the same as the original but for white space";
            case DIFFERS ->
                "differs from the original"
                        + (changes.isEmpty()
                                ? ""
                                : changes.size() == 1 ? " in 1 line" : " in " + changes.size() + " lines");
        };
    }
}
