package ai.bearllm.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures that the releases of the reference implementation made. */
class ReferenceSignaturesTest {
    @TempDir
    private Path temporary;

    private static SignaturePolicy policy(String folder) {
        return folder.endsWith("key") ? Samples.keyPolicy() : Samples.rootPolicy();
    }

    private static Verification verification(Path folder) {
        return Verification.of(folder).policy(policy(folder.getFileName().toString()));
    }

    @Nested
    class Untouched {
        @ParameterizedTest
        @ValueSource(strings = {"v0.2.0-certificate", "v1.1.0-certificate", "v1.1.0-elliptic-key"})
        void aFolderHoldsAsItIs(String folder) {
            SignatureCheck check = verification(Samples.oms(folder)).check();
            assertThat(check).as(check.sentence()).isInstanceOf(SignatureCheck.Signed.class);
            assertThat(check.ok()).isTrue();
            assertThat(((SignatureCheck.Signed) check).files()).isEqualTo(2);
        }

        @ParameterizedTest
        @ValueSource(strings = {"v1.0.1-certificate", "v1.0.1-elliptic-key"})
        void whatTheSignatureDoesNotSayIsIgnoredTheCallerSays(String folder) {
            Verification verification = verification(Samples.oms(folder));
            SignatureCheck check = verification.check();
            assertThat(((SignatureCheck.Invalid) check).differences())
                    .containsExactly(new FileDifference(FileDifference.Kind.ADDED, "ignore-me"));
            assertThat(verification.ignoring("ignore-me").check().ok()).isTrue();
            assertThat(verification.ignoringUnsignedFiles().check().ok()).isTrue();
        }

        @ParameterizedTest
        @ValueSource(strings = {"v0.3.1-elliptic-key", "v1.0.0-elliptic-key"})
        void aSingleFileHoldsAndItsFolderIsNotTakenForIt(String folder) {
            assertThat(verification(Samples.oms(folder)).check()).isInstanceOf(SignatureCheck.Invalid.class);
            SignatureCheck check = Verification.of(Samples.oms(folder + "/signme-1"))
                    .policy(Samples.keyPolicy())
                    .check();
            assertThat(check).as(check.sentence()).isInstanceOf(SignatureCheck.Signed.class);
        }

        @Test
        void oneFileOfASignedFolderHoldsAndTheOutcomeSaysThatOnlyItWasLookedAt() {
            SignatureCheck check = Verification.of(Samples.oms("v1.1.0-certificate/signme-2"))
                    .policy(Samples.rootPolicy())
                    .check();
            assertThat(check).isInstanceOf(SignatureCheck.Signed.class);
            assertThat(((SignatureCheck.Signed) check).notes())
                    .anyMatch(note -> note.contains("only this one was checked"));
            SignatureCheck other = Verification.of(Samples.oms("v1.1.0-certificate/ignore-me"))
                    .policy(Samples.rootPolicy())
                    .check();
            assertThat(other).isInstanceOf(SignatureCheck.Invalid.class);
        }

        @Test
        void theSignerIsToldByNameFingerprintAndCertificate() {
            SignatureCheck.Signed byKey = (SignatureCheck.Signed)
                    verification(Samples.oms("v1.1.0-elliptic-key")).check();
            assertThat(byKey.signer().name()).isEqualTo("oms");
            assertThat(byKey.signer().algorithm()).contains("P-384 with SHA-384");
            assertThat(byKey.signer().fingerprint())
                    .isEqualTo("e8450dec4eb99dae995da9af1bc2cc9f76ed669ee2e744f57abba763df3e3f8e");
            SignatureCheck.Signed byCertificate = (SignatureCheck.Signed)
                    verification(Samples.oms("v1.1.0-certificate")).check();
            assertThat(byCertificate.signer().name()).isEqualTo("CN=intermediate-ca");
            assertThat(byCertificate.signer().trustedBy()).contains("root");
            assertThat(byCertificate.signer().validUntil()).isPresent();
            assertThat(byCertificate.sheet().text())
                    .contains("CN=intermediate-ca")
                    .contains("revocation");
        }

        @Test
        void aCertificateChainAsNvidiaSignsHolds() {
            Path skill = Samples.resource("nvidia/skill");
            SignatureCheck check = Verification.of(skill)
                    .signature(skill.resolve("skill.oms.sig"))
                    .policy(SignaturePolicy.trustingNobody()
                            .trustRoot("NVIDIA", Samples.resource("nvidia/nv-agent-root-cert.pem")))
                    .check();
            assertThat(((SignatureCheck.Invalid) check).expected())
                    .contains("as certificate of CN=NVIDIA Agent Skills Signing 001");
            assertThat(((SignatureCheck.Invalid) check).differences())
                    .extracting(FileDifference::kind)
                    .containsOnly(FileDifference.Kind.MISSING);
        }

        @Test
        void aTrustedKeyNeedsNoCertificateForIt() {
            SignatureCheck check = Verification.of(Samples.oms("v1.1.0-certificate"))
                    .policy(Samples.keyPolicy())
                    .check();
            assertThat(((SignatureCheck.Signed) check).signer().method()).isEqualTo(Signer.Method.KEY);
        }
    }

    @Nested
    class NotTrusted {
        @ParameterizedTest
        @CsvSource({"v1.1.0-elliptic-key", "v1.1.0-certificate", "v0.2.0-certificate", "v1.0.1-elliptic-key"})
        void nobodyIsTrustedAtFirst(String folder) {
            SignatureCheck check = Verification.of(Samples.oms(folder)).check();
            assertThat(check).isInstanceOf(SignatureCheck.Untrusted.class);
            assertThat(check.ok()).isFalse();
            assertThat(check.fix()).isNotBlank();
        }

        @ParameterizedTest
        @ValueSource(strings = {"P_256", "P_384", "P_521"})
        void anotherKeyOfAnyCurveIsNotTheSigner(Curve curve) {
            SignaturePolicy others = Samples.trusting(SigningKey.generate(curve));
            for (String folder : new String[] {"v1.1.0-elliptic-key", "v1.0.1-elliptic-key", "v1.1.0-certificate"}) {
                assertThat(Verification.of(Samples.oms(folder)).policy(others).check())
                        .isInstanceOf(SignatureCheck.Untrusted.class);
            }
        }

        @Test
        void theIntermediateAuthorityAloneIsNoRoot() {
            SignaturePolicy policy = SignaturePolicy.trustingNobody();
            assertThatThrownBy(() -> policy.trustRoot("middle", Samples.oms("keys/int-ca-cert.pem")))
                    .hasMessageContaining("no root among them");
        }

        @Test
        void aKeylessSignatureIsRefusedByName() {
            SignatureCheck check = Verification.of(Samples.oms("v1.1.0-sigstore"))
                    .policy(Samples.rootPolicy())
                    .check();
            assertThat(check).isInstanceOf(SignatureCheck.Unsupported.class);
            assertThat(check.sentence()).contains("keyless");
        }
    }

    @Nested
    class Tampered {
        @ParameterizedTest
        @ValueSource(strings = {"v0.2.0-certificate", "v1.1.0-certificate", "v1.1.0-elliptic-key"})
        void everyChangeOfAFileIsNamed(String name) throws IOException {
            for (String file : new String[] {"signme-1", "signme-2"}) {
                Path changed = Samples.copy(
                        Samples.oms(name), temporary.resolve("changed-" + file).resolve(name));
                Files.writeString(changed.resolve(file), "other\n");
                assertDifference(changed, FileDifference.Kind.CHANGED, file);
                Path missing = Samples.copy(
                        Samples.oms(name), temporary.resolve("missing-" + file).resolve(name));
                Files.delete(missing.resolve(file));
                assertDifference(missing, FileDifference.Kind.MISSING, file);
            }
            Path added =
                    Samples.copy(Samples.oms(name), temporary.resolve("added").resolve(name));
            Samples.write(added.resolve("sub/new.bin"), "x");
            assertDifference(added, FileDifference.Kind.ADDED, "sub/new.bin");
        }

        private void assertDifference(Path folder, FileDifference.Kind kind, String file) {
            SignatureCheck check = verification(folder).check();
            assertThat(check).as(check.sentence()).isInstanceOf(SignatureCheck.Invalid.class);
            assertThat(((SignatureCheck.Invalid) check).differences()).containsExactly(new FileDifference(kind, file));
            assertThat(check.sheet().text()).contains(file);
        }

        @ParameterizedTest
        @ValueSource(strings = {"v0.3.1-elliptic-key", "v1.0.0-elliptic-key"})
        void aChangedSingleFileIsSeen(String name) throws IOException {
            Path folder = Samples.copy(Samples.oms(name), temporary.resolve(name));
            Files.writeString(folder.resolve("signme-1"), "other\n");
            assertThat(Verification.of(folder.resolve("signme-1"))
                            .policy(Samples.keyPolicy())
                            .check())
                    .isInstanceOf(SignatureCheck.Invalid.class);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "v0.2.0-certificate",
                    "v0.3.1-elliptic-key",
                    "v1.0.0-elliptic-key",
                    "v1.0.1-certificate",
                    "v1.0.1-elliptic-key",
                    "v1.1.0-certificate",
                    "v1.1.0-elliptic-key"
                })
        void noChangedByteOfABundleLetsAnythingElsePass(String name) throws IOException {
            byte[] bundle = Files.readAllBytes(Samples.oms(name + "/model.sig"));
            byte[] payload = Passing.payload(bundle);
            // Each costs a signature, and with certificates a chain.
            int step = name.endsWith("certificate") ? 17 : 5;
            for (int at = 0; at < bundle.length; at += step) {
                byte[] damaged = bundle.clone();
                damaged[at] ^= (byte) (1 << (at % 7));
                if (Passing.signer(damaged, policy(name))) {
                    assertThat(Passing.payload(damaged)).as("byte " + at).isEqualTo(payload);
                }
            }
        }
    }
}
