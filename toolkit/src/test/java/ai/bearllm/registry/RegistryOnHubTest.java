package ai.bearllm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.download.Downloader;
import ai.bearllm.hub.Http;
import ai.bearllm.hub.HttpSettings;
import ai.bearllm.hub.Hub;
import ai.bearllm.hub.testhub.TestHub;
import ai.bearllm.hub.testhub.TestRepository;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Sha256;
import ai.bearllm.signature.Signing;
import ai.bearllm.signature.SigningKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that come from a hub: looked at before a download, mended after it, signed beside it. */
class RegistryOnHubTest {
    private static final String NAME = "little-stories.Q8_0.gguf";

    @TempDir
    Path folder;

    private TestHub hub;
    private Home home;
    private Registry registry;
    private byte[] content;
    private TestRepository repository;

    @BeforeEach
    void open() throws IOException {
        try (InputStream in =
                RegistryOnHubTest.class.getResourceAsStream("/ai/bearllm/data/bear-tiny/bear-tiny.gguf")) {
            content = in.readAllBytes();
        }
        hub = TestHub.start();
        repository = hub.repository("stories/little-GGUF").large(NAME, content);
        home = Home.at(folder.resolve("home"));
        Files.writeString(home.ownCatalog(), entry());
        Http http = Http.of(HttpSettings.of("bear-test", hub.environment()));
        registry = new Registry(
                home,
                () -> Downloader.of(http, home.downloads()),
                () -> Hub.of(http, hub.environment()),
                () -> event -> {},
                ModelUses.UNKNOWN,
                Clock.systemUTC());
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private String entry() {
        return """
                {"version": 1, "models": [{
                  "id": "stories/little:Q8_0", "description": "Stories.", "parameters": 1967872,
                  "quantization": "Q8_0", "contextTokens": 1024, "chat": {"kind": "file-template"},
                  "license": {"id": "GPL-3.0-or-later", "url": "https://www.gnu.org/licenses/gpl-3.0.html"},
                  "file": {"name": "%s", "origin": "hf:stories/little-GGUF@main/%s", "sha256": "%s"}}]}
                """.formatted(
                NAME, NAME, Sha256.of(Sha256.newDigest().digest(content)).hex());
    }

    private Model model() {
        return registry.model("stories/little");
    }

    @Test
    void saysWhatAModelNeedsBeforeItIsDownloaded() {
        long needed = model().memory(512).totalBytes().orElseThrow();
        assertThat(model().memory(1024).totalBytes().orElseThrow()).isGreaterThan(needed);
        assertThat(registry.gguf("hf:stories/little-GGUF@main/" + NAME).parameters())
                .hasValue(1967872);
        assertThat(hub.servedBytes()).isLessThan(content.length);
        assertThat(model().isDownloaded()).isFalse();
        assertThat(model().planDownload().fetchBytes()).hasValue(content.length);
        model().download();
        assertThat(model().memory(512).totalBytes()).hasValue(needed);
    }

    @Test
    void mendsADamagedFilePieceByPiece() throws IOException {
        Model model = model().download();
        byte[] damaged = content.clone();
        damaged[content.length - 1000] ^= 1;
        Files.write(model.file(), damaged);
        assertThat(model.validate().ok()).isFalse();
        assertThat(model.state()).isEqualTo(ModelState.FAILED);
        assertThatThrownBy(model::activate).hasMessageContaining("repair()");
        model.repair();
        assertThat(model.file()).hasBinaryContent(content);
        assertThat(model.state()).isEqualTo(ModelState.DOWNLOADED);
    }

    @Test
    void offersRepairWhereADamagedFileIsMetAndUsesItAgainWhenItIsMended() throws IOException {
        Model model = model().download();
        byte[] damaged = content.clone();
        damaged[content.length - 1000] ^= 1;
        Path file = Files.write(model.file(), damaged);
        assertThatThrownBy(model::activate)
                .hasMessageContaining("is not used")
                .hasMessageContaining("bear.model(\"" + model.shortName() + "\").repair()");
        assertThat(file).hasBinaryContent(damaged);
        assertThat(model.isDownloaded()).isFalse();
        assertThat(model.repair().evidence()).isPresent();
        assertThat(model.activate().isActive()).isTrue();
        assertThat(file).hasBinaryContent(content);
    }

    @Test
    void fetchesTheSignatureBesideAModelWhereSignaturesCount() throws IOException {
        SigningKey key = SigningKey.generate();
        Path published = Files.write(folder.resolve(NAME), content);
        Path signature = SignatureGate.beside(published);
        Signing.of(published, key).to(signature).sign();
        registry.signatures().trustKey("publisher", key.publicPem()).unsigned("refuse");
        assertThatThrownBy(() -> model().download())
                .isInstanceOf(BearException.class)
                .hasMessageContaining("signature");
        assertThat(model().isDownloaded()).isFalse();

        repository.small(NAME + ".sig", Files.readString(signature));
        Model model = model().download();
        assertThat(SignatureGate.beside(model.file())).hasSameTextualContentAs(signature);
        assertThat(model.activate().isActive()).isTrue();

        Files.write(model.file(), new byte[10]);
        assertThat(model.download().activate().isActive()).isTrue();
        assertThat(SignatureGate.beside(model.file())).hasSameTextualContentAs(signature);
    }
}
