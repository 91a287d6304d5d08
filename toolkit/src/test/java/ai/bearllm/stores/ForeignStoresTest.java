package ai.bearllm.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.gguf.GgufBuilder;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each store is read as its program lays it out, and none can lead the reader astray. */
@Timeout(60)
class ForeignStoresTest {
    private static final byte[] GGUF = GgufBuilder.model().bytes();

    @TempDir
    Path folder;

    private StoreLayouts user;

    @BeforeEach
    void layOut() throws IOException {
        user = new StoreLayouts(Files.createDirectories(folder.resolve("user")).toRealPath());
    }

    private FoundFiles find(Map<String, String> environment) {
        return ForeignStores.usual(environment, user.home(), folder.resolve("models"))
                .find(Cancellation.create());
    }

    private FoundFiles find() {
        return find(Map.of());
    }

    @Test
    void findsNothingOnABareMachine() {
        assertThat(find().files()).isEmpty();
        assertThat(find().notes()).isEmpty();
    }

    @Test
    void readsTheHubsCache() throws IOException {
        Path blob = user.huggingFace("bear/Tiny-GGUF", "main", "q/tiny.Q8_0.gguf", GGUF);
        user.huggingFace("bear/Other", "main", "README.md", "hello".getBytes(StandardCharsets.US_ASCII));
        ForeignFile file = find().files().get(0);
        assertThat(find().files()).hasSize(1);
        assertThat(file.file()).isEqualTo(blob);
        assertThat(file.name()).isEqualTo("bear/Tiny-GGUF/q/tiny.Q8_0.gguf");
        assertThat(file.claimed().orElseThrow().hex()).isEqualTo(StoreLayouts.sha256(GGUF));
        assertThat(file.origin().orElseThrow().revision()).isEqualTo(StoreLayouts.COMMIT);
        assertThat(file.size().bytes()).isEqualTo(GGUF.length);
    }

    @Test
    void looksWhereEachVariablePoints() throws IOException {
        Path elsewhere = folder.resolve("elsewhere");
        StoreLayouts.write(elsewhere.resolve("flat.gguf"), GGUF);
        assertThat(find(Map.of("LLAMA_CACHE", elsewhere.toString())).files()).hasSize(1);
        Path hub = elsewhere.resolve("hub/models--a--b/snapshots").resolve(StoreLayouts.COMMIT);
        StoreLayouts.write(hub.resolve("x.gguf"), GGUF);
        for (String variable : List.of("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "LLAMA_CACHE")) {
            assertThat(find(Map.of(variable, elsewhere.resolve("hub").toString()))
                            .files())
                    .as(variable)
                    .hasSize(1);
        }
        assertThat(find(Map.of("HF_HOME", elsewhere.toString())).files()).hasSize(1);
        assertThat(find(Map.of("HF_HOME", "~/../elsewhere")).files()).hasSize(1);
        StoreLayouts other = new StoreLayouts(folder.resolve("other"));
        other.ollama("library", "little", "1b", GGUF);
        Path models = folder.resolve("other/.ollama/models");
        assertThat(find(Map.of("OLLAMA_MODELS", models.toString())).files())
                .extracting(ForeignFile::name)
                .containsExactly("little:1b");
    }

    @Test
    void readsOllamasManifests() throws IOException {
        Path blob = user.ollama("library", "little", "latest", GGUF);
        user.manifest("someone", "same", "q8", Files.readString(manifest("library", "little", "latest")));
        ForeignFile file = find().files().get(0);
        assertThat(find().files()).hasSize(1);
        assertThat(file.file()).isEqualTo(blob);
        assertThat(file.title()).contains("little");
        assertThat(file.provider()).isEmpty();
    }

    private Path manifest(String namespace, String model, String tag) {
        return user.ollama()
                .resolve("manifests/registry.ollama.ai")
                .resolve(namespace)
                .resolve(model)
                .resolve(tag);
    }

    @Test
    void readsWhatLlamaCppWroteBesideItsFiles() throws IOException {
        String sha = StoreLayouts.sha256(GGUF);
        user.llamaCpp("a_b_c.gguf", GGUF);
        user.llamaCpp(
                "a_b_c.gguf.json",
                ("{\"url\":\"https://huggingface.co/a/b/resolve/main/c.gguf\",\"etag\":\"\\\"" + sha
                                + "\\\"\",\"lastModified\":\"\"}")
                        .getBytes(StandardCharsets.US_ASCII));
        user.llamaCpp("d_e_f_g.gguf", GGUF);
        user.llamaCpp(
                "manifest=d=e=latest.json",
                ("{\"ggufFile\":{\"rfilename\":\"f/g.gguf\",\"lfs\":{\"sha256\":\"" + sha + "\"}}}")
                        .getBytes(StandardCharsets.US_ASCII));
        List<ForeignFile> files = find().files();
        assertThat(files).hasSize(2);
        assertThat(files)
                .extracting(file -> file.origin().orElseThrow().toString())
                .containsExactly("hf:a/b@main/c.gguf", "hf:d/e@main/f/g.gguf");
        assertThat(files).allMatch(file -> file.claimed().orElseThrow().hex().equals(sha));
    }

    @Test
    void takesPartsForOneModelAndSaysWhereSomeAreMissing() throws IOException {
        user.huggingFace("bear/Big-GGUF", "main", "big-00001-of-00002.gguf", GGUF);
        user.huggingFace(
                "bear/Big-GGUF",
                "main",
                "big-00002-of-00002.gguf",
                GgufBuilder.model().trailing((byte) 1).bytes());
        user.lmStudio("someone", "Half", "half-00002-of-00003.gguf", GGUF);
        List<ForeignFile> files = find().files();
        assertThat(files).hasSize(2);
        assertThat(files.get(0).files()).hasSize(2);
        assertThat(files.get(0).problem()).isEmpty();
        assertThat(files.get(0).size().bytes()).isEqualTo(2L * GGUF.length + 1);
        assertThat(files.get(0).files().get(0).getFileName()).hasToString("big-00001-of-00002.gguf");
        assertThat(files.get(1).problem().orElseThrow()).contains("of its 3 parts only 1");
    }

    @Test
    void refusesLinksThatLeadOutOfAStore() throws IOException {
        Path secret = StoreLayouts.write(folder.resolve("secret.gguf"), GGUF);
        Path snapshot = user.hub().resolve("models--a--b/snapshots").resolve(StoreLayouts.COMMIT);
        Files.createDirectories(snapshot);
        Files.createSymbolicLink(snapshot.resolve("x.gguf"), secret);
        Path studio = Files.createDirectories(user.home().resolve(".lmstudio/models/p/m"));
        Files.createSymbolicLink(studio.resolve("y.gguf"), secret);
        Files.createSymbolicLink(studio.resolve("gone.gguf"), folder.resolve("nothing"));
        FoundFiles found = find();
        assertThat(found.files()).hasSize(1);
        assertThat(found.files().get(0).problem().orElseThrow()).contains("leads out of");
        assertThat(found.notes()).anyMatch(note -> note.contains("is not there"));
        Files.delete(snapshot.resolve("x.gguf"));
        assertThat(find().files().get(0).problem().orElseThrow()).contains("leads out of");
    }

    @Test
    void followsNoLinkToAFolderSoThatNoCircleHoldsIt() throws IOException {
        Path studio = Files.createDirectories(user.home().resolve(".lmstudio/models/p"));
        Files.createSymbolicLink(studio.resolve("again"), studio.getParent());
        Files.createSymbolicLink(user.home().resolve("loop"), user.home().resolve("loop"));
        user.lmStudio("p", "m", "y.gguf", GGUF);
        FoundFiles found = find();
        assertThat(found.files()).hasSize(1);
        assertThat(found.notes()).anyMatch(note -> note.contains("link to a folder"));
        assertThat(ForeignStores.none()
                        .in(user.home().resolve("loop"))
                        .find(Cancellation.create())
                        .notes())
                .hasSize(1);
    }

    @Test
    void believesNoManifest() throws IOException {
        StoreLayouts.write(user.ollama().resolve("blobs/sha256-" + "0".repeat(64)), GGUF);
        String layer =
                "{\"layers\":[{\"mediaType\":\"application/vnd.ollama.image.model\",\"digest\":%s,\"size\":%s}]}";
        List<String> hostile = List.of(
                "",
                "{",
                "[]",
                "null",
                "{\"layers\":7}",
                "{\"layers\":[7,null,{}]}",
                "[".repeat(100_000),
                "x".repeat((1 << 20) + 1),
                layer.formatted("\"sha256:../../../../etc/passwd\"", 1),
                layer.formatted("\"sha256:" + "a".repeat(64) + "\"", 1),
                layer.formatted("{}", "{}"),
                layer.formatted("\"sha256:" + "0".repeat(64) + "\"", "1e999999999"));
        for (int i = 0; i < hostile.size(); i++) {
            user.manifest("library", "bad" + i, "latest", hostile.get(i));
        }
        FoundFiles found = find();
        assertThat(found.notes()).hasSizeGreaterThanOrEqualTo(9);
        assertThat(found.files()).allMatch(file -> file.file().startsWith(user.ollama()));
        user.manifest(
                "library", "short", "latest", layer.formatted("\"sha256:" + "0".repeat(64) + "\"", GGUF.length + 1));
        for (int i = 0; i < hostile.size(); i++) {
            Files.delete(manifest("library", "bad" + i, "latest"));
        }
        assertThat(find().files().get(0).problem().orElseThrow()).contains("but its store says");
    }

    @Test
    void looksAtManyEntriesAndEndsInTime() throws IOException {
        Path many = Files.createDirectories(folder.resolve("many"));
        for (int i = 0; i < 3_000; i++) {
            Files.createFile(many.resolve("empty-" + i + ".gguf"));
        }
        assertThat(ForeignStores.none().in(many).find(Cancellation.create()).files())
                .isEmpty();
        Cancellation cancelled = Cancellation.create();
        cancelled.cancel();
        assertThatThrownBy(() -> ForeignStores.none().in(many).find(cancelled))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void endsWhereAFolderHasTooManyEntries() {
        Finds finds = new Finds(Cancellation.create());
        int looked = 0;
        while (finds.mayLook()) {
            looked++;
        }
        assertThat(looked).isEqualTo(Finds.MOST_ENTRIES);
        assertThat(finds.all().notes()).singleElement().asString().contains("The search ended after");
    }

    @Test
    void staysOnItsFeetWhateverTheFilesSay() throws IOException {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        String[] pieces = {
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"layers\"",
            "\"mediaType\"",
            "\"digest\"",
            "\"size\"",
            "-1",
            "1e400",
            "\"application/vnd.ollama.image.model\"",
            "\"sha256:" + "0".repeat(64) + "\"",
            "\"..\"",
            "null",
            "\u0000"
        };
        for (int i = 0; i < 60; i++) {
            StringBuilder text = new StringBuilder();
            for (int k = random.nextInt(30); k > 0; k--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            user.manifest("library", "random", "latest", text.toString());
            user.llamaCpp("manifest=a=b=c.json", text.toString().getBytes(StandardCharsets.UTF_8));
            assertThat(find().files()).as(text.toString()).isEmpty();
        }
    }
}
