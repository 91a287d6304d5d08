package ai.bearllm.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeyTest {
    @TempDir
    private Path temporary;

    private static Path openssl(String name) {
        try {
            return Path.of(Objects.requireNonNull(SigningKeyTest.class.getResource("keys/" + name))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static char[] password(String text) {
        return text.toCharArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"p256-sec1", "p384-sec1", "p521-pkcs8"})
    void readsTheKeysOfOpenSslAndFindsTheirPublicKeys(String name) throws IOException {
        SigningKey key = SigningKey.read(openssl(name + ".pem"));
        assertThat(key.publicPem()).isEqualTo(Files.readString(openssl(name + ".pub")));
        assertThat(key.curve().toString().replace("-", "").toLowerCase(java.util.Locale.ROOT))
                .isEqualTo(name.substring(0, 4));
    }

    @Test
    void readsAKeyThatLacksItsPublicPart() throws IOException {
        assertThat(SigningKey.read(openssl("p256-no-public.pem")).publicPem())
                .isEqualTo(Files.readString(openssl("p256-sec1.pub")));
    }

    @Test
    void readsAnEncryptedKeyWithItsPasswordOnly() throws IOException {
        Path pem = openssl("p256-encrypted.pem");
        assertThat(SigningKey.read(pem, password("secret")).publicPem())
                .isEqualTo(Files.readString(openssl("p256-sec1.pub")));
        assertThatThrownBy(() -> SigningKey.read(pem, password("wrong")))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("password is wrong");
        assertThatThrownBy(() -> SigningKey.read(pem)).hasMessageContaining("encrypted");
    }

    @Test
    void refusesOtherKeysByName() {
        assertThatThrownBy(() -> SigningKey.read(openssl("p256-old-encrypted.pem")))
                .hasMessageContaining("old encrypted form")
                .hasMessageContaining("openssl pkcs8 -topk8");
        assertThatThrownBy(() -> SigningKey.read(openssl("k256.pem"))).hasMessageContaining("1.3.132.0.10");
        assertThatThrownBy(() -> SigningKey.read(openssl("ed25519.pem"))).hasMessageContaining("1.3.101.112");
        assertThatThrownBy(() -> SigningKey.read(openssl("p256-sec1.pub"))).hasMessageContaining("0 private keys");
        assertThatThrownBy(() -> SigningKey.read(temporary.resolve("none.pem")))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("cannot be read");
    }

    @ParameterizedTest
    @EnumSource(Curve.class)
    void whatIsSavedIsReadAgain(Curve curve) throws IOException {
        SigningKey key = SigningKey.generate(curve);
        Path file = temporary.resolve("team.pem");
        Path publicFile = key.save(file);
        assertThat(publicFile).hasFileName("team.pem.pub").hasContent(key.publicPem());
        SigningKey read = SigningKey.read(file);
        assertThat(read.publicPem()).isEqualTo(key.publicPem());
        assertThat(read.curve()).isEqualTo(curve);
        assertThatThrownBy(() -> key.save(file)).isInstanceOf(BearException.class);
        SignaturePolicy policy = SignaturePolicy.trustingNobody().trustKey("team", publicFile.toString());
        assertThat(policy.trusted().get(0).fingerprint()).isEqualTo(key.fingerprint());
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no POSIX permissions")
    void onlyTheOwnerCanReadAPrivateKey() throws IOException {
        SigningKey.generate().save(temporary.resolve("key.pem"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temporary.resolve("key.pem"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aKeyNeverPrintsItsPrivatePart() {
        SigningKey key = SigningKey.generate();
        assertThat(key.toString()).hasSizeLessThanOrEqualTo(80).contains("P-256");
        assertThat(key.sheet().text()).contains(key.fingerprint()).doesNotContain("PRIVATE");
    }

    @Test
    void damagedKeysAreRefusedByTheOneException() throws IOException {
        byte[] good = Files.readAllBytes(openssl("p256-no-public.pem"));
        Path file = temporary.resolve("damaged.pem");
        for (int at = 0; at < good.length; at++) {
            byte[] damaged = good.clone();
            damaged[at] ^= 5;
            Files.write(file, damaged);
            try {
                assertThat(SigningKey.read(file).fingerprint()).hasSize(64);
            } catch (BearException expected) {
                assertThat(expected.fix()).isNotBlank();
            }
        }
    }
}
