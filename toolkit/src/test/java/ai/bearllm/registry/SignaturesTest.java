package ai.bearllm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.download.Downloader;
import ai.bearllm.gguf.GgufBuilder;
import ai.bearllm.hub.Http;
import ai.bearllm.hub.HttpSettings;
import ai.bearllm.hub.Hub;
import ai.bearllm.model.BearException;
import ai.bearllm.signature.SignatureCheck;
import ai.bearllm.signature.SignaturePolicy;
import ai.bearllm.signature.Signing;
import ai.bearllm.signature.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The home's signature policy holds wherever a model comes in or is used. */
class SignaturesTest {
    @TempDir
    Path folder;

    private Home home;
    private Registry registry;
    private SigningKey key;

    @BeforeEach
    void open() {
        home = Home.at(folder.resolve("home"));
        registry = reopened();
        key = SigningKey.generate();
    }

    private Registry reopened() {
        Http http = Http.of(HttpSettings.of("bear-test", Map.of("HF_HUB_OFFLINE", "1")));
        return new Registry(
                home,
                () -> Downloader.of(http, home.downloads()),
                () -> Hub.of(http, Map.of()),
                () -> event -> {},
                ModelUses.UNKNOWN,
                Clock.systemUTC());
    }

    private Path signed(String name) throws IOException {
        Path file = GgufBuilder.model().text("general.name", name).write(folder.resolve(name + ".gguf"));
        Signing.of(file, key).to(SignatureGate.beside(file)).sign();
        return file;
    }

    @Test
    void keepsWhoIsTrustedForLaterSessions() {
        registry.signatures().trustKey("team", key.publicPem()).unsigned("refuse");
        SignaturePolicy kept = reopened().signatures().policy();
        assertThat(kept.unsigned()).isEqualTo(SignaturePolicy.Reaction.REFUSE);
        assertThat(kept.trusted()).singleElement().satisfies(one -> {
            assertThat(one.name()).isEqualTo("team");
            assertThat(one.fingerprint()).isEqualTo(key.fingerprint());
        });
        assertThat(reopened().signatures().sheet().text()).contains("team", "refuse");
        reopened().signatures().distrust("team").unsigned("fine");
        assertThat(registry.signatures().policy().trusted()).isEmpty();
        assertThatThrownBy(() -> registry.signatures().unsigned("maybe"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"warn\"");
    }

    @Test
    void letsInWhatATrustedKeySignedAndNothingElse() throws IOException {
        registry.signatures().trustKey("team", key.publicPem()).unsigned("refuse");
        Model model = registry.add(signed("good"));
        assertThat(model.activate().isActive()).isTrue();
        assertThat(model.validate().checks()).anyMatch(check -> check.name().equals("signature"));

        Path unsigned = GgufBuilder.model().text("general.name", "bare").write(folder.resolve("bare.gguf"));
        assertThatThrownBy(() -> registry.add(unsigned))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("signature");
        assertThat(registry.models().search("bare").count()).isZero();
        assertThatThrownBy(() -> registry.model("bear-tiny").download())
                .isInstanceOf(BearException.class)
                .hasMessageContaining("signature");
        assertThat(registry.model("bear-tiny").isDownloaded()).isFalse();
    }

    @Test
    void refusesAFileThatIsNotTheSignedOneWhateverThePolicySaysOfUnsignedOnes() throws IOException {
        Path file = signed("changed");
        registry.signatures().trustKey("team", key.publicPem());
        GgufBuilder.model()
                .text("general.name", "changed")
                .text("general.author", "somebody")
                .write(file);
        assertThatThrownBy(() -> registry.add(file)).isInstanceOf(BearException.class);
        assertThat(registry.signatures().verify(file.toString())).isInstanceOf(SignatureCheck.Invalid.class);
    }

    @Test
    void appliesAStricterPolicyToWhatIsHereAlready() {
        Model model = registry.model("bear-tiny").download();
        assertThat(model.verifiedFile()).exists();
        registry.signatures().unsigned("refuse");
        assertThatThrownBy(model::verifiedFile)
                .isInstanceOf(BearException.class)
                .hasMessageContaining("signature");
        assertThat(model.file()).exists();
        registry.signatures().unsigned("warn");
        assertThat(model.verifiedFile()).exists();
    }

    @Test
    void theSignatureGoesWithItsModel() throws IOException {
        registry.signatures().trustKey("team", key.publicPem()).unsigned("refuse");
        Model model = registry.add(signed("moved"));
        Path signature = SignatureGate.beside(model.file());
        assertThat(signature).exists();
        assertThat(registry.disk().items()).noneMatch(item -> item.kind() == DiskUse.Kind.ORPHAN);
        model.removal().confirm();
        assertThat(signature).doesNotExist();
        registry.trash().restore("moved");
        assertThat(Files.exists(signature)).isTrue();
        assertThat(model.verifiedFile()).exists();
    }
}
