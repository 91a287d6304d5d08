package ai.bearllm.template;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What tells a chat template from every other.
 *
 * @param exact SHA-256 of its text as UTF-8, 64 small hexadecimal digits
 * @param normalized the same of its text with line ends as {@code \n}, without white space at the ends of lines and of the
 *     whole: tools that convert models change that much
 */
public record TemplateFingerprint(String exact, String normalized) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern LINE_ENDS = Pattern.compile("[ \\t]+(?=\\n)");

    public TemplateFingerprint {
        require(exact);
        require(normalized);
    }

    private static void require(String digest) {
        Objects.requireNonNull(digest);
        if (!HEX.matcher(digest).matches()) {
            throw new IllegalArgumentException("a SHA-256 has 64 small hexadecimal digits but was \"" + digest + "\"");
        }
    }

    /** Of a template's text. */
    public static TemplateFingerprint of(String template) {
        return new TemplateFingerprint(sha256(template), sha256(normalized(template)));
    }

    static String normalized(String template) {
        String lines = template.replace("\r\n", "\n").replace('\r', '\n');
        return LINE_ENDS.matcher(lines).replaceAll("").strip();
    }

    private static String sha256(String text) {
        try {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The beginning of the exact digest. */
    @Override
    public String toString() {
        return "template " + exact.substring(0, 12);
    }
}
