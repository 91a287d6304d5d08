package ai.bearllm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.download.Downloader;
import ai.bearllm.gguf.GgufBuilder;
import ai.bearllm.hub.Http;
import ai.bearllm.hub.HttpSettings;
import ai.bearllm.hub.Hub;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are here already become models without a copy, and stay their owners'. */
class AdoptionTest {
    @TempDir
    Path folder;

    private Home home;
    private Registry registry;

    @BeforeEach
    void open() {
        home = Home.at(folder.resolve("home"));
        Http http = Http.of(HttpSettings.of("bear-test", Map.of("HF_HUB_OFFLINE", "1")));
        registry = new Registry(
                home,
                () -> Downloader.of(http, home.downloads()),
                () -> Hub.of(http, Map.of()),
                () -> event -> {},
                ModelUses.UNKNOWN,
                Clock.systemUTC());
    }

    private Path file(String name) throws IOException {
        return GgufBuilder.model()
                .text("general.name", "My Little <b>Model</b>")
                .text("general.organization", "../../Some One")
                .text("general.license", "mit")
                .write(Files.createDirectories(folder.resolve("elsewhere")).resolve(name));
    }

    @Test
    void describesAFileByWhatItSaysAndLinksIt() throws IOException {
        Path file = file("my-little-model.F32.gguf");
        Model model = registry.add(file);
        assertThat(model.id().provider()).isEqualTo("Some-One");
        assertThat(model.id().name()).isEqualTo("My-Little-b-Model-b");
        assertThat(model.card().license().id()).isEqualTo("mit");
        assertThat(model.isDownloaded()).isTrue();
        assertThat(model.file()).startsWith(home.models()).hasSameBinaryContentAs(file);
        assertThat(Files.isSameFile(model.file(), file)).isTrue();
        assertThat(registry.model(model.id().toString()).isDownloaded()).isTrue();
        assertThat(registry.models().tagged("adopted").count()).isEqualTo(1);
        assertThat(registry.add(file).id()).isEqualTo(model.id());
        assertThat(registry.models().tagged("adopted").count()).isEqualTo(1);
    }

    @Test
    void recognizesAFileThatTheCatalogDeclares() throws IOException {
        Path built = registry.model("bear-tiny").download().file();
        Path copy = Files.copy(built, folder.resolve("downloaded-by-hand.gguf"));
        registry.model("bear-tiny").removal().confirm();
        Model model = registry.add(copy);
        assertThat(model.shortName()).isEqualTo("bear-tiny");
        assertThat(model.isDownloaded()).isTrue();
        assertThat(home.ownCatalog()).doesNotExist();
    }

    @Test
    void givesTwoFilesOfOneNameTwoIds() throws IOException {
        Model first = registry.add(file("a.gguf"));
        Path other = GgufBuilder.model()
                .text("general.name", "My Little <b>Model</b>")
                .text("general.organization", "../../Some One")
                .text("general.license", "gpl-3.0")
                .write(folder.resolve("b.gguf"));
        Model second = registry.add(other);
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(second.id().name()).startsWith(first.id().name() + "-");
        assertThat(second.isDownloaded()).isTrue();
        assertThat(first.isDownloaded()).isTrue();
    }

    @Test
    void saysThatAnAdoptedFileWasChangedAndUsesItOnlyAfterAnotherCheck() throws IOException {
        Path file = file("a.gguf");
        Model model = registry.add(file);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        assertThat(model.state()).isEqualTo(ModelState.FAILED);
        assertThat(model.problem().orElseThrow()).contains("was written to");
        assertThatThrownBy(model::file).isInstanceOf(BearException.class);
        assertThat(model.activate().isActive()).isTrue();
        assertThat(model.state()).isEqualTo(ModelState.DOWNLOADED);
    }

    @Test
    void saysThatAnAdoptedFileIsLonger() throws IOException {
        Path file = file("a.gguf");
        Model model = registry.add(file);
        Files.write(file, new byte[1], StandardOpenOption.APPEND);
        assertThat(model.problem().orElseThrow()).contains("bytes but");
    }

    @Test
    void refusesABrokenFileAndLeavesItWhereItIs() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.gguf"), "GGUF?");
        assertThatThrownBy(() -> registry.add(broken))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("was not added");
        assertThat(broken).hasContent("GGUF?");
        assertThat(home.ownCatalog()).doesNotExist();
        assertThatThrownBy(() -> registry.add(folder.resolve("nothing.gguf"))).hasMessageContaining("There is no file");
    }

    @Test
    void keepsWhatElseStandsInTheUsersCatalog() throws IOException {
        Files.writeString(home.ownCatalog(), "{\"version\": 1, \"team\": \"blue\", \"models\": []}");
        registry.add(file("a.gguf"));
        assertThat(home.ownCatalog()).content().contains("\"team\" : \"blue\"").contains("My-Little");
    }

    @Test
    void namesAreSafeWhateverAFileSays() {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(0, 200);
            for (int k = 0; k < length; k++) {
                text.append(
                        random.nextInt(4) == 0
                                ? (char) random.nextInt(0x250)
                                : "./\\:-_ acon".charAt(random.nextInt(11)));
            }
            String safe = CardOfFile.safe(text.toString(), "model");
            assertThat(ModelId.of("x", safe).name()).as(text.toString()).isEqualTo(safe);
        }
        assertThat(CardOfFile.safe("con", "model")).isEqualTo("_con");
        assertThat(CardOfFile.safe("NUL.gguf", "model")).isEqualTo("_NUL.gguf");
        assertThat(CardOfFile.safe("..", "model")).isEqualTo("model");
        assertThat(CardOfFile.safe("x".repeat(5000) + ".gguf", "model"))
                .hasSize(80)
                .endsWith("x.gguf");
    }
}
