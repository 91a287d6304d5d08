package ai.bearllm.model;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A SHA-256 digest.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Sha256(String hex) {
    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{64}");

    public Sha256 {
        if (!DIGITS.matcher(hex).matches()) {
            throw new IllegalArgumentException("a SHA-256 is 64 lower-case hexadecimal digits but was \"" + hex + "\"");
        }
    }

    /** Reads 64 hexadecimal digits in either case, with or without a leading {@code sha256:}. */
    public static Sha256 parse(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        return new Sha256(lower.startsWith("sha256:") ? lower.substring("sha256:".length()) : lower);
    }

    /** The digest whose 32 bytes these are. */
    public static Sha256 of(byte[] digest) {
        return new Sha256(HexFormat.of().formatHex(digest));
    }

    /** A fresh SHA-256 computation of the JDK, which uses the processor's SHA instructions where it has them. */
    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The first eight digits: enough for a person to tell two files apart. */
    public String brief() {
        return hex.substring(0, 8);
    }

    @Override
    public String toString() {
        return hex;
    }
}
