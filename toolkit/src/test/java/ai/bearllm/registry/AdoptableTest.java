package ai.bearllm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.download.Downloader;
import ai.bearllm.gguf.GgufBuilder;
import ai.bearllm.hub.Http;
import ai.bearllm.hub.HttpSettings;
import ai.bearllm.hub.Hub;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Origin;
import ai.bearllm.stores.ForeignStores;
import ai.bearllm.stores.Store;
import ai.bearllm.stores.StoreLayouts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other programs keep is shown, recognized by content, and used where it lies. */
class AdoptableTest {
    @TempDir
    Path folder;

    private Home home;
    private Registry registry;
    private StoreLayouts user;

    @BeforeEach
    void open() throws IOException {
        home = Home.at(folder.resolve("home"));
        user = new StoreLayouts(Files.createDirectories(folder.resolve("user")));
        Http http = Http.of(HttpSettings.of("bear-test", Map.of("HF_HUB_OFFLINE", "1")));
        registry = new Registry(
                home,
                () -> Downloader.of(http, home.downloads()),
                () -> Hub.of(http, Map.of()),
                () -> event -> {},
                ModelUses.UNKNOWN,
                Clock.systemUTC());
    }

    private Adoptable adoptable() {
        return registry.adoptable(ForeignStores.usual(Map.of(), user.home(), home.models()));
    }

    private static byte[] gguf(String name) {
        return GgufBuilder.model()
                .text("general.name", name)
                .tensor("blk.0.ffn_norm.weight", 0, 32)
                .bytes();
    }

    private byte[] tiny() throws IOException {
        byte[] bytes = Files.readAllBytes(registry.model("bear-tiny").download().file());
        registry.model("bear-tiny").removal().confirm();
        return bytes;
    }

    @Test
    void showsEachStoreAndAdoptsAllWithoutACopy() throws IOException {
        Path blob = user.huggingFace("bear/Tiny-GGUF", "main", "tiny.gguf", tiny());
        user.ollama("library", "little", "latest", gguf("from Ollama"));
        user.lmStudio("someone", "Little-GGUF", "little.Q8_0.gguf", gguf("from LM Studio"));
        user.llamaCpp("someone_Other-GGUF_other.gguf", gguf("from llama.cpp"));
        List<AdoptableModel> found = adoptable().list();
        assertThat(found)
                .extracting(model -> model.found().store())
                .containsExactly(Store.HUGGING_FACE, Store.OLLAMA, Store.LM_STUDIO, Store.LLAMA_CPP);
        AdoptableModel tiny = found.get(0);
        assertThat(tiny.model().orElseThrow().toString()).isEqualTo("bearllm/bear-tiny:Q8_0");
        assertThat(tiny.isProven()).isFalse();
        assertThat(tiny.found().origin().orElseThrow().repository()).isEqualTo("bear/Tiny-GGUF");
        assertThat(adoptable().sheet().text()).contains("4 models can be adopted", "as its store says", "Ollama");

        Adopted adopted = adoptable().confirm();
        assertThat(adopted.refused()).isEmpty();
        assertThat(adopted.models()).hasSize(4).allMatch(Model::isDownloaded);
        assertThat(Files.isSameFile(registry.model("bear-tiny").file(), blob)).isTrue();
        assertThat(adoptable().list()).allMatch(AdoptableModel::isAdopted).allMatch(AdoptableModel::isProven);
        assertThat(adoptable().count()).isZero();
        assertThat(adoptable().confirm().models()).isEmpty();
        assertThat(registry.models().tagged("adopted").list())
                .extracting(model -> model.id().base())
                .containsExactlyInAnyOrder("local/little", "someone/from-LM-Studio", "local/from-llama.cpp");
    }

    @Test
    void keepsTheRepositoryAndCommitThatTheCacheTells() throws IOException {
        user.huggingFace("bear/Little-GGUF", "main", "sub/little.gguf", gguf("Little"));
        Model model = adoptable().confirm().models().get(0);
        assertThat(model.id().base()).isEqualTo("bear/Little");
        assertThat(model.card().file().origin())
                .isEqualTo(new Origin.HubFile("bear/Little-GGUF", StoreLayouts.COMMIT, "sub/little.gguf"));
    }

    @Test
    void refusesAFileThatIsNotWhatItsStoreSays() throws IOException {
        Path blob = user.huggingFace("bear/Little-GGUF", "main", "little.gguf", gguf("Little"));
        Files.write(blob, gguf("Litter"));
        Adopted adopted = adoptable().confirm();
        assertThat(adopted.models()).isEmpty();
        assertThat(adopted.refused()).hasSize(1);
        assertThat(adopted.refused().get(0).why()).contains("SHA-256");
        assertThat(registry.models().tagged("adopted").count()).isZero();
        Files.setLastModifiedTime(blob, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
        AdoptableModel read = adoptable().identify().list().get(0);
        assertThat(read.isContradicted()).isTrue();
        assertThat(read.problem().orElseThrow()).contains("not the one that its store says");
    }

    @Test
    void looksIntoTheFolderThatTheUserNamesAndNowhereElse() throws IOException {
        user.lmStudio("someone", "Little-GGUF", "little.gguf", gguf("elsewhere"));
        Path mine = Files.createDirectories(folder.resolve("mine/deeper"));
        Files.write(mine.resolve("a.gguf"), gguf("a"));
        Files.writeString(mine.resolve("b.gguf"), "not one");
        Files.writeString(mine.resolve("c.txt"), "GGUF");
        Adoptable adoptable = adoptable().in(folder.resolve("mine").toString());
        assertThat(adoptable.list()).extracting(model -> model.found().name()).containsExactly("deeper/a.gguf");
        assertThat(adoptable.confirm().models()).hasSize(1);
        assertThat(adoptable().in(folder.resolve("none").toString()).sheet().notes())
                .anyMatch(note -> note.contains("There is no folder"));
    }

    @Test
    void narrowsByText() throws IOException {
        user.ollama("library", "little", "latest", gguf("from Ollama"));
        user.lmStudio("someone", "Little-GGUF", "little.gguf", gguf("from LM Studio"));
        assertThat(adoptable().matching("OLLAMA").list()).hasSize(1);
    }

    @Test
    void saysThatAnAdoptedFileVanishedAndNeverUsesItSilently() throws IOException {
        Path other = Files.createDirectories(folder.resolve("mine"));
        Path file = Files.write(other.resolve("a.gguf"), gguf("a"));
        Model model = adoptable().in(other.toString()).confirm().models().get(0);
        // As on another volume, where no hard link can be made.
        Path place = model.file();
        Files.delete(place);
        Files.writeString(
                Manifest.beside(place),
                Files.readString(Manifest.beside(place))
                        .replace(
                                "\"storage\" : \"linked\"",
                                "\"storage\" : \"referenced\", \"location\" : \"" + file + "\""));
        assertThat(model.file()).isEqualTo(file);
        Files.delete(file);
        assertThat(model.state()).isEqualTo(ModelState.FAILED);
        assertThat(model.problem().orElseThrow()).contains("missing");
        assertThatThrownBy(model::verifiedFile).isInstanceOf(BearException.class);
    }

    @Test
    void countsWithinATimeAndReadsNoFile() throws IOException {
        user.llamaCpp("little.gguf", gguf("Little"));
        assertThat(adoptable().countWithin(Duration.ofMinutes(1))).hasValue(1);
        assertThat(adoptable().list().get(0).sha256()).isEmpty();
        assertThat(adoptable().countWithin(Duration.ZERO)).isEmpty();
    }

    @Test
    void identifiesWithoutAdopting() throws IOException {
        user.llamaCpp("tiny.gguf", tiny());
        assertThat(adoptable().list().get(0).model()).isEmpty();
        AdoptableModel known = adoptable().identify().list().get(0);
        assertThat(known.model().orElseThrow().name()).isEqualTo("bear-tiny");
        assertThat(known.isAdopted()).isFalse();
    }
}
