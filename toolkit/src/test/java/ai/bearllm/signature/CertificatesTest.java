package ai.bearllm.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which certificates vouch for a signer. */
class CertificatesTest {
    private static final String CODE = "1.3.6.1.5.5.7.3.3";
    private static final String TLS = "1.3.6.1.5.5.7.3.1";
    private static final int SIGN = 0x80;
    private static final int ENCIPHER = 0x20;
    private static final int CERTIFY = 0x04;

    private final SigningKey key = SigningKey.generate();
    private final SigningKey middleKey = SigningKey.generate();
    private final SigningKey rootKey = SigningKey.generate();
    private final X509Certificate root =
            TestCertificates.of("root", rootKey).authority(-1).usage(CERTIFY).selfSigned();
    private final X509Certificate middle =
            TestCertificates.of("middle", middleKey).authority(0).usage(CERTIFY).signedBy("root", rootKey);

    @TempDir
    private Path model;

    @BeforeEach
    void makeModel() throws IOException {
        Samples.write(model.resolve("config.json"), "{}");
    }

    private TestCertificates leaf() {
        return TestCertificates.of("signer", key);
    }

    private SignatureCheck check(SignaturePolicy policy, X509Certificate... chain) {
        byte[] payload = Samples.statement("config.json", "{}").getBytes(StandardCharsets.UTF_8);
        try {
            Files.write(model.resolve("model.sig"), Samples.signed(key, payload, List.of(chain)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Verification.of(model).policy(policy).check();
    }

    private SignatureCheck check(X509Certificate... chain) {
        return check(SignaturePolicy.trustingNobody().trustRoot("ours", TestCertificates.pem(root)), chain);
    }

    private static void assertUntrusted(SignatureCheck check, String why) {
        assertThat(check).as(check.sentence()).isInstanceOf(SignatureCheck.Untrusted.class);
        assertThat(check.sentence()).contains(why);
    }

    @Test
    void aChainToATrustedRootHolds() {
        X509Certificate leaf = leaf().usage(SIGN).signedBy("middle", middleKey);
        SignatureCheck check = check(leaf, middle);
        assertThat(check).as(check.sentence()).isInstanceOf(SignatureCheck.Signed.class);
        assertThat(((SignatureCheck.Signed) check).signer().trustedBy()).contains("ours");
        assertThat(check(leaf, middle, root)).isInstanceOf(SignatureCheck.Signed.class);
        assertThat(check(leaf, root, middle)).isInstanceOf(SignatureCheck.Signed.class);
        assertThat(check(leaf().usage(SIGN).signedBy("root", rootKey))).isInstanceOf(SignatureCheck.Signed.class);
    }

    @Test
    void anAuthorityBetweenMayComeFromTheUser() {
        X509Certificate leaf = leaf().usage(SIGN).signedBy("middle", middleKey);
        assertUntrusted(check(leaf), "no trusted root stands behind CN=middle");
        SignaturePolicy both = SignaturePolicy.trustingNobody().trustRoot("ours", TestCertificates.pem(middle, root));
        assertThat(check(both, leaf)).isInstanceOf(SignatureCheck.Signed.class);
    }

    @Test
    void aRootOfTheSameNameIsNotTheRoot() {
        SigningKey falseKey = SigningKey.generate();
        X509Certificate falseRoot = TestCertificates.of("root", falseKey)
                .authority(-1)
                .usage(CERTIFY)
                .selfSigned();
        X509Certificate leaf = leaf().usage(SIGN).signedBy("root", falseKey);
        assertUntrusted(check(leaf, falseRoot), "no trusted root stands behind CN=root");
        assertUntrusted(check(SignaturePolicy.trustingNobody(), leaf, falseRoot), "no root certificate is trusted");
    }

    @Test
    void aSelfSignedCertificateThatIsTrustedItselfHolds() {
        X509Certificate own = leaf().usage(SIGN).selfSigned();
        SignaturePolicy policy = SignaturePolicy.trustingNobody().trustRoot("own", TestCertificates.pem(own));
        assertThat(check(policy, own)).isInstanceOf(SignatureCheck.Signed.class);
        assertUntrusted(check(own), "no trusted root");
    }

    @Test
    void theUseOfTheSignersCertificateMustBeSigning() {
        assertThat(check(leaf().extendedUsage(CODE).signedBy("root", rootKey)))
                .isInstanceOf(SignatureCheck.Signed.class);
        assertThat(check(leaf().usage(SIGN).extendedUsage(CODE).signedBy("root", rootKey)))
                .isInstanceOf(SignatureCheck.Signed.class);
        assertThat(check(leaf().usage(SIGN).extendedUsage("2.5.29.37.0").signedBy("root", rootKey)))
                .isInstanceOf(SignatureCheck.Signed.class);
        assertUntrusted(check(leaf().signedBy("root", rootKey)), "neither");
        assertUntrusted(check(leaf().usage(ENCIPHER).signedBy("root", rootKey)), "neither");
        assertUntrusted(check(leaf().extendedUsage("2.5.29.37.0").signedBy("root", rootKey)), "neither");
        assertUntrusted(check(leaf().usage(SIGN).extendedUsage(TLS).signedBy("root", rootKey)), "other uses");
    }

    @Test
    void onlyAuthoritiesVouchForOthers() {
        X509Certificate leaf = leaf().usage(SIGN).signedBy("middle", middleKey);
        X509Certificate noAuthority =
                TestCertificates.of("middle", middleKey).usage(SIGN).signedBy("root", rootKey);
        assertUntrusted(check(leaf, noAuthority), "CN=middle");
        X509Certificate noCertifying = TestCertificates.of("middle", middleKey)
                .authority(-1)
                .usage(SIGN)
                .signedBy("root", rootKey);
        assertUntrusted(check(leaf, noCertifying), "CN=middle");
        X509Certificate plainRoot =
                TestCertificates.of("root", rootKey).usage(CERTIFY).selfSigned();
        SignaturePolicy policy = SignaturePolicy.trustingNobody().trustRoot("plain", TestCertificates.pem(plainRoot));
        assertUntrusted(check(policy, leaf, middle), "no authority");
        X509Certificate mute =
                TestCertificates.of("root", rootKey).authority(-1).usage(SIGN).selfSigned();
        assertUntrusted(
                check(SignaturePolicy.trustingNobody().trustRoot("mute", TestCertificates.pem(mute)), leaf, middle),
                "not for signing certificates");
    }

    @Test
    void theLengthOfAChainIsHeld() {
        SigningKey lowKey = SigningKey.generate();
        X509Certificate low =
                TestCertificates.of("low", lowKey).authority(-1).usage(CERTIFY).signedBy("middle", middleKey);
        X509Certificate leaf = leaf().usage(SIGN).signedBy("low", lowKey);
        // The middle authority may have none below it.
        assertUntrusted(check(leaf, low, middle), "CN=");
        X509Certificate shortRoot =
                TestCertificates.of("root", rootKey).authority(0).usage(CERTIFY).selfSigned();
        SignaturePolicy policy = SignaturePolicy.trustingNobody().trustRoot("short", TestCertificates.pem(shortRoot));
        assertUntrusted(check(policy, leaf().usage(SIGN).signedBy("middle", middleKey), middle), "this length");
    }

    @Test
    void theChainIsCheckedAsOfTheMomentFromWhichTheSignersCertificateIsValid() {
        X509Certificate expired = leaf().usage(SIGN)
                .valid("2025-02-01T00:00:00Z", "2025-02-02T00:00:00Z")
                .signedBy("middle", middleKey);
        SignatureCheck check = check(expired, middle);
        assertThat(check).isInstanceOf(SignatureCheck.Signed.class);
        assertThat(check.sheet().text()).contains("as of the moment");
        X509Certificate before = leaf().usage(SIGN)
                .valid("2024-12-31T00:00:00Z", "2034-12-31T00:00:00Z")
                .signedBy("middle", middleKey);
        assertUntrusted(check(before, middle), "not valid on 2024-12-31");
        X509Certificate late = TestCertificates.of("middle", middleKey)
                .authority(0)
                .usage(CERTIFY)
                .valid("2025-03-01T00:00:00Z", "2034-12-31T00:00:00Z")
                .signedBy("root", rootKey);
        assertUntrusted(check(leaf().usage(SIGN).signedBy("middle", middleKey), late), "CN=middle");
        // A renewed certificate stands beside the old one.
        assertThat(check(leaf().usage(SIGN).signedBy("middle", middleKey), late, middle))
                .isInstanceOf(SignatureCheck.Signed.class);
    }

    @Test
    void anUnknownCriticalExtensionIsRefused() {
        byte[] nothing = Der.element(0x05);
        assertUntrusted(
                check(leaf().usage(SIGN).extension("1.2.3.4", true, nothing).signedBy("root", rootKey)), "CN=signer");
        assertThat(check(leaf().usage(SIGN).extension("1.2.3.4", false, nothing).signedBy("root", rootKey)))
                .isInstanceOf(SignatureCheck.Signed.class);
        X509Certificate own =
                leaf().usage(SIGN).extension("1.2.3.4", true, nothing).selfSigned();
        SignaturePolicy policy = SignaturePolicy.trustingNobody().trustRoot("own", TestCertificates.pem(own));
        assertUntrusted(check(policy, own), "critical extension");
    }

    @Test
    void manyCertificatesOfOneNameAndKeyCostNoSearch() {
        List<X509Certificate> chain = new ArrayList<>();
        chain.add(leaf().usage(SIGN).signedBy("loop", middleKey));
        for (int i = 0; i < 14; i++) {
            chain.add(TestCertificates.of("loop", middleKey)
                    .authority(-1)
                    .usage(CERTIFY)
                    .valid("2025-01-01T00:00:00Z", "20" + (30 + i) + "-01-01T00:00:00Z")
                    .signedBy("loop", middleKey));
        }
        assertUntrusted(check(chain.toArray(new X509Certificate[0])), "more than 10");
    }

    @Test
    void aSignatureByAnotherKeyThanTheCertificatesIsRefused() throws IOException {
        X509Certificate leaf = leaf().usage(SIGN).signedBy("root", rootKey);
        byte[] payload = Samples.statement("config.json", "{}").getBytes(StandardCharsets.UTF_8);
        Files.write(model.resolve("model.sig"), Samples.signed(SigningKey.generate(), payload, List.of(leaf)));
        SignaturePolicy policy = SignaturePolicy.trustingNobody().trustRoot("ours", TestCertificates.pem(root));
        assertThat(Verification.of(model).policy(policy).check()).isInstanceOf(SignatureCheck.Invalid.class);
    }

    @Test
    void onlyTheKeysOwnCertificateIsPutIntoASignature() {
        Signing signing = Signing.of(model, SigningKey.generate());
        String others = TestCertificates.pem(leaf().usage(SIGN).selfSigned());
        assertThatThrownBy(() -> signing.certificates(others)).hasMessageContaining("not for the signing key");
        String tls = TestCertificates.pem(leaf().usage(SIGN).extendedUsage(TLS).selfSigned());
        assertThatThrownBy(() -> Signing.of(model, key).certificates(tls)).hasMessageContaining("other uses");
        assertThatThrownBy(() -> signing.certificates("-----BEGIN X-----\n-----END X-----"))
                .hasMessageContaining("no certificate");
    }

    @Test
    void aDamagedCertificateIsRefusedUnlessItSaysTheSame() throws Exception {
        X509Certificate leaf = leaf().usage(SIGN).signedBy("root", rootKey);
        SignaturePolicy policy = SignaturePolicy.trustingNobody().trustRoot("ours", TestCertificates.pem(root));
        byte[] good = leaf.getEncoded();
        byte[] payload = Samples.statement("config.json", "{}").getBytes(StandardCharsets.UTF_8);
        String bundle = new String(Samples.signed(key, payload, List.of(leaf)), StandardCharsets.UTF_8);
        for (int at = 0; at < good.length; at++) {
            byte[] damaged = good.clone();
            damaged[at] ^= 1;
            String other = bundle.replaceFirst(
                    "\"rawBytes\":\"[^\"]*\"",
                    "\"rawBytes\":\"" + Base64.getEncoder().encodeToString(damaged) + "\"");
            if (Passing.signer(other.getBytes(StandardCharsets.UTF_8), policy)) {
                assertThat(CertificateChain.parse(damaged).getTBSCertificate())
                        .as("byte " + at)
                        .isEqualTo(leaf.getTBSCertificate());
            }
        }
    }
}
