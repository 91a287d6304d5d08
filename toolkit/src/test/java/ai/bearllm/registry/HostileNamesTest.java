package ai.bearllm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.download.Downloader;
import ai.bearllm.gguf.GgufSplitter;
import ai.bearllm.hub.Http;
import ai.bearllm.hub.HttpSettings;
import ai.bearllm.hub.Hub;
import ai.bearllm.hub.testhub.Fault;
import ai.bearllm.hub.testhub.Scope;
import ai.bearllm.hub.testhub.TestHub;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelFile;
import ai.bearllm.model.Sha256;
import ai.bearllm.table.Tables;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a hub, a catalog or a manifest calls its files: nothing outside the home is made, changed or removed. */
class HostileNamesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROUNDS = 150;
    private static final List<String> EVIL = List.of(
            "../outside.gguf",
            "../../../../outside.gguf",
            "/etc/outside.gguf",
            "C:\\outside.gguf",
            "C:outside.gguf",
            "\\\\server\\share\\x.gguf",
            "..\\outside.gguf",
            "a/../../outside.gguf",
            "CON.gguf",
            "con",
            "aux.gguf",
            "LPT1.gguf",
            "nul",
            ".",
            "..",
            "...",
            "",
            " ",
            "x.gguf ",
            "x.gguf.",
            "-rf.gguf",
            ".hidden.gguf",
            "a\0b.gguf",
            "a\nb.gguf",
            "a\u202Eb.gguf",
            "\u0007.gguf",
            "x".repeat(5000) + ".gguf",
            "../".repeat(2000) + "x.gguf",
            "%2e%2e%2foutside.gguf",
            "a:b.gguf",
            "x.gguf:stream",
            "ä/ö/ü.gguf",
            "🐻.gguf",
            "<script>alert(1)</script>.gguf",
            "x.gguf.json",
            "x.gguf.sig",
            "registry.json");

    @TempDir
    Path folder;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private TestHub hub;
    private Home home;
    private Registry registry;
    private byte[] content;

    @BeforeEach
    void open() throws IOException {
        try (InputStream in = HostileNamesTest.class.getResourceAsStream("/ai/bearllm/data/bear-tiny/bear-tiny.gguf")) {
            content = in.readAllBytes();
            content[content.length - 5] ^= 1;
        }
        hub = TestHub.start();
        home = Home.at(folder.resolve("a/b/home"));
        Files.writeString(folder.resolve("outside.gguf"), "not yours");
        Files.writeString(folder.resolve("a/outside.gguf"), "not yours");
        Files.writeString(folder.resolve("a/b/outside.gguf"), "not yours");
        Http http = Http.of(HttpSettings.of("bear-test", hub.environment()));
        registry = new Registry(
                home,
                () -> Downloader.of(http, home.downloads()),
                () -> Hub.of(http, hub.environment()).remembering(home.hubAnswers(), Clock.systemUTC()),
                () -> event -> {},
                ModelUses.UNKNOWN,
                Clock.systemUTC());
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private String evil() {
        String name = EVIL.get(random.nextInt(EVIL.size()));
        return switch (random.nextInt(4)) {
            case 0 -> name + EVIL.get(random.nextInt(EVIL.size()));
            case 1 -> EVIL.get(random.nextInt(EVIL.size())) + "/" + name;
            case 2 -> name.replaceFirst("\\.gguf$", "") + "-00001-of-00002.gguf";
            default -> name;
        };
    }

    /** Each file outside the home with its content and time. */
    private TreeMap<String, String> outside() throws IOException {
        TreeMap<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.filter(path -> !path.startsWith(home.path()))
                    .forEach(path -> files.put(path.toString(), fingerprint(path)));
        }
        return files;
    }

    private static String fingerprint(Path path) {
        try {
            return Files.isRegularFile(path)
                    ? Files.readString(path, StandardCharsets.ISO_8859_1) + Files.getLastModifiedTime(path)
                    : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Attempt {
        void run() throws IOException;
    }

    /** What is refused is refused with a sentence. */
    private void attempt(Attempt attempt) throws IOException {
        try {
            attempt.run();
        } catch (BearException e) {
            assertThat(e.fix()).isNotBlank();
            assertThat(e.problem().length()).as("seed " + seed).isLessThan(1500);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage().length()).as("seed " + seed).isLessThan(1500);
        }
    }

    @Test
    void namesOfTheHubLeadNowhere() throws IOException {
        TreeMap<String, String> before = outside();
        String digest = Sha256.of(Sha256.newDigest().digest(content)).hex();
        for (int i = 0; i < ROUNDS; i++) {
            ObjectNode answer =
                    JSON.createObjectNode().put("id", "bear/x" + i).put("sha", i % 3 == 0 ? evil() : "main");
            ArrayNode siblings = answer.putArray("siblings");
            for (int n = 0; n < 4; n++) {
                ObjectNode file = siblings.addObject().put("rfilename", evil()).put("size", content.length);
                file.putObject("lfs").put("size", content.length).put("sha256", digest);
            }
            hub.fail(Scope.API, Fault.body(answer.toString()));
            String id = "bear/x" + i;
            attempt(() -> {
                HubRepository repository = registry.repository(id);
                assertThat(repository.sheet().text()).doesNotContain("\0", "\u202E", "\u0007");
                for (HubModel model : repository.files()) {
                    assertThat(model.toString()).hasSizeLessThanOrEqualTo(80);
                    attempt(() -> model.add().download());
                }
            });
        }
        assertThat(outside()).as("seed " + seed).isEqualTo(before);
    }

    @Test
    void aStrangeNameThatExistsIsInstalledUnderASafeOne() throws IOException {
        List<String> strange =
                List.of("dir/CON.gguf", "dir/ä ö.Q8_0.gguf", "dir/-rf.gguf", "dir/.hidden.gguf", "dir/x y/z?#.gguf");
        for (int i = 0; i < strange.size(); i++) {
            byte[] own = content.clone();
            own[own.length - 6 - i] ^= 1;
            hub.repository("bear/strange" + i).large(strange.get(i), own);
            Model model =
                    registry.repository("bear/strange" + i).files().get(0).add().download();
            assertThat(model.file()).hasBinaryContent(own).matches(file -> file.startsWith(home.models()));
            ModelFile.requireSafe(model.file().getFileName().toString());
        }
    }

    @Test
    void namesThatDifferOnlyInCaseDoNotMeet() throws IOException {
        byte[] other = content.clone();
        other[other.length - 9] ^= 1;
        byte[] third = content.clone();
        third[third.length - 13] ^= 1;
        hub.repository("Bear/Tale-GGUF").large("tale.Q8_0.gguf", content).large("sub/TALE.q8_0.gguf", other);
        hub.repository("bear/tale-GGUF").large("tale.Q8_0.gguf", third);
        Model one = registry.repository("Bear/Tale-GGUF")
                .file("tale.Q8_0.gguf")
                .add()
                .download();
        Model two = registry.repository("Bear/Tale-GGUF")
                .file("sub/TALE.q8_0.gguf")
                .add()
                .download();
        Model three = registry.repository("bear/tale-GGUF").files().get(0).add().download();
        assertThat(List.of(one, two, three))
                .extracting(model -> model.file().toString().toLowerCase(java.util.Locale.ROOT))
                .doesNotHaveDuplicates();
        assertThat(one.file()).hasBinaryContent(content);
        assertThat(two.file()).hasBinaryContent(other);
        assertThat(three.file()).hasBinaryContent(third);
    }

    @Test
    void namesOfACatalogLeadNowhere() throws IOException {
        TreeMap<String, String> before = outside();
        hub.repository("bear/x").large("x.gguf", content);
        for (int i = 0; i < ROUNDS; i++) {
            ObjectNode entry = JSON.createObjectNode();
            entry.put("id", i % 3 == 0 ? evil() + "/" + evil() : "bear/x")
                    .put("description", evil())
                    .put("parameters", 1)
                    .put("quantization", i % 5 == 0 ? evil() : "Q8_0")
                    .put("contextTokens", 1);
            entry.putObject("chat").put("kind", "base");
            entry.putObject("license").put("id", "x").put("url", evil());
            ObjectNode file = entry.putObject("file");
            file.put("name", i % 2 == 0 ? evil() : "x.gguf").put("origin", "hf:bear/x@main/x.gguf");
            if (i % 2 == 1) {
                file.putArray("otherParts").addObject().put("name", evil()).put("origin", "hf:bear/x@main/x.gguf");
            }
            ObjectNode catalog = JSON.createObjectNode().put("version", 1);
            catalog.putArray("models").add(entry);
            Files.writeString(home.ownCatalog(), catalog.toString());
            attempt(() -> registry.models().list().stream()
                    .filter(model -> model.id().provider().equals("bear"))
                    .forEach(Model::download));
        }
        assertThat(outside()).as("seed " + seed).isEqualTo(before);
    }

    @Test
    void namesOfAManifestLeadNowhere() throws IOException {
        Path tiny = Files.write(folder.resolve("whole.gguf"), content);
        List<byte[]> parts = GgufSplitter.split(tiny, 2);
        hub.repository("bear/split")
                .large(GgufSplitter.name("x", 0, 2), parts.get(0))
                .large(GgufSplitter.name("x", 1, 2), parts.get(1));
        TreeMap<String, String> before = outside();
        for (int i = 0; i < ROUNDS / 5; i++) {
            Model model = registry.repository("bear/split").files().get(0).add().download();
            Path manifest = Manifest.beside(model.file());
            ObjectNode json = (ObjectNode) JSON.readTree(Files.readAllBytes(manifest));
            ((ObjectNode) json.withArray("otherParts").get(0)).put("file", evil());
            json.put("file", evil());
            Files.write(manifest, JSON.writeValueAsBytes(json));
            attempt(() -> registry.models().sheet());
            attempt(() -> registry.disk().items());
            attempt(() -> model.removal().confirm());
            attempt(() -> registry.trash().restore("x"));
            attempt(() -> registry.disk().prune().confirm());
            Folders.delete(home.models());
        }
        assertThat(outside()).as("seed " + seed).isEqualTo(before);
    }

    @Test
    void aLinkOutOfTheHomeIsNotFollowed() throws IOException {
        hub.repository("bear/x").large("x.gguf", content);
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Files.createDirectories(home.models());
        Files.createSymbolicLink(home.models().resolve("bear"), elsewhere);
        TreeMap<String, String> before = outside();
        Model model = registry.repository("bear/x").files().get(0).add();
        assertThatThrownBy(model::download)
                .isInstanceOf(BearException.class)
                .hasMessageContaining("leads out of the library");
        assertThat(outside()).isEqualTo(before);
    }

    @Test
    void markupInDescriptionsIsText() throws IOException {
        String markup = "<img src=x onerror=alert(1)><b>bold</b>";
        hub.repository("bear/x").license(markup).large("x.gguf", content);
        String html = Tables.html(registry.repository("bear/x").sheet());
        assertThat(html).doesNotContain("<img", "<b>").contains("&lt;img");
        Model model = registry.repository("bear/x").files().get(0).add();
        assertThat(Tables.html(model.sheet())).doesNotContain("<img");
    }
}
