package ai.bearllm.model;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The name of one part of a split model, {@code STEM-00001-of-00003.gguf}; a name without folders, or a path with {@code /}.
 *
 * <p>Source: {@code llama_split_path} in llama.cpp; its ending is written in lower case, and {@code split.count} has 16 bits.
 *
 * @param stem what the names of all parts begin with
 * @param number which part it is, from 1 on
 * @param count how many parts there are, at most {@link #MOST}; a model of one part is none that was split
 */
public record PartName(String stem, int number, int count) {
    /** The most parts that a model can say it has. */
    public static final int MOST = 65_535;

    private static final Pattern FORM = Pattern.compile("(.*)-([0-9]{5})-of-([0-9]{5})\\.gguf", Pattern.DOTALL);
    private static final Pattern ENDING = Pattern.compile("(-[0-9]{5}-of-[0-9]{5})?(\\.gguf)?\\z");

    public PartName {
        if (count < 1 || count > MOST) {
            throw new IllegalArgumentException("count must be 1 to " + MOST + " but was " + count);
        }
        if (number < 1 || number > count) {
            throw new IllegalArgumentException("number must be 1 to " + count + " but was " + number);
        }
    }

    /** What a file's name says; empty where it is no part's: another form, a number 0, or one beyond the count. */
    public static Optional<PartName> of(String name) {
        Matcher form = FORM.matcher(name);
        if (!form.matches()) {
            return Optional.empty();
        }
        int number = Integer.parseInt(form.group(2));
        int count = Integer.parseInt(form.group(3));
        return number < 1 || number > count || count > MOST
                ? Optional.empty()
                : Optional.of(new PartName(form.group(1), number, count));
    }

    /** As {@link #of}, but empty too where the name says that it is the only part. */
    public static Optional<PartName> ofSeveral(String name) {
        return of(name).filter(part -> part.count > 1);
    }

    /** A file's name without its ending and without a part's number, whatever number that is. */
    public static String stem(String name) {
        return ENDING.matcher(name).replaceFirst("");
    }

    /** The file's name. */
    public String name() {
        return String.format(Locale.ROOT, "%s-%05d-of-%05d.gguf", stem, number, count);
    }

    /** Another part of the same model. */
    public PartName part(int other) {
        return new PartName(stem, other, count);
    }

    /** Every part of the model, in order. */
    public List<PartName> all() {
        return IntStream.rangeClosed(1, count).mapToObj(this::part).toList();
    }
}
