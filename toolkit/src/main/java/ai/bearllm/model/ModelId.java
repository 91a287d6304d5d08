package ai.bearllm.model;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names a model: {@code provider/name[:QUANT][@commit]}, for example
 * {@code TinyLlama/TinyLlama-1.1B-Chat-v1.0:Q4_K_M@52e7645}.
 *
 * <p>Provider and name are safe as names of folders on every system: letters, digits, {@code . _ -}, not starting with a
 * dot or hyphen, not ending with a dot, at most 96 characters, no device name of Windows. That is the hub's own rule, made
 * stricter where folders need it.
 *
 * @param provider who made the model, for example {@code mistralai}
 * @param name the model's name at its provider
 * @param quantization for example {@code Q4_K_M}, where one of several files of a model is meant
 * @param commit the commit of the repository, where one is pinned
 */
public record ModelId(String provider, String name, Optional<String> quantization, Optional<String> commit)
        implements Comparable<ModelId> {
    private static final Pattern PART = Pattern.compile(
            "(?!(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])(\\.|$))[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_-])?");
    private static final Pattern WHOLE =
            Pattern.compile("([^/:@]+)/([^/:@]+)(?::([A-Za-z0-9_]{1,32}))?(?:@([0-9a-f]{7,40}))?");

    public ModelId {
        requirePart("provider", provider);
        requirePart("name", name);
    }

    /** The id without quantization and commit. */
    public static ModelId of(String provider, String name) {
        return new ModelId(provider, name, Optional.empty(), Optional.empty());
    }

    /**
     * Reads {@code provider/name[:QUANT][@commit]}.
     *
     * @throws IllegalArgumentException where the text has another form
     */
    public static ModelId parse(String text) {
        Matcher matcher = WHOLE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "a model id has the form provider/name[:QUANT][@commit] but was \"" + brief(text) + "\"");
        }
        return new ModelId(
                matcher.group(1),
                matcher.group(2),
                Optional.ofNullable(matcher.group(3)),
                Optional.ofNullable(matcher.group(4)));
    }

    /** {@code provider/name} alone. */
    public String base() {
        return provider + "/" + name;
    }

    @Override
    public int compareTo(ModelId other) {
        return toString().compareToIgnoreCase(other.toString());
    }

    /** The text that {@link #parse} reads. */
    @Override
    public String toString() {
        return base()
                + quantization.map(q -> ":" + q).orElse("")
                + commit.map(c -> "@" + c).orElse("");
    }

    private static void requirePart(String what, String value) {
        if (!PART.matcher(value).matches()) {
            throw new IllegalArgumentException("a model's " + what
                    + " holds letters, digits, '.', '_' and '-', begins with a letter, digit or '_', does not end with '.',"
                    + " is no device name and has at most 96 characters, but was \"" + brief(value) + "\"");
        }
    }

    private static String brief(String text) {
        String shown = text.length() > 100 ? text.substring(0, 100) + "…" : text;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
