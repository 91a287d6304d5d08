package ai.bearllm.hub;

import ai.bearllm.model.BearException;
import ai.bearllm.model.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A secret that says to the hub who asks. It prints as {@code AccessToken[hidden]}; its value leaves this package only in the
 * {@code Authorization} header of a request to the host that it was given for.
 */
public final class AccessToken {
    private static final int MAX_FILE_BYTES = 4096;
    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]{1,2048}");

    private final String value;

    private AccessToken(String value) {
        this.value = value;
    }

    /**
     * A token from its text; blanks around it are dropped.
     *
     * @throws BearException where the text cannot be a token; the message does not repeat it
     */
    public static AccessToken of(String text) {
        return checked(text, "The given text");
    }

    /**
     * The token that the hub's own tools use: {@code HF_TOKEN}, else the file {@code HF_TOKEN_PATH}, else the file
     * {@code token} in {@code HF_HOME}, in {@code XDG_CACHE_HOME/huggingface} or in {@code ~/.cache/huggingface}.
     * {@code HF_HUB_DISABLE_IMPLICIT_TOKEN=1} keeps it at home.
     *
     * <p>Source: environment variables of huggingface_hub.
     *
     * @param environment the process's environment
     * @param userHome the user's home folder
     * @throws BearException where a token is there but unusable
     */
    public static Optional<AccessToken> find(Map<String, String> environment, Path userHome) {
        if (Environment.isSet(environment, "HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
            return Optional.empty();
        }
        Optional<String> direct = Environment.value(environment, "HF_TOKEN");
        if (direct.isPresent()) {
            return Optional.of(checked(direct.get(), "HF_TOKEN"));
        }
        Path file = Environment.value(environment, "HF_TOKEN_PATH")
                .map(Path::of)
                .orElseGet(() -> hubHome(environment, userHome).resolve("token"));
        return Files.isRegularFile(file) ? read(file) : Optional.empty();
    }

    private static Path hubHome(Map<String, String> environment, Path userHome) {
        return Environment.value(environment, "HF_HOME")
                .map(Path::of)
                .orElseGet(() -> Environment.value(environment, "XDG_CACHE_HOME")
                        .map(Path::of)
                        .orElseGet(() -> userHome.resolve(".cache"))
                        .resolve("huggingface"));
    }

    private static Optional<AccessToken> read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            String text = new String(bytes, StandardCharsets.UTF_8);
            return text.isBlank() ? Optional.empty() : Optional.of(checked(text, "The token file " + file));
        } catch (IOException e) {
            throw new BearException(
                    "The token file " + file + " cannot be read: " + e.getMessage() + ".",
                    "Make it readable, set HF_TOKEN instead, or set HF_HUB_DISABLE_IMPLICIT_TOKEN=1 to go without.",
                    e);
        }
    }

    private static AccessToken checked(String text, String where) {
        String stripped = text.strip();
        if (!VISIBLE.matcher(stripped).matches()) {
            throw new BearException(
                    where + " holds no token: a token is one line of letters, digits and signs.",
                    "Copy the token again from the hub's settings page.");
        }
        return new AccessToken(stripped);
    }

    /** The header's value. */
    String authorization() {
        return "Bearer " + value;
    }

    /** Tells tokens apart without telling them. */
    String fingerprint() {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return Sha256.of(Sha256.newDigest().digest(bytes)).hex();
    }

    @Override
    public String toString() {
        return "AccessToken[hidden]";
    }
}
