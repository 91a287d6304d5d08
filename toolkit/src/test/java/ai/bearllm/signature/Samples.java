package ai.bearllm.signature;

import ai.bearllm.model.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Signatures of the reference implementation, and models and bundles made for tests. */
final class Samples {
    private Samples() {}

    /** A folder or file of the reference implementation's fixtures. */
    static Path oms(String name) {
        return resource("oms").resolve(name);
    }

    static Path resource(String name) {
        try {
            return Path.of(
                    Objects.requireNonNull(Samples.class.getResource(name)).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static SignaturePolicy keyPolicy() {
        return SignaturePolicy.trustingNobody().trustKey("oms", oms("keys/signing-key-pub.pem"));
    }

    static SignaturePolicy rootPolicy() {
        return SignaturePolicy.trustingNobody().trustRoot("root", oms("keys/ca-cert.pem"));
    }

    static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
        return to;
    }

    /** A model folder with a nested file, an empty file, and names with a blank and other scripts. */
    static Path model(Path folder) throws IOException {
        write(folder.resolve("config.json"), "{}");
        write(folder.resolve("weights/part 1.gguf"), "GGUF one");
        write(folder.resolve("weights/part-2.gguf"), "GGUF two");
        write(folder.resolve("Ünïcode 模型.txt"), "text");
        write(folder.resolve("empty"), "");
        return folder;
    }

    static Path write(Path file, String text) throws IOException {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        return Files.writeString(file, text);
    }

    static SignaturePolicy trusting(SigningKey key) {
        return SignaturePolicy.trustingNobody().trustKey("tester", key.publicPem());
    }

    static Sha256 sha256(String text) {
        return Sha256.of(Sha256.newDigest().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** A bundle over any payload, properly signed: what a hostile signer can make. */
    static byte[] signed(SigningKey key, byte[] payload) {
        try {
            byte[] signature = EnvelopeSignature.sign(key.privateKey(), key.curve(), payload);
            return BundleWriter.bundle(payload, signature, key.fingerprint(), List.of());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] signed(SigningKey key, String payload) {
        return signed(key, payload.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] signed(SigningKey key, byte[] payload, List<X509Certificate> chain) {
        try {
            byte[] signature = EnvelopeSignature.sign(key.privateKey(), key.curve(), payload);
            return BundleWriter.bundle(payload, signature, key.fingerprint(), chain);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A statement over files given as name and text, in this order, names as they are. */
    static String statement(String... namesAndTexts) {
        StringBuilder resources = new StringBuilder();
        var overall = Sha256.newDigest();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            Sha256 digest = sha256(namesAndTexts[i + 1]);
            overall.update(HexFormat.of().parseHex(digest.hex()));
            resources
                    .append(resources.isEmpty() ? "" : ",")
                    .append("{\"name\":")
                    .append(quoted(namesAndTexts[i]))
                    .append(",\"algorithm\":\"sha256\",\"digest\":\"")
                    .append(digest)
                    .append("\"}");
        }
        return statement(resources.toString(), Sha256.of(overall.digest()));
    }

    static String statement(String resources, Sha256 digest) {
        return "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":\"m\",\"digest\":{\"sha256\":\""
                + digest + "\"}}],\"predicateType\":\"https://model_signing/signature/v1.0\",\"predicate\":{"
                + "\"serialization\":{\"method\":\"files\",\"hash_type\":\"sha256\",\"allow_symlinks\":false},"
                + "\"resources\":[" + resources + "]}}";
    }

    static String quoted(String name) {
        StringBuilder text = new StringBuilder("\"");
        for (char c : name.toCharArray()) {
            text.append(
                    c < ' ' || c > '~' || c == '"' || c == '\\'
                            ? String.format("\\u%04x", (int) c)
                            : String.valueOf(c));
        }
        return text.append('"').toString();
    }

    static Map<String, byte[]> files(Path folder) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
                files.put(folder.relativize(path).toString().replace('\\', '/'), Files.readAllBytes(path));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }
}
