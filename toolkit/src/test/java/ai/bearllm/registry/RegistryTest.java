package ai.bearllm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.download.Download;
import ai.bearllm.download.Downloader;
import ai.bearllm.hub.Http;
import ai.bearllm.hub.HttpSettings;
import ai.bearllm.hub.Hub;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelId;
import ai.bearllm.progress.Progress;
import ai.bearllm.validation.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library with its real parts: the built-in model, the downloader, the validator. */
class RegistryTest {
    @TempDir
    Path folder;

    private final List<Progress> heard = new CopyOnWriteArrayList<>();
    private Home home;
    private Registry registry;

    @BeforeEach
    void open() {
        home = Home.at(folder.resolve("home"));
        registry = reopened();
    }

    private Registry reopened() {
        Http http = Http.of(HttpSettings.of("bear-test", Map.of("HF_HUB_OFFLINE", "1")));
        return new Registry(
                home,
                () -> Downloader.of(http, home.downloads()),
                () -> Hub.of(http, Map.of()),
                () -> heard::add,
                ModelUses.UNKNOWN,
                Clock.systemUTC());
    }

    @Test
    void filtersBySizeTagAndRecommendation() {
        assertThat(registry.models().list()).hasSize(7);
        assertThat(names(registry.models().small())).contains("bear-tiny", "tinyllama", "phi-2");
        assertThat(names(registry.models().medium())).containsExactly("mistral", "llama-2-7b-chat", "llama-2-13b-chat");
        assertThat(names(registry.models().large())).isEmpty();
        assertThat(names(registry.models().recommended())).containsExactly("mistral");
        assertThat(names(registry.models().small().tagged("base"))).containsExactly("phi-2");
        assertThat(names(registry.models().search("LLAMA 2 tuned"))).containsExactly("llama-2-7b-chat");
    }

    @Test
    void aQueryIsNotChangedByItsSteps() {
        ModelQuery all = registry.models();
        all.small();
        assertThat(all.list()).hasSize(7);
    }

    @Test
    void showsTheModelsInOneLineAndAsASheetAndAsATable() {
        assertThat(registry.models()).hasToString("7 models: bear-tiny, smollm2-135m, tinyllama, … (.show() for all)");
        assertThat(registry.models().sheet().text())
                .contains("bearllm/bear-tiny", "2.12 MB", "GPL-3.0-or-later", "available", "unknown");
        assertThat(registry.models().table().rowCount()).isEqualTo(7);
        registry.models().list().forEach(model -> assertThat(model.toString()).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void installsTheBuiltInModelWithProgressDigestStructureAndManifest() {
        Model model = registry.model("bear-tiny");
        assertThat(model.state()).isEqualTo(ModelState.AVAILABLE);
        assertThat(model.download()).isSameAs(model);
        assertThat(model.isDownloaded()).isTrue();
        assertThat(model.file()).hasSize(2115616).startsWith(home.models());
        assertThat(model.sha256().orElseThrow().hex())
                .isEqualTo("a9df0de055a6c023c200ed2b0811814d96d1943e38caf30e2c44ecf644ae106a");
        assertThat(heard.get(0)).isInstanceOf(Progress.Started.class);
        assertThat(heard.get(heard.size() - 1))
                .isInstanceOfSatisfying(
                        Progress.Verified.class,
                        last -> assertThat(last.result()).contains("SHA-256 a9df0de0 as declared"));
        assertThat(Manifest.read(model.file()).orElseThrow().checked().passed()).contains("SHA-256", "structure");
        assertThat(files(home.downloads())).isEmpty();
        assertThat(model.gguf().parameters()).hasValue(1967872);
    }

    @Test
    void doesNotFetchAgainWhatIsHere() {
        registry.model("bear-tiny").download();
        heard.clear();
        reopened().model("bear-tiny").download();
        assertThat(heard).isEmpty();
    }

    @Test
    void takesOverAGoodFileThatLiesThereWithoutAManifest() throws IOException {
        Path file = registry.model("bear-tiny").download().file();
        Files.delete(Manifest.beside(file));
        assertThat(registry.model("bear-tiny").state()).isEqualTo(ModelState.AVAILABLE);
        registry.model("bear-tiny").download();
        assertThat(Manifest.read(file).orElseThrow().source().origin()).isEqualTo("found in place");
        assertThat(files(home.trash())).isEmpty();
    }

    @Test
    void movesAForeignFileInAModelsPlaceToTheTrash() throws IOException {
        Path file = registry.library().fileOf(registry.model("bear-tiny").card());
        Files.createDirectories(file.getParent());
        Files.writeString(file, "not a model");
        assertThat(registry.model("bear-tiny").download().isDownloaded()).isTrue();
        assertThat(files(home.trash()))
                .filteredOn(kept -> kept.endsWith("bear-tiny.gguf"))
                .singleElement()
                .satisfies(kept -> assertThat(kept).hasContent("not a model"));
        assertThat(registry.trash().sheet().text()).contains("replaced by a new download");
    }

    @Test
    void saysThatATruncatedFileIsDamagedAndMendsItByDownload() throws IOException {
        Model model = registry.model("bear-tiny").download();
        Path file = model.file();
        Files.write(file, new byte[10]);
        assertThat(model.state()).isEqualTo(ModelState.FAILED);
        assertThat(model.problem().orElseThrow()).contains("has 10 bytes but 2115616 were installed");
        assertThatThrownBy(model::file)
                .isInstanceOf(BearException.class)
                .hasMessageContaining("is damaged")
                .hasMessageContaining("bear.model(\"bear-tiny\").download()");
        assertThatThrownBy(model::activate).hasMessageContaining("is damaged");
        model.download();
        assertThat(model.file()).hasSize(2115616);
    }

    @Test
    void saysThatAMissingFileIsMissing() throws IOException {
        Model model = registry.model("bear-tiny").download();
        Files.delete(model.file());
        assertThat(model.state()).isEqualTo(ModelState.FAILED);
        assertThat(model.problem().orElseThrow()).contains("is missing");
    }

    @Test
    void findsByDigestWhatTheSizeDoesNotShow() throws IOException {
        Model model = registry.model("bear-tiny").download();
        assertThat(model.validate().ok()).isTrue();
        byte[] bytes = Files.readAllBytes(model.file());
        bytes[bytes.length - 1] ^= 1;
        Files.write(model.file(), bytes);
        Validation validation = model.validate();
        assertThat(validation.ok()).isFalse();
        assertThat(validation.sheet().text()).contains("SHA-256", "failed");
    }

    @Test
    void aDownloadCanBeWatchedAndFetchesNothingWhereItIsHere() {
        Model model = registry.model("bear-tiny");
        assertThat(model.planDownload().fetchBytes()).hasValue(2115616);
        Download download = model.startDownload();
        assertThat(download.await().sha256()).isEqualTo(model.sha256().orElseThrow());
        assertThat(model.state()).isEqualTo(ModelState.DOWNLOADED);
        assertThat(Manifest.read(model.file()).orElseThrow().first().pieces()).isPresent();
        assertThat(model.startDownload().await().attempts()).isZero();
    }

    @Test
    void doesNotUseAFileThatFailedItsCheckUntilItIsFetchedAgain() throws IOException {
        Model model = registry.model("bear-tiny").download();
        byte[] bytes = Files.readAllBytes(model.file());
        bytes[bytes.length - 1000] ^= 1;
        Files.write(model.file(), bytes);
        assertThat(model.validate().ok()).isFalse();
        assertThat(model.state()).isEqualTo(ModelState.FAILED);
        assertThat(reopened().model("bear-tiny").problem().orElseThrow()).contains("SHA-256");
        assertThatThrownBy(model::activate).hasMessageContaining("is damaged");
        assertThatThrownBy(model::repair).hasMessageContaining("Download it again");
        assertThat(model.download().state()).isEqualTo(ModelState.DOWNLOADED);
        assertThat(model.validate().ok()).isTrue();
        assertThat(registry.trash().sheet().text()).contains("replaced by a new download");
    }

    @Test
    void usesAFileThatWasWrittenToOnlyAfterAnotherCheck() throws IOException {
        Model model = registry.model("bear-tiny").download();
        heard.clear();
        assertThat(model.verifiedFile()).isEqualTo(model.file());
        assertThat(heard).isEmpty();
        Files.setLastModifiedTime(model.file(), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        assertThat(model.verifiedFile()).isEqualTo(model.file());
        assertThat(heard).last().isInstanceOf(Progress.Verified.class);
        heard.clear();
        assertThat(model.verifiedFile()).isEqualTo(model.file());
        assertThat(heard).isEmpty();
    }

    @Test
    void checksAFileAgainWhenItsLastCheckIsTooLongAgo() {
        Model model = registry.model("bear-tiny").download();
        registry.checkAfter(Duration.ZERO);
        heard.clear();
        model.activate();
        assertThat(heard).last().isInstanceOf(Progress.Verified.class);
    }

    @Test
    void putsAFileWhoseContentChangedIntoQuarantineInsteadOfUsingIt() throws IOException {
        Model model = registry.model("bear-tiny").download();
        byte[] bytes = Files.readAllBytes(model.file());
        bytes[bytes.length - 1] ^= 1;
        Files.write(model.file(), bytes);
        Files.setLastModifiedTime(model.file(), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        assertThatThrownBy(model::activate)
                .isInstanceOf(BearException.class)
                .hasMessageContaining("SHA-256")
                .hasMessageContaining(home.quarantine().toString());
        assertThat(model.state()).isEqualTo(ModelState.AVAILABLE);
        assertThat(files(home.quarantine()))
                .filteredOn(kept -> kept.endsWith("bear-tiny.gguf"))
                .singleElement()
                .satisfies(kept -> assertThat(kept).hasBinaryContent(bytes));
        assertThat(model.download().isDownloaded()).isTrue();
    }

    @Test
    void showsWhatUsesTheDiskAndPrunesWhatNobodyNeeds() throws IOException {
        registry.model("bear-tiny").download();
        Path orphan = home.models().resolve("left").resolve("over.gguf");
        Files.createDirectories(orphan.getParent());
        Files.writeString(orphan, "left by a crash");
        Files.createDirectories(home.downloads());
        Path part = Files.writeString(home.downloads().resolve("old.part"), "12345");
        Files.setLastModifiedTime(part, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        Files.writeString(home.downloads().resolve("new.part"), "123");
        assertThat(registry.disk().size().bytes()).isEqualTo(2115616 + 15 + 5 + 3);
        assertThat(registry.disk().sheet().text()).contains("orphan", "given-up part", "bearllm/bear-tiny");
        Pruning pruning = registry.disk().prune();
        assertThat(pruning.size().bytes()).isEqualTo(20);
        assertThat(orphan).exists();
        pruning.confirm();
        assertThat(orphan).doesNotExist();
        assertThat(part).doesNotExist();
        assertThat(home.downloads().resolve("new.part")).exists();
        assertThat(registry.model("bear-tiny").isDownloaded()).isTrue();
        assertThat(registry.trash().restore("over.gguf")).isEqualTo(orphan);
        assertThat(registry.disk().prune().size().bytes()).isEqualTo(15);
    }

    @Test
    void leavesTheFilesOfOtherProgramsInItsFoldersAlone() throws IOException {
        Path flat = Files.createDirectories(home.models()).resolve("tinyllama.bin");
        Files.writeString(flat, "the desktop application's");
        Path deep = Files.createDirectories(home.models().resolve("mine")).resolve("own.gguf");
        Files.writeString(deep, "GGUF and so on");
        assertThat(registry.disk().items())
                .hasSize(2)
                .allSatisfy(item -> assertThat(item.kind()).isEqualTo(DiskUse.Kind.FOREIGN));
        assertThat(registry.disk().prune().size().bytes()).isZero();
        registry.disk().prune().confirm();
        assertThat(flat).exists();
        assertThat(deep).exists();
    }

    @Test
    void keepsOneActiveModelAcrossSessions() {
        assertThat(registry.active()).isEmpty();
        assertThatThrownBy(registry::requireActive)
                .isInstanceOf(BearException.class)
                .hasMessageContaining("No model is active");
        assertThatThrownBy(() -> registry.model("bear-tiny").activate()).hasMessageContaining("is not downloaded");
        registry.model("bear-tiny").download().activate();
        assertThat(reopened().active().orElseThrow().shortName()).isEqualTo("bear-tiny");
        assertThat(registry.models().sheet().text()).contains("downloaded, active");
        assertThat(registry.model("bear-tiny").deactivate().isActive()).isFalse();
    }

    @Test
    void tellsOfAnActiveModelWhoseEntryVanished() throws IOException {
        Files.writeString(home.path().resolve("state.json"), "{\"version\": 1, \"active\": \"lost/model:Q4_0\"}");
        assertThat(registry.active()).isEmpty();
        assertThat(registry.activeId().map(ModelId::toString)).contains("lost/model:Q4_0");
        assertThatThrownBy(registry::requireActive)
                .isInstanceOf(BearException.class)
                .hasMessageContaining("lost/model:Q4_0 is in no catalog any more")
                .hasMessageContaining("registry.json");
        assertThat(registry.models().list()).noneMatch(Model::isActive);
    }

    @Test
    void removesOnlyAfterConfirmationAndToTheTrash() {
        Model model = registry.model("bear-tiny").download().activate();
        Path file = model.file();
        Removal removal = model.removal();
        assertThat(removal.sheet().text()).contains("2.12 MB", "Nothing is removed yet");
        assertThat(file).exists();
        Path kept = removal.confirm();
        assertThat(file).doesNotExist();
        assertThat(Manifest.beside(file)).doesNotExist();
        assertThat(kept.resolve("bear-tiny.gguf")).hasSize(2115616);
        assertThat(model.state()).isEqualTo(ModelState.AVAILABLE);
        assertThat(registry.active()).isEmpty();
        assertThatThrownBy(model::removal).hasMessageContaining("There is nothing to remove");
    }

    @Test
    void bringsARemovedModelBack() {
        Model model = registry.model("bear-tiny").download();
        model.removal().confirm();
        assertThat(registry.trash().sheet().text()).contains("bear-tiny.gguf", "2.12 MB", "removed");
        assertThat(registry.trash().restore("Bear-Tiny")).isEqualTo(model.file());
        assertThat(model.isDownloaded()).isTrue();
        assertThat(model.validate().ok()).isTrue();
        assertThat(files(home.trash())).isEmpty();
        assertThatThrownBy(() -> registry.trash().restore("bear-tiny")).hasMessageContaining("Nothing in the trash");
    }

    @Test
    void putsNothingBackOverWhatLiesThere() {
        Model model = registry.model("bear-tiny").download();
        model.removal().confirm();
        model.download();
        assertThatThrownBy(() -> registry.trash().restore("bear-tiny")).hasMessageContaining("lies at");
        assertThat(registry.trash().empty().bytes()).isGreaterThan(2_000_000);
        assertThat(files(home.trash())).isEmpty();
        assertThat(model.isDownloaded()).isTrue();
    }

    @Test
    void deletesWhatHasBeenInTheTrashForLongAtTheNextRemoval() throws IOException {
        Path kept = registry.model("bear-tiny").download().removal().confirm();
        Path note = kept.resolve("taken.json");
        Files.writeString(note, Files.readString(note).replaceFirst("\"when\" : \"20..", "\"when\" : \"1999"));
        registry.model("bear-tiny").download().removal().confirm();
        assertThat(kept).doesNotExist();
        assertThat(registry.trash().size().bytes()).isGreaterThan(2_000_000);
    }

    @Test
    void refusesAFolderThatLeadsOutOfTheLibrary() throws IOException {
        Path outside = Files.createDirectories(folder.resolve("outside"));
        Files.createDirectories(home.models());
        Files.createSymbolicLink(home.models().resolve("bearllm"), outside);
        assertThatThrownBy(() -> registry.model("bear-tiny").download())
                .isInstanceOf(BearException.class)
                .hasMessageContaining("leads out of the library");
        assertThat(files(outside).stream().filter(file -> !file.toString().endsWith(".incoming")))
                .isEmpty();
    }

    @Test
    void findsByEveryPropertyAndInEveryOrder() {
        ModelQuery all = registry.models();
        assertThat(names(all.by("MISTRALAI"))).containsExactly("mistral");
        assertThat(names(all.licensed("apache"))).containsExactly("smollm2-135m", "tinyllama", "mistral");
        assertThat(names(all.quantized("q4_k_m").small())).containsExactly("tinyllama");
        assertThat(names(all.contextAtLeast(8192)))
                .contains("smollm2-135m", "mistral")
                .doesNotContain("tinyllama");
        assertThat(names(all.smallerThan("100 MB"))).containsExactly("bear-tiny", "smollm2-135m");
        assertThat(names(all.tagged("chat").smallestFirst())).startsWith("bear-tiny", "smollm2-135m", "tinyllama");
        assertThat(all.largestFirst().first().shortName()).isEqualTo("llama-2-13b-chat");
        assertThat(names(all.longestContextFirst())).startsWith("mistral");
        assertThat(names(all.byName())).startsWith("bear-tiny");
        assertThat(all.active().count()).isZero();
        registry.model("bear-tiny").download().activate();
        assertThat(names(all.active())).containsExactly("bear-tiny");
        assertThatThrownBy(() -> all.large().tagged("nothing").first())
                .isInstanceOf(BearException.class)
                .hasMessageContaining("No model fits");
        assertThatThrownBy(() -> all.smallerThan("a lot")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesADamagedManifestWithAWordAboutIt() throws IOException {
        Model model = registry.model("bear-tiny").download();
        Path manifest = Manifest.beside(model.file());
        Files.writeString(manifest, "{\"version\":1,\"model\":\"../x\"}");
        assertThatThrownBy(model::state)
                .isInstanceOf(BearException.class)
                .hasMessageContaining(manifest.toString())
                .hasMessageContaining("Delete it and download the model again");
    }

    @Test
    void keepsWhatLiesInAModelsPlaceUntilItsSuccessorIsHere() throws IOException {
        Path file = registry.library().fileOf(registry.model("tinyllama").card());
        Files.createDirectories(file.getParent());
        Files.writeString(file, "perhaps precious");
        assertThatThrownBy(() -> registry.model("tinyllama").download()).hasMessageContaining("HF_HUB_OFFLINE");
        assertThat(file).hasContent("perhaps precious");
        assertThat(files(home.trash())).isEmpty();
    }

    @Test
    void tellsThatTheNetworkIsForbiddenWhereItIs() {
        assertThatThrownBy(() -> registry.model("tinyllama").download())
                .isInstanceOf(BearException.class)
                .hasMessageContaining("HF_HUB_OFFLINE");
        assertThat(registry.model("tinyllama").state()).isEqualTo(ModelState.FAILED);
        assertThat(registry.model("tinyllama").problem().orElseThrow()).contains("HF_HUB_OFFLINE");
        assertThat(heard.get(heard.size() - 1)).isInstanceOf(Progress.Failed.class);
    }

    private static List<String> names(ModelQuery query) {
        return query.list().stream().map(Model::shortName).toList();
    }

    private static List<Path> files(Path folder) {
        if (Files.notExists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
