package ai.bearllm.signature;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bundles that a trusted signer would not make, all of them properly signed; and bundles that somebody changed. */
class HostileBundleTest {
    private static final SigningKey KEY = SigningKey.generate();
    private static final String GOOD = Samples.statement("config.json", "{}");

    @TempDir
    private Path model;

    @BeforeEach
    void makeModel() throws IOException {
        Samples.write(model.resolve("config.json"), "{}");
    }

    private SignatureCheck check(byte[] bundle) throws IOException {
        Files.write(model.resolve("model.sig"), bundle);
        return Verification.of(model).policy(Samples.trusting(KEY)).check();
    }

    private SignatureCheck checkPayload(String payload) throws IOException {
        return check(Samples.signed(KEY, payload));
    }

    private SignatureCheck checkBundle(String before, String after) throws IOException {
        String bundle = new String(Samples.signed(KEY, GOOD), StandardCharsets.UTF_8);
        assertThat(bundle).contains(before);
        return check(bundle.replace(before, after).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theGoodOnePasses() throws IOException {
        assertThat(checkPayload(GOOD)).isInstanceOf(SignatureCheck.Signed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../config.json",
                "a/../config.json",
                "./config.json",
                "a//b",
                "a/",
                "/etc/passwd",
                "C:/x",
                "c:x",
                "a\\b",
                "..",
                "a/..",
                "",
                "a\u0000b",
                "a\nb",
                "\ud800"
            })
    void pathsThatMeanOtherFilesAreRefused(String name) throws IOException {
        SignatureCheck check = checkPayload(Samples.statement(name, "{}"));
        assertThat(check).as(check.sentence()).isInstanceOf(SignatureCheck.Invalid.class);
        assertThat(check.sentence()).contains("file name");
        SignatureCheck mixed = checkPayload(Samples.statement("config.json", "{}", name, "{}"));
        assertThat(mixed).isInstanceOf(SignatureCheck.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "CONFIG.json", "ConFig.JSON"})
    void namesThatCollideAreRefused(String second) throws IOException {
        SignatureCheck check = checkPayload(Samples.statement("config.json", "{}", second, "{}"));
        assertThat(check).isInstanceOf(SignatureCheck.Invalid.class);
        assertThat(check.sentence()).contains("twice");
    }

    @Test
    void namesThatDifferOnlyInUnicodeFormCollide() throws IOException {
        SignatureCheck check = checkPayload(Samples.statement("caf\u00e9", "1", "cafe\u0301", "2"));
        assertThat(check.sentence()).contains("twice");
    }

    static Stream<Arguments> unsupported() {
        return Stream.of(
                Arguments.of("\"method\":\"files\"", "\"method\":\"shards\",\"shard_size\":10", "shards"),
                Arguments.of("\"method\":\"files\"", "\"method\":\"tensors\"", "tensors"),
                Arguments.of("\"hash_type\":\"sha256\"", "\"hash_type\":\"blake2b\"", "blake2b"),
                Arguments.of("\"algorithm\":\"sha256\"", "\"algorithm\":\"blake3\"", "blake3"),
                Arguments.of("signature/v1.0", "signature/v2.0", "signature/v2.0"),
                Arguments.of("Statement/v1", "Statement/v0.1", "Statement/v0.1"));
    }

    @ParameterizedTest
    @MethodSource
    void unsupported(String before, String after, String named) throws IOException {
        SignatureCheck check = checkPayload(GOOD.replace(before, after));
        assertThat(check).as(check.sentence()).isInstanceOf(SignatureCheck.Unsupported.class);
        assertThat(check.sentence()).contains(named);
        assertThat(check.ok()).isFalse();
    }

    static Stream<Arguments> invalid() {
        String resource = GOOD.substring(GOOD.indexOf("{\"name\":\"config"), GOOD.length() - 3);
        return Stream.of(
                Arguments.of(resource, ""),
                Arguments.of("\"name\":\"m\"", "\"name\":7"),
                Arguments.of("\"subject\":[", "\"subject\":[{\"name\":\"x\",\"digest\":{\"sha256\":\"00\"}},"),
                Arguments.of("\"digest\":{\"sha256\":\"", "\"digest\":{\"sha512\":\""),
                Arguments.of("\"subject\"", "\"subjects\""),
                Arguments.of("\"predicate\":", "\"predicated\":"),
                Arguments.of("\"resources\"", "\"resource\""),
                Arguments.of("\"allow_symlinks\":false", "\"allow_symlinks\":\"no\""),
                Arguments.of(",\"allow_symlinks\":false", ""),
                Arguments.of("\"hash_type\":\"sha256\",", ""),
                Arguments.of("\"method\":\"files\",", ""),
                Arguments.of("\"method\":\"files\"", "\"method\":\"files\",\"method\":\"files\""),
                Arguments.of("\"resources\":[", "\"resources\":[],\"resources\":["),
                Arguments.of("\"algorithm\":\"sha256\"", "\"algorithm\":null"),
                Arguments.of("\"algorithm\":\"sha256\",\"digest\":\"", "\"algorithm\":\"sha256\",\"digest\":\"0"),
                Arguments.of("\"algorithm\":\"sha256\",\"digest\":\"", "\"algorithm\":\"sha256\",\"digest\":\"sha256:"),
                Arguments.of("}]}}", "}]}}x"),
                Arguments.of("}]}}", "}]}"));
    }

    @ParameterizedTest
    @MethodSource
    void invalid(String before, String after) throws IOException {
        assertThat(GOOD).contains(before);
        SignatureCheck check = checkPayload(GOOD.replace(before, after));
        assertThat(check).as(check.sentence()).isInstanceOf(SignatureCheck.Invalid.class);
    }

    @Test
    void aDigestOfTheWholeThatTheFilesDoNotGiveIsRefused() throws IOException {
        String payload = GOOD.replaceFirst(
                "\"sha256\":\"[0-9a-f]{64}",
                "\"sha256\":\"" + Samples.sha256("other").hex());
        assertThat(checkPayload(payload).sentence()).contains("digest");
    }

    @Test
    void otherFieldsAreIgnoredWhereTheFormatSaysSo() throws IOException {
        String payload = GOOD.replace("\"predicate\":{", "\"predicate\":{\"model_card\":{\"a\":[1,{}]},")
                .replace("{\"_type\"", "{\"extra\":[[],{}],\"_type\"");
        assertThat(checkPayload(payload)).isInstanceOf(SignatureCheck.Signed.class);
        assertThat(checkBundle("\"dsseEnvelope\":{", "\"later\":{\"x\":1},\"dsseEnvelope\":{\"more\":null,"))
                .isInstanceOf(SignatureCheck.Signed.class);
    }

    @Test
    void fieldsInAnyOrderAreRead() throws IOException {
        String predicate = GOOD.substring(GOOD.indexOf("\"predicate\""), GOOD.length() - 1);
        String rest = GOOD.substring(1, GOOD.indexOf(",\"predicate\""));
        assertThat(checkPayload("{" + predicate + "," + rest + "}")).isInstanceOf(SignatureCheck.Signed.class);
    }

    @Test
    void changesOfTheEnvelopeAreRefused() throws IOException {
        assertThat(checkBundle("vnd.in-toto+json", "vnd.in-toto+jsom")).isInstanceOf(SignatureCheck.Invalid.class);
        assertThat(checkBundle("bundle.v0.3+json", "bundle.v0.2+json")).isInstanceOf(SignatureCheck.Unsupported.class);
        assertThat(checkBundle("application/vnd.dev", "text/")).isInstanceOf(SignatureCheck.Invalid.class);
        assertThat(checkBundle("\"dsseEnvelope\"", "\"messageSignature\""))
                .isInstanceOf(SignatureCheck.Unsupported.class);
        assertThat(checkBundle("\"payload\"", "\"payloads\"")).isInstanceOf(SignatureCheck.Invalid.class);
        assertThat(checkBundle("\"signatures\":[", "\"signatures\":[{\"sig\":\"AAAA\"},"))
                .isInstanceOf(SignatureCheck.Unsupported.class);
        assertThat(checkBundle("\"publicKey\"", "\"publicKeys\"")).isInstanceOf(SignatureCheck.Invalid.class);
        assertThat(checkBundle("\"publicKey\":{", "\"certificate\":{")).isInstanceOf(SignatureCheck.Unsupported.class);
        assertThat(check(new byte[0])).isInstanceOf(SignatureCheck.Invalid.class);
        assertThat(check(new byte[] {'{', (byte) 0xff})).isInstanceOf(SignatureCheck.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-----BEGIN PGP SIGNATURE-----\n",
                "untrusted comment: signature from minisign secret key\n",
                "[{}]",
                "{\"base64Signature\":\"MEUC\",\"cert\":\"LS0t\"}",
                "{}"
            })
    void signaturesOfOtherKindsAreRefusedByName(String other) throws IOException {
        SignatureCheck check = check(other.getBytes(StandardCharsets.UTF_8));
        assertThat(check).isInstanceOf(SignatureCheck.Unsupported.class);
        assertThat(check.sentence()).contains("no Sigstore bundle");
    }

    @Test
    void aSignatureByAnotherKeyUnderTheTrustedKeysHintIsRefused() throws IOException {
        SigningKey other = SigningKey.generate();
        String bundle = new String(Samples.signed(other, GOOD), StandardCharsets.UTF_8)
                .replace(other.fingerprint(), KEY.fingerprint());
        SignatureCheck check = check(bundle.getBytes(StandardCharsets.UTF_8));
        assertThat(check).isInstanceOf(SignatureCheck.Invalid.class);
        assertThat(check.sentence()).contains("not made by the key \"tester\"");
        assertThat(checkBundle(KEY.fingerprint(), "0".repeat(64))).isInstanceOf(SignatureCheck.Untrusted.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "MAA=", "MAYCAQACAQA=", "MAYCAQECAQA=", "MAYCAQECAQE=", "AAAA", "MIACAQECAQE=", "//79", "!!"
            })
    void signaturesOfZerosAndOtherNumbersThatFitAnybodyAreRefused(String signature) throws IOException {
        String bundle = new String(Samples.signed(KEY, GOOD), StandardCharsets.UTF_8)
                .replaceFirst("\"sig\":\"[^\"]*\"", "\"sig\":\"" + signature + "\"");
        assertThat(check(bundle.getBytes(StandardCharsets.UTF_8))).isInstanceOf(SignatureCheck.Invalid.class);
    }

    @Test
    void everyChangedBitOfAPayloadIsRefused() throws IOException {
        byte[] payload = GOOD.getBytes(StandardCharsets.UTF_8);
        byte[] bundle = Samples.signed(KEY, payload);
        String encoded = java.util.Base64.getEncoder().encodeToString(payload);
        for (int bit = 0; bit < payload.length * 8; bit += 5) {
            byte[] changed = payload.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            String other = new String(bundle, StandardCharsets.UTF_8)
                    .replace(encoded, java.util.Base64.getEncoder().encodeToString(changed));
            assertThat(Passing.signer(other.getBytes(StandardCharsets.UTF_8), Samples.trusting(KEY)))
                    .isFalse();
        }
    }

    @Test
    void anEmptyListIsNoSignatureOfAnything() throws IOException {
        assertThat(checkPayload(Samples.statement()).sentence()).contains("without any file");
    }

    static Stream<String> costly() {
        String many = IntStream.range(0, 20_000)
                .mapToObj(
                        i -> "{\"name\":\"f" + i + "\",\"algorithm\":\"sha256\",\"digest\":\"" + "0".repeat(64) + "\"}")
                .collect(Collectors.joining(","));
        return Stream.of(
                "[".repeat(1_000_000),
                "{\"_type\":".repeat(300_000),
                GOOD.replace("{\"_type\"", "{\"deep\":" + "[".repeat(60) + "]".repeat(60) + ",\"_type\""),
                GOOD.replace("\"allow_symlinks\":false", "\"ignore_paths\":[" + "\"\",".repeat(300_000) + "\"\"]"),
                GOOD.replace("\"resources\":[", "\"resources\":[" + many + ","),
                GOOD.replace("\"resources\":[", "\"x\":[" + "{},".repeat(500_000) + "0],\"resources\":["),
                "{\"_type\":\"" + "a".repeat(2_000_000) + "\"}",
                "{\"a\":" + "9".repeat(2_000_000) + "}");
    }

    @ParameterizedTest
    @MethodSource
    void costly(String payload) {
        byte[] bundle = Samples.signed(KEY, payload);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        SignaturePolicy policy = Samples.trusting(KEY);
        Passing.signer(Samples.signed(KEY, GOOD), policy);
        long before = threads.getCurrentThreadAllocatedBytes();
        Passing.signer(bundle, policy);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .as("bytes allocated for a bundle of " + bundle.length)
                .isLessThan((16 << 20) + 8L * bundle.length);
    }

    @Test
    void aSignatureFileThatIsTooLongIsNotRead() throws IOException {
        try (var channel = Files.newByteChannel(
                model.resolve("model.sig"),
                java.nio.file.StandardOpenOption.CREATE,
                java.nio.file.StandardOpenOption.WRITE,
                java.nio.file.StandardOpenOption.SPARSE)) {
            channel.position(1L << 32).write(java.nio.ByteBuffer.wrap(new byte[1]));
        }
        SignatureCheck check =
                Verification.of(model).policy(Samples.trusting(KEY)).check();
        assertThat(check).isInstanceOf(SignatureCheck.Invalid.class);
    }
}
