package ai.bearllm.signature;

import static ai.bearllm.signature.SignaturePolicy.Reaction.FINE;
import static ai.bearllm.signature.SignaturePolicy.Reaction.REFUSE;
import static ai.bearllm.signature.SignaturePolicy.Reaction.WARN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignaturePolicyTest {
    private static final Path MODEL = Path.of("model");
    private static final Path SIGNATURE = Path.of("model.sig");
    private static final SignatureCheck UNSIGNED = new SignatureCheck.Unsigned(MODEL, List.of(SIGNATURE));
    private static final SignatureCheck INVALID =
            new SignatureCheck.Invalid(MODEL, SIGNATURE, "a", "b", "Do it.", List.of(), 0);
    private static final SignatureCheck UNTRUSTED =
            new SignatureCheck.Untrusted(MODEL, SIGNATURE, Signer.unknownKey("ab"), "it is new", "Do it.");
    private static final SignatureCheck UNSUPPORTED =
            new SignatureCheck.Unsupported(MODEL, SIGNATURE, "it is keyless", "Do it.");

    @Test
    void aSignatureThatDoesNotHoldIsAlwaysRefused() {
        for (SignaturePolicy.Reaction reaction : SignaturePolicy.Reaction.values()) {
            SignaturePolicy policy = SignaturePolicy.trustingNobody().unsigned(reaction);
            assertThat(policy.reaction(INVALID)).isEqualTo(REFUSE);
            assertThat(policy.reaction(UNSIGNED)).isEqualTo(reaction);
            assertThat(policy.reaction(UNTRUSTED)).isEqualTo(reaction == REFUSE ? REFUSE : WARN);
            assertThat(policy.reaction(UNSUPPORTED)).isEqualTo(reaction == REFUSE ? REFUSE : WARN);
        }
    }

    @Test
    void refusalsAndWarningsSayWhatAndWhatToDo() {
        SignaturePolicy strict = SignaturePolicy.trustingNobody().unsigned(REFUSE);
        assertThatThrownBy(() -> strict.require(UNSIGNED))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("model has no signature")
                .hasMessageContaining("policy");
        SignaturePolicy mild = strict.unsigned(FINE);
        assertThatCode(() -> mild.require(UNSIGNED)).doesNotThrowAnyException();
        assertThat(mild.warning(UNSIGNED)).isEmpty();
        assertThat(mild.warning(UNSUPPORTED).orElseThrow()).contains("keyless").contains("Do it.");
        assertThat(mild.unsigned(WARN).warning(UNSIGNED)).isPresent();
    }

    @Test
    void eachStepLeavesTheOneBeforeAsItWas() {
        SignaturePolicy nobody = SignaturePolicy.trustingNobody();
        SignaturePolicy some =
                nobody.trustKey("k", SigningKey.generate().publicPem()).trustRoot("r", Samples.oms("keys/ca-cert.pem"));
        assertThat(nobody.trusted()).isEmpty();
        assertThat(some.trusted()).extracting(SignaturePolicy.Trusted::name).containsExactly("k", "r");
        assertThat(some.distrust("k").distrust("r").distrust("none").trusted()).isEmpty();
        assertThatThrownBy(() -> some.trustKey("r", SigningKey.generate().publicPem()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> some.trustKey(" ", SigningKey.generate().publicPem()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(some.sheet().text()).contains("public key").contains("root certificate");
        assertThat(some.toString()).hasSizeLessThanOrEqualTo(80);
    }

    @Test
    void whatIsNoKeyIsRefused() {
        SignaturePolicy policy = SignaturePolicy.trustingNobody();
        assertThatThrownBy(() -> policy.trustKey("k", Samples.oms("keys/ca-cert.pem")))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("0 public keys");
        assertThatThrownBy(() -> policy.trustKey("k", "no/such/file.pem")).isInstanceOf(BearException.class);
        assertThatThrownBy(() -> policy.trustRoot("r", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"))
                .isInstanceOf(BearException.class);
        assertThatThrownBy(() -> policy.trustKey("k", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"))
                .isInstanceOf(BearException.class);
    }

    @Test
    void whatIsKeptAsJsonIsReadAgain() {
        SignaturePolicy policy = SignaturePolicy.trustingNobody()
                .unsigned(WARN)
                .trustKey("te\"am", SigningKey.generate().publicPem())
                .trustRoot("r", Samples.oms("keys/ca-cert.pem"));
        SignaturePolicy read = SignaturePolicy.parse(policy.json());
        assertThat(read.trusted()).isEqualTo(policy.trusted());
        assertThat(read.unsigned()).isEqualTo(WARN);
        assertThat(read.json()).isEqualTo(policy.json());
    }

    @Test
    void damagedSettingsNeverBecomeAWeakerPolicy() {
        String json = SignaturePolicy.trustingNobody()
                .unsigned(REFUSE)
                .trustKey("k", SigningKey.generate().publicPem())
                .json();
        for (String damaged : List.of(
                "{}",
                "",
                "[]",
                json.replace("unsigned", "unsigneD"),
                json.replace("refuse", "whatever"),
                json.replace("\"kind\":\"key\"", "\"kind\":\"lock\""),
                json.replace("\"pem\"", "\"pen\""),
                json.replace("BEGIN PUBLIC", "BEGAN PUBLIC"))) {
            assertThatThrownBy(() -> SignaturePolicy.parse(damaged)).as(damaged).isInstanceOf(BearException.class);
        }
    }
}
