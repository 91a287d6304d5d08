package ai.bearllm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.download.Download;
import ai.bearllm.download.Downloader;
import ai.bearllm.hub.Http;
import ai.bearllm.hub.HttpSettings;
import ai.bearllm.hub.Hub;
import ai.bearllm.hub.testhub.Fault;
import ai.bearllm.hub.testhub.Scope;
import ai.bearllm.hub.testhub.TestHub;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How far a model is, also as another session left it, and which engine could run it. */
class ModelStatesTest {
    private static final long BYTES = 40 << 20;

    @TempDir
    Path folder;

    private Registry registry(TestHub hub, ModelUses uses) {
        Http http = Http.of(HttpSettings.of("bear-test", hub.environment()));
        Home home = Home.at(folder.resolve("home"));
        return new Registry(
                home,
                () -> Downloader.of(http, home.downloads()),
                () -> Hub.of(http, hub.environment()),
                () -> event -> {},
                uses,
                Clock.systemUTC());
    }

    private void entry(TestHub hub) throws IOException {
        byte[] content = new byte[(int) BYTES];
        new Random(1).nextBytes(content);
        hub.repository("me/big").large("big.gguf", content);
        Files.createDirectories(folder.resolve("home"));
        Files.writeString(folder.resolve("home/registry.json"), """
                {"version":1,"models":[{"id":"me/big:Q8_0","description":"Big.","parameters":1000,"quantization":"Q8_0",
                 "contextTokens":512,"chat":{"kind":"base"},"license":{"id":"MIT","url":"https://spdx.org/licenses/MIT.html"},
                 "file":{"name":"big.gguf","origin":"hf:me/big@main/big.gguf"}}]}
                """);
    }

    @Test
    void aDownloadThatAnEarlierSessionLeftIsPaused() throws IOException, InterruptedException {
        try (TestHub hub = TestHub.start()) {
            entry(hub);
            hub.fail(Scope.STORAGE, Fault.slow(20_000_000));
            Registry first = registry(hub, ModelUses.UNKNOWN);
            assertThat(first.model("big").state()).isEqualTo(ModelState.AVAILABLE);
            Download download = first.model("big").startDownload();
            while (download.progress().bytes() < BYTES / 2) {
                Thread.onSpinWait();
                assertThat(download.progress().phase().isOver()).isFalse();
            }
            // Another session of the same home sees it run.
            assertThat(registry(hub, ModelUses.UNKNOWN).model("big").state()).isEqualTo(ModelState.DOWNLOADING);
            download.pause();
            assertThat(first.model("big").state()).isEqualTo(ModelState.PAUSED);

            Registry later = registry(hub, ModelUses.UNKNOWN);
            assertThat(later.model("big").state()).isEqualTo(ModelState.PAUSED);
            assertThat(later.models().sheet().text()).contains("paused");
            later.model("big").startDownload().cancel();
            assertThat(registry(hub, ModelUses.UNKNOWN).model("big").state()).isEqualTo(ModelState.AVAILABLE);
        }
    }

    @Test
    void aFailedDownloadSaysWhyUntilThereIsAnother() throws IOException {
        try (TestHub hub = TestHub.start()) {
            entry(hub);
            Registry registry = registry(hub, ModelUses.UNKNOWN);
            Model model = registry.model("big");
            assertThat(model.problem()).isEmpty();
            // Noise is no model.
            assertThatThrownBy(model::download).hasMessageContaining("is not usable");
            assertThat(model.state()).isEqualTo(ModelState.FAILED);
            assertThat(model.problem().orElseThrow()).contains("download failed", "is not usable");
            assertThat(model.sheet().text()).contains("Failed: its download failed");
            assertThat(registry.models().sheet().text()).contains("failed");
            assertThatThrownBy(model::file).hasMessageContaining("is not downloaded");
            assertThat(registry(hub, ModelUses.UNKNOWN).model("big").state()).isEqualTo(ModelState.AVAILABLE);
        }
    }

    @Test
    void everyStateHasABadgeWithAWord() {
        assertThat(Arrays.stream(ModelState.values()).map(ModelState::badge))
                .containsExactly(
                        Status.neutral("available"),
                        Status.warning("downloading"),
                        Status.warning("paused"),
                        Status.good("downloaded"),
                        Status.bad("failed"));
    }

    @Test
    void onlyModelsThatAnEngineHereLoadsAreRunnable() throws IOException {
        try (TestHub hub = TestHub.start()) {
            entry(hub);
            ModelUses uses = new ModelUses() {
                @Override
                public Optional<Instant> lastUse(ModelId model) {
                    return Optional.empty();
                }

                @Override
                public OptionalInt conversations(ModelId model) {
                    return OptionalInt.of(3);
                }

                @Override
                public boolean isRunnable(String architecture) {
                    return architecture.equals("phi2");
                }

                @Override
                public void end(ModelId model) {}
            };
            assertThat(registry(hub, uses).models().runnable().list())
                    .extracting(Model::shortName)
                    .containsExactly("phi-2");
            assertThat(registry(hub, ModelUses.UNKNOWN).models().runnable().list())
                    .hasSize(7);
            assertThat(registry(hub, uses)
                            .model("bear-tiny")
                            .download()
                            .removal()
                            .sheet()
                            .text())
                    .contains("conversations that name it  3");
        }
    }

    @Test
    void everyNumberOfParametersFallsIntoExactlyOneClass() {
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            long parameters = 1 + (random.nextLong() >>> (1 + random.nextInt(40)));
            ModelCard.Size size = ModelCard.Size.of(parameters);
            long billion = parameters / 1_000_000_000L;
            assertThat(size == ModelCard.Size.SMALL).isEqualTo(billion < 4);
            assertThat(size == ModelCard.Size.MEDIUM).isEqualTo(billion >= 4 && billion < 20);
            assertThat(size == ModelCard.Size.LARGE).isEqualTo(billion >= 20);
        }
        assertThat(ModelCard.Size.of(3_999_999_999L).label()).isEqualTo("small (1-3B)");
        assertThat(ModelCard.Size.of(4_000_000_000L).label()).isEqualTo("medium (7-13B)");
        assertThat(ModelCard.Size.of(20_000_000_000L).label()).isEqualTo("large (30-70B)");
    }
}
