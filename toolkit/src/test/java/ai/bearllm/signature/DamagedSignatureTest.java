package ai.bearllm.signature;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random damage to good signatures, statements and keys. */
class DamagedSignatureTest {
    private static final int ROUNDS = 400;
    private static final String[] TOKENS = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "null",
        "true",
        "-1",
        "1e999",
        "\\u0000",
        "\\ud800",
        "\"name\"",
        "\"sig\"",
        "../"
    };

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private void rounds(byte[] good, Consumer<byte[]> reading) {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = damaged(good);
            try {
                reading.accept(damaged);
            } catch (RuntimeException | StackOverflowError | AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + ", input: " + new String(damaged, StandardCharsets.ISO_8859_1), e);
            }
        }
    }

    private byte[] damaged(byte[] good) {
        String text = new String(good, StandardCharsets.ISO_8859_1);
        for (int change = random.nextInt(4); change >= 0; change--) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + random.nextInt(40));
            text = switch (random.nextInt(5)) {
                case 0 -> text.substring(0, at) + (char) random.nextInt(256) + text.substring(at + 1);
                case 1 -> text.substring(0, at) + text.substring(end);
                case 2 -> text.substring(0, end) + text.substring(at);
                case 3 -> text.substring(0, at) + TOKENS[random.nextInt(TOKENS.length)] + text.substring(at);
                default -> text.substring(0, at) + text.substring(at, end).repeat(3) + text.substring(end);
            };
            if (text.isEmpty()) {
                text = "x";
            }
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v0.2.0-certificate", "v1.0.1-elliptic-key", "v1.1.0-elliptic-key", "v1.1.0-sigstore"})
    void bundles(String name) throws IOException {
        rounds(Files.readAllBytes(Samples.oms(name + "/model.sig")), AnyBytes::bundle);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v0.2.0-certificate", "v0.3.1-elliptic-key", "v1.1.0-elliptic-key"})
    void statements(String name) throws IOException {
        byte[] payload = Passing.payload(Files.readAllBytes(Samples.oms(name + "/model.sig")));
        rounds(payload, AnyBytes::statement);
    }

    @ParameterizedTest
    @ValueSource(strings = {"keys/signing-key-pub.pem", "keys/ca-cert.pem"})
    void keysAndCertificates(String name) throws IOException {
        rounds(
                Files.readAllBytes(Samples.oms(name)),
                damaged -> AnyBytes.pem(new String(damaged, StandardCharsets.ISO_8859_1)));
    }
}
