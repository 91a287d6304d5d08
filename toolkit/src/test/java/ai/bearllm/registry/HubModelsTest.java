package ai.bearllm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.download.Download;
import ai.bearllm.download.Downloader;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufSplitter;
import ai.bearllm.hub.Http;
import ai.bearllm.hub.HttpSettings;
import ai.bearllm.hub.Hub;
import ai.bearllm.hub.NetworkException;
import ai.bearllm.hub.testhub.Fault;
import ai.bearllm.hub.testhub.Scope;
import ai.bearllm.hub.testhub.TestHub;
import ai.bearllm.hub.testhub.TestRepository;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.Origin;
import ai.bearllm.model.Sha256;
import ai.bearllm.model.Status;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a search on the hub to a model of the library. */
class HubModelsTest {
    @TempDir
    Path folder;

    private final AtomicBoolean offline = new AtomicBoolean();
    private TestHub hub;
    private Home home;
    private Registry registry;
    private byte[] content;
    private TestRepository tales;

    @BeforeEach
    void open() throws IOException {
        try (InputStream in = HubModelsTest.class.getResourceAsStream("/ai/bearllm/data/bear-tiny/bear-tiny.gguf")) {
            content = in.readAllBytes();
            // Not the catalog's own file.
            content[content.length - 5] ^= 1;
        }
        hub = TestHub.start();
        tales = hub.repository("stories/Tale-GGUF")
                .license("apache-2.0")
                .large("tale.Q4_1.gguf", content)
                .large("tale.Q8_0.gguf", more(content))
                .small("README.md", "# Tale");
        home = Home.at(folder.resolve("home"));
        Http http = Http.of(HttpSettings.of("bear-test", hub.environment()).offline(offline::get));
        registry = new Registry(
                home,
                () -> Downloader.of(http, home.downloads()),
                () -> Hub.of(http, hub.environment()).remembering(home.hubAnswers(), Clock.systemUTC()),
                () -> event -> {},
                ModelUses.UNKNOWN,
                Clock.systemUTC());
    }

    /** Another file of the same length. */
    private static byte[] more(byte[] content) {
        byte[] other = content.clone();
        other[other.length - 9] ^= 1;
        return other;
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private static Sha256 sha256(byte[] bytes) {
        return Sha256.of(Sha256.newDigest().digest(bytes));
    }

    @Test
    void fromASearchToAnInstalledModelIsOneLine() {
        Model model = registry.search("tale gguf").first().file("Q4_1").add();
        assertThat(model.id()).hasToString("stories/Tale:Q4_1");
        assertThat(model.card().file().sha256()).contains(sha256(content));
        assertThat(model.card().file().origin())
                .isEqualTo(new Origin.HubFile("stories/Tale-GGUF", tales.commit(), "tale.Q4_1.gguf"));
        assertThat(model.card().license().id()).isEqualTo("Apache-2.0");
        assertThat(model.card().chat().kind()).isEqualTo(ModelCard.Kind.FILE_TEMPLATE);
        assertThat(model.shape().orElseThrow().layers()).isEqualTo(3);
        assertThat(hub.servedBytes()).isLessThan(content.length);
        assertThat(registry.model("stories/tale:q4_1").download().file()).hasBinaryContent(content);
        assertThat(registry.search("tale").first().file("tale.Q4_1.gguf").add().id())
                .isEqualTo(model.id());
        assertThat(registry.models().by("stories").list()).hasSize(1);
    }

    @Test
    void aSearchShowsWhatThereIsAndAsksNobodyBefore() throws IOException {
        hub.repository("stories/Tale-gated").gated("manual", "hf_x").large("t.gguf", content);
        HubSearch search = registry.search("tale").by("stories").mostDownloaded();
        assertThat(search.toString()).contains("\"tale\" by stories").hasSizeLessThanOrEqualTo(80);
        assertThat(hub.requests()).isEmpty();
        assertThat(search.sheet().text())
                .contains("2 repositories", "stories/Tale-GGUF", "apache-2.0", "open", "owner decides");
        assertThat(search.open().list()).extracting(HubRepository::id).containsExactly("stories/Tale-GGUF");
        assertThat(search.licensed("MIT").list()).isEmpty();
        assertThat(search.table().rowCount()).isEqualTo(2);
        assertThat(search.limit(1).sheet().text()).contains("There are more");
        assertThatThrownBy(() -> registry.search("nothing like it").first())
                .isInstanceOf(BearException.class)
                .hasMessageContaining("nothing like it");
    }

    @Test
    void aRepositoryShowsItsModelsAndNamesThemWhereOneIsMissing() throws IOException {
        tales.large("mmproj-tale-f16.gguf", content)
                .large("UD/tale-UD-Q4_K_XL.gguf", content)
                .large("half-00001-of-00002.gguf", content);
        HubRepository repository = registry.repository("stories/Tale-GGUF");
        assertThat(repository.files())
                .extracting(HubModel::path)
                .containsExactly("UD/tale-UD-Q4_K_XL.gguf", "tale.Q4_1.gguf", "tale.Q8_0.gguf");
        assertThat(repository.file("ud-q4_k_xl").quantization()).contains("UD-Q4_K_XL");
        assertThat(repository.sheet().text())
                .contains("3 GGUF models", "Q4_1", sha256(content).brief());
        assertThatThrownBy(() -> repository.file("Q5_K_M"))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("Q4_1, Q8_0");
        assertThatThrownBy(() -> repository.file("tale"))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("fits 3 files");
    }

    @Test
    void allQuantizationsStandSideBySideWithTheirMemory() throws IOException {
        tales.large("broken.Q2_K.gguf", "GGUF, or so it says".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        Quantizations all = registry.repository("stories/Tale-GGUF").quantizations(512);
        long expected = registry.repository("stories/Tale-GGUF")
                .file("Q4_1")
                .memory(512)
                .totalBytes()
                .orElseThrow();
        assertThat(all.rows()).hasSize(3);
        assertThat(all.rows().get(0).memoryBytes()).hasValue(expected);
        assertThat(all.fit(all.rows().get(0))).isEqualTo(Status.good("fits"));
        Quantizations.Row broken = all.rows().get(2);
        assertThat(broken.memoryBytes()).isEmpty();
        assertThat(all.fit(broken).word()).isEqualTo("unknown");
        assertThat(broken.basis()).startsWith("unknown: ");
        assertThat(all.best()).isPresent();
        assertThat(all.sheet().text()).contains("Q2_K", "unknown", "The largest that fits");
        assertThat(hub.servedBytes()).isLessThan(content.length);
    }

    @Test
    void fitsAreJudgedWithTheErrorBarThatLoadsHereHaveTaught() {
        Quantizations.Row before = registry.repository("stories/Tale-GGUF")
                .quantizations(512)
                .rows()
                .get(0);
        for (int i = 0; i < 30; i++) {
            registry.observedLoad(1_000_000_000, 3_000_000_000L);
        }
        Quantizations all = registry.repository("stories/Tale-GGUF").quantizations(512);
        Quantizations.Row after = all.rows().get(0);
        assertThat(after.memoryBytes()).isEqualTo(before.memoryBytes());
        assertThat(after.need().orElseThrow().high())
                .isGreaterThan(before.need().orElseThrow().high());
        assertThat(all.sheet().text()).contains("at most", "from 30 loads measured here");
    }

    @Test
    void whatTheHubAnsweredIsSeenAndPrunedWithAPreview() {
        registry.repository("stories/Tale-GGUF");
        DiskUse.Item answers = registry.disk().items().stream()
                .filter(item -> item.kind() == DiskUse.Kind.HUB_ANSWERS)
                .findFirst()
                .orElseThrow();
        assertThat(answers.size().bytes()).isPositive();
        assertThat(answers.path()).isEqualTo(home.hubAnswers());
        Pruning pruning = registry.disk().prune();
        assertThat(pruning.sheet().text()).contains("hub answers", "the hub is asked again");
        assertThat(home.hubAnswers()).isNotEmptyDirectory();
        assertThat(pruning.confirm()).isEqualTo(answers.size());
        assertThat(home.hubAnswers()).doesNotExist();
        assertThat(registry.trash().size().bytes()).isZero();
        assertThat(registry.repository("stories/Tale-GGUF").files()).hasSize(2);
    }

    @Test
    void ofVeryManyTheRestIsComputedFromOneThatWasRead() throws IOException {
        for (int i = 0; i < 30; i++) {
            tales.large("tale-" + i + ".Q8_0.gguf", content);
        }
        Quantizations all = registry.repository("stories/Tale-GGUF").quantizations(512);
        assertThat(all.rows()).hasSize(32);
        long read = registry.repository("stories/Tale-GGUF")
                .file("Q4_1")
                .memory(512)
                .totalBytes()
                .orElseThrow();
        assertThat(all.rows())
                .allSatisfy(row -> assertThat(row.memoryBytes().orElseThrow()).isBetween(read - 10_000, read + 10_000));
        assertThat(all.rows()).anyMatch(row -> row.basis().startsWith("its size, and the header of"));
    }

    @Test
    void offlineWhatWasSeenIsShownAsOfThen() {
        registry.search("tale").list();
        registry.repository("stories/Tale-GGUF");
        offline.set(true);
        assertThat(registry.search("tale").sheet().text()).contains("As of", "cannot be reached now");
        assertThat(registry.repository("stories/Tale-GGUF").sheet().text())
                .contains("As of", sha256(content).brief());
        assertThatThrownBy(() -> registry.search("other").list())
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("bear.offline()");
    }

    @Test
    void aModelOfTheCatalogIsRecognizedByItsContent() throws IOException {
        try (InputStream in = HubModelsTest.class.getResourceAsStream("/ai/bearllm/data/bear-tiny/bear-tiny.gguf")) {
            hub.repository("copies/Tiny-GGUF").large("tiny.Q8_0.gguf", in.readAllBytes());
        }
        Model model = registry.repository("copies/Tiny-GGUF").file("Q8_0").add();
        assertThat(model.shortName()).isEqualTo("bear-tiny");
        assertThat(home.ownCatalog()).doesNotExist();
    }

    @Test
    void aFileWithoutADigestInTheListIsAskedForItself() throws IOException {
        hub.fail(
                Scope.API,
                Fault.body("{\"id\":\"stories/Tale-GGUF\",\"sha\":\"" + tales.commit()
                        + "\",\"siblings\":[{\"rfilename\":\"tale.Q4_1.gguf\",\"size\":" + content.length
                        + ",\"lfs\":{\"sha256\":\"" + sha256(content).hex() + "\"}}]}"));
        assertThat(registry.repository("stories/Tale-GGUF")
                        .file("Q4_1")
                        .add()
                        .card()
                        .file()
                        .sha256())
                .contains(sha256(content));
    }

    @Nested
    class Split {
        private List<byte[]> parts;

        @BeforeEach
        void split() throws IOException {
            Path whole = Files.write(folder.resolve("whole.gguf"), content);
            parts = GgufSplitter.split(whole, 3);
            for (int i = 0; i < 3; i++) {
                tales.large("big/" + GgufSplitter.name("Tale-Q6_K", i, 3), parts.get(i));
            }
        }

        private Model added() {
            return registry.repository("stories/Tale-GGUF").file("Q6_K").add();
        }

        @Test
        void isOneModelFromTheListToTheTrashAndBack() throws IOException {
            HubModel onHub = registry.repository("stories/Tale-GGUF").file("Q6_K");
            assertThat(onHub.parts()).hasSize(3);
            assertThat(onHub.toString()).contains("in 3 parts");
            long all = parts.stream().mapToLong(part -> part.length).sum();
            assertThat(onHub.sizeBytes()).hasValue(all);

            Model model = onHub.add();
            assertThat(model.card().file().parts()).hasSize(3);
            assertThat(model.card().file().totalBytes()).hasValue(all);
            assertThat(model.planDownload().fetchBytes()).hasValue(all);
            model = registry.model("stories/Tale:Q6_K").download();
            assertThat(model.state()).isEqualTo(ModelState.DOWNLOADED);
            assertThat(model.planDownload().fetchBytes()).hasValue(0);
            assertThat(Gguf.read(model.file()).parameters()).hasValue(1967872);
            assertThat(model.validate().ok()).isTrue();
            assertThat(model.verifiedFile().getFileName()).hasToString("Tale-Q6_K-00001-of-00003.gguf");
            assertThat(registry.disk().items())
                    .filteredOn(item -> item.kind() == DiskUse.Kind.MODEL)
                    .singleElement()
                    .satisfies(item -> assertThat(item.size().bytes()).isEqualTo(all));
            assertThat(registry.disk().items()).noneMatch(item -> item.kind() == DiskUse.Kind.ORPHAN);
            assertThat(model.removal().size().orElseThrow().bytes()).isEqualTo(all);

            model.removal().confirm();
            assertThat(model.state()).isEqualTo(ModelState.AVAILABLE);
            assertThat(filesBelow(home.models())).isEmpty();
            registry.trash().restore("tale");
            assertThat(model.state()).isEqualTo(ModelState.DOWNLOADED);
            assertThat(model.validate().ok()).isTrue();
        }

        @Test
        void tellsItsProgressAsOne() {
            Model model = added();
            long all = model.card().file().totalBytes().orElseThrow();
            Download download = model.startDownload();
            List<Long> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
            download.listen(event -> {
                if (event instanceof ai.bearllm.progress.Progress.Advanced advanced) {
                    assertThat(advanced.total()).hasValue(all);
                    seen.add(advanced.done());
                }
            });
            download.await();
            assertThat(download.progress().bytes()).isEqualTo(all);
            assertThat(seen).isSorted();
        }

        @Test
        void fetchesOnlyThePartsThatAreMissingOrDamaged() throws IOException {
            Model model = added().download();
            Path second = model.file().resolveSibling(GgufSplitter.name("Tale-Q6_K", 1, 3));
            byte[] damaged = parts.get(1).clone();
            damaged[damaged.length - 40] ^= 1;
            Files.write(second, damaged);
            assertThat(model.validate().ok()).isFalse();
            assertThat(model.state()).isEqualTo(ModelState.FAILED);
            int before = hub.storageRequests().size();
            model.download();
            assertThat(model.state()).isEqualTo(ModelState.DOWNLOADED);
            assertThat(second).hasBinaryContent(parts.get(1));
            assertThat(hub.storageRequests()).hasSize(before + 1);
            Files.delete(second);
            assertThat(model.state()).isEqualTo(ModelState.FAILED);
            assertThat(model.problem().orElseThrow()).contains("00002-of-00003");
        }

        @Test
        void isRefusedWhereOnePartIsOfAnotherModel() throws IOException {
            // Right digest, wrong model: the hub itself has mixed them up.
            tales.large("big/" + GgufSplitter.name("Tale-Q6_K", 1, 3), parts.get(2));
            // The parts could not be read as one model, so the entry is one that a person wrote.
            Model model = written();
            assertThatThrownBy(model::download).isInstanceOf(BearException.class);
            assertThat(model.isDownloaded()).isFalse();
        }

        private Model written() throws IOException {
            StringBuilder others = new StringBuilder();
            for (int i = 1; i < 3; i++) {
                String name = GgufSplitter.name("Tale-Q6_K", i, 3);
                others.append(i > 1 ? "," : "")
                        .append("{\"name\":\"" + name + "\",\"origin\":\"hf:stories/Tale-GGUF@main/big/" + name
                                + "\"}");
            }
            String first = GgufSplitter.name("Tale-Q6_K", 0, 3);
            Files.writeString(home.ownCatalog(), """
                    {"version": 1, "models": [{
                      "id": "me/mixed:Q6_K", "description": "Mixed up.", "parameters": 1967872,
                      "quantization": "Q6_K", "contextTokens": 1024, "chat": {"kind": "file-template"},
                      "license": {"id": "MIT", "url": "https://spdx.org/licenses/MIT.html"},
                      "file": {"name": "%s", "origin": "hf:stories/Tale-GGUF@main/big/%s", "otherParts": [%s]}}]}
                    """.formatted(first, first, others));
            return registry.model("me/mixed");
        }
    }

    private static List<Path> filesBelow(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
