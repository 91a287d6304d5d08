package ai.bearllm.signature;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Holds the names of one signed list to what means the same file on every system: relative, with slashes, without
 * {@code .} and {@code ..}, and no two of them alike but for case or Unicode form.
 */
final class ResourceNames {
    private static final int LONGEST = 4096;
    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:");

    private final Set<String> seen = new HashSet<>();

    /**
     * Takes the next name.
     *
     * @throws BundleException if it is not such a name, or one like it was there before
     */
    void require(String name) throws BundleException {
        Optional<String> fault = fault(name);
        if (fault.isPresent()) {
            throw BundleException.invalid(
                    "the file name \"" + shown(name) + "\" " + fault.get(), "names of files below the signed folder");
        }
        if (!seen.add(key(name))) {
            throw BundleException.invalid(
                    "the file name \"" + shown(name) + "\" twice, perhaps in other case", "each file once");
        }
    }

    /** What two names share where a file system would take them for one. */
    static String key(String name) {
        String composed = Normalizer.isNormalized(name, Normalizer.Form.NFC)
                ? name
                : Normalizer.normalize(name, Normalizer.Form.NFC);
        return composed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }

    private static String shown(String name) {
        return name.length() > 100 ? name.substring(0, 100) + "…" : name;
    }

    /** What is wrong with a name, in words that follow it; empty where nothing is. */
    static Optional<String> fault(String name) {
        if (name.isEmpty() || name.length() > LONGEST) {
            return Optional.of("which is empty or longer than " + LONGEST);
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            return Optional.of("with half a character");
        }
        if (name.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            return Optional.of("with a control character");
        }
        if (name.indexOf('\\') >= 0) {
            return Optional.of("with a backslash");
        }
        if (name.startsWith("/") || DRIVE.matcher(name).lookingAt()) {
            return Optional.of("which is absolute");
        }
        if (name.equals(Statement.SINGLE_FILE)) {
            return Optional.empty();
        }
        for (String part : name.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return Optional.of("with an empty part, . or ..");
            }
        }
        return Optional.empty();
    }
}
