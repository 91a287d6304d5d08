package ai.bearllm.signature;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.lab.Allocation;
import ai.bearllm.model.BearException;
import java.nio.file.Path;
import java.util.Optional;

/** What holds for any bytes: they are read or refused by the one exception, at a cost bounded by their length. */
final class AnyBytes {
    private static final SignaturePolicy POLICY = SignaturePolicy.trustingNobody()
            .trustKey("k", Samples.oms("keys/signing-key-pub.pem"))
            .trustRoot("r", Samples.oms("keys/ca-cert.pem"));

    private AnyBytes() {}

    static void bundle(byte[] file) {
        Allocation.bounded(file.length, () -> {
            try {
                Bundle bundle = BundleReader.read(file);
                SignerCheck.Outcome outcome = new SignerCheck(Path.of("m"), Path.of("m.sig"), POLICY).check(bundle);
                if (outcome.trusted() != null) {
                    sound(StatementReader.read(bundle.payload()));
                } else {
                    assertThat(String.valueOf(outcome.refused()).length()).isLessThanOrEqualTo(80);
                }
            } catch (BundleException e) {
                assertThat(e.found()).isNotBlank();
            }
        });
    }

    static void statement(byte[] payload) {
        Allocation.bounded(payload.length, () -> {
            try {
                sound(StatementReader.read(payload));
            } catch (BundleException e) {
                assertThat(e.found()).isNotBlank();
            }
        });
    }

    private static void sound(Statement statement) {
        assertThat(statement.files()).isNotEmpty();
        for (String name : statement.files().keySet()) {
            assertThat(ResourceNames.fault(name)).isEmpty();
            Path root = Path.of("root");
            if (name.indexOf(':') < 0) {
                assertThat(root.resolve(name).normalize().startsWith(root)).isTrue();
            }
        }
        IgnoredPaths.of(statement.ignoredPaths()).contains("a/b/c");
    }

    static void pem(String text) {
        quietly(() -> PrivateKeys.ofPem(text, "it", Optional.empty()));
        quietly(() -> PrivateKeys.ofPem(text, "it", Optional.of(new char[] {'x'})));
        quietly(() -> PublicKeys.fingerprint(PublicKeys.ofPem(text, "it")));
        quietly(() -> TrustedRoot.of("it", text).fingerprint());
    }

    private static void quietly(Runnable reading) {
        try {
            reading.run();
        } catch (BearException e) {
            assertThat(e.fix()).isNotBlank();
        }
    }
}
