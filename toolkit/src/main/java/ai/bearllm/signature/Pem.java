package ai.bearllm.signature;

import ai.bearllm.model.BearException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One block of a PEM text. */
final class Pem {
    private static final long MOST_BYTES = 8 << 20;
    /** Also of the form that old OpenSSL writes, with header lines before the body: its type says so. */
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*+)-----END \\1-----");

    private final String type;
    private final byte[] bytes;

    private Pem(String type, byte[] bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    /** What its first line says, for example {@code PUBLIC KEY}. */
    String type() {
        return type;
    }

    /** The decoded body. */
    byte[] bytes() {
        return bytes;
    }

    /** All blocks; text around them, which some tools write, is passed over. */
    static List<Pem> blocks(String text) {
        List<Pem> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            try {
                byte[] bytes = Base64.getMimeDecoder().decode(matcher.group(2));
                blocks.add(new Pem(matcher.group(1), bytes));
            } catch (IllegalArgumentException e) {
                throw new BearException(
                        "The PEM block " + matcher.group(1) + " is damaged: it is not Base64.",
                        "Get the file again from where it came.",
                        e);
            }
        }
        return blocks;
    }

    /**
     * The text of a PEM file, or the text itself where it is PEM already.
     *
     * @throws BearException if it is neither
     */
    static String text(String pathOrText) {
        return pathOrText.contains("-----BEGIN ") ? pathOrText : text(Path.of(pathOrText));
    }

    static String text(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new BearException(file + " is too long for keys or certificates.", "Name a PEM file.");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new BearException(
                    "The PEM file " + file + " cannot be read: " + e + ".", "Check its path and permissions.", e);
        }
    }

    /** The block as a file holds it. */
    static String write(String type, byte[] bytes) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }
}
