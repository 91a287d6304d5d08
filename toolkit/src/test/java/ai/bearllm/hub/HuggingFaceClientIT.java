package ai.bearllm.hub;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.hub.testhub.TestHub;
import ai.bearllm.hub.testhub.TestRepository;
import ai.bearllm.lab.Lab;
import ai.bearllm.model.Origin;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hub of the tests is believed because the hub's own client works with it, and sees in it what our client sees. */
class HuggingFaceClientIT {
    private static final String REPOSITORY = "bear/Tiny-GGUF";
    private static final String TOKEN = "hf_onlyForTheHub";

    @TempDir
    Path folder;

    @Test
    void bothClientsSeeTheSame() throws Exception {
        byte[] weights = "these stand for weights".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
        try (TestHub server = TestHub.start()) {
            TestRepository tiny = server.repository(REPOSITORY)
                    .license("apache-2.0")
                    .downloads(10)
                    .large("tiny.gguf", weights)
                    .small("README.md", "# Tiny");
            server.repository("other/Tiny-2").downloads(99).large("a.gguf", new byte[1]);
            server.repository("bear/Gated").gated("auto", TOKEN).large("tiny.gguf", weights);
            for (int i = 0; i < 70; i++) {
                server.repository("others/page-" + i).downloads(1000 - i).large("a.gguf", new byte[1]);
                server.repository("bear/Many").likes(50).large("part-" + i + ".gguf", new byte[] {(byte) i});
            }
            server.filesAtOnce(30);

            JsonNode theirs = theirs(server);

            Hub hub = Hub.of(Http.of(HttpSettings.of("bear-test/1", Map.of())), server.environment());
            RepoInfo ours = hub.model(REPOSITORY);
            FileInfo file = hub.file(new Origin.HubFile(REPOSITORY, "main", "tiny.gguf"));
            assertThat(theirs.path("commit").asText())
                    .isEqualTo(tiny.commit())
                    .isEqualTo(ours.commit().orElseThrow());
            assertThat(theirs.path("snapshot").asText()).isEqualTo(file.commit());
            assertThat(strings(theirs.path("tags"))).containsExactlyInAnyOrderElementsOf(ours.tags());
            assertThat(theirs.path("files")).hasSameSizeAs(ours.files());
            for (RepoFile mine : ours.files()) {
                JsonNode their = theirs.path("files").path(mine.path());
                assertThat(their.path("size").asLong())
                        .isEqualTo(mine.sizeBytes().orElseThrow());
                assertThat(Optional.ofNullable(their.path("sha256").textValue()))
                        .isEqualTo(mine.sha256().map(Sha256::hex));
            }
            assertThat(strings(theirs.path("tree"))).containsExactly("README.md", "tiny.gguf");
            assertThat(theirs.path("sha256").asText())
                    .isEqualTo(file.sha256().orElseThrow().hex());
            assertThat(theirs.path("readme").asText()).isEqualTo("# Tiny");
            assertThat(strings(theirs.path("found")))
                    .isEqualTo(hub.search("tiny", 5).stream().map(RepoInfo::id).toList());
            assertThat(strings(theirs.path("pages"))).hasSize(70).isEqualTo(found(hub, HubQuery.of("page-"), 1000));
            assertThat(strings(theirs.path("by author")))
                    .isEqualTo(found(
                            hub,
                            HubQuery.of("")
                                    .author("bear")
                                    .order(HubQuery.Order.LIKES)
                                    .withoutTag("gguf"),
                            100));
            assertThat(strings(theirs.path("only gated")))
                    .containsExactly("bear/Gated")
                    .isEqualTo(found(hub, HubQuery.of("bear").gated(true), 100));
            assertThat(strings(theirs.path("last updated")))
                    .isEqualTo(found(hub, HubQuery.of("tiny").order(HubQuery.Order.UPDATED), 2));
            List<RepoFile> listed = hub.files("bear/Many", "main", Cancellation.create());
            assertThat(theirs.path("listed")).hasSize(70).hasSameSizeAs(listed);
            for (RepoFile mine : listed) {
                JsonNode their = theirs.path("listed").path(mine.path());
                assertThat(their.path("size").asLong())
                        .isEqualTo(mine.sizeBytes().orElseThrow());
                assertThat(Optional.ofNullable(their.path("sha256").textValue()))
                        .isPresent()
                        .isEqualTo(mine.sha256().map(Sha256::hex));
            }
            assertThat(theirs.path("missing repository").asText()).isEqualTo("RepositoryNotFoundError");
            assertThat(theirs.path("missing revision").asText()).isEqualTo("RevisionNotFoundError");
            assertThat(theirs.path("missing file").asText()).endsWith("EntryNotFoundError");
            assertThat(theirs.path("gated").asText()).isEqualTo("GatedRepoError");
            assertThat(theirs.path("gated with token").asText()).isEqualTo("ok");
            assertThat(server.requests())
                    .filteredOn(request -> request.host().equals("localhost"))
                    .isNotEmpty()
                    .noneMatch(request -> request.header("authorization").isPresent());
        }
    }

    private static List<String> found(Hub hub, HubQuery query, int limit) {
        return hub.search(query, limit, Cancellation.create()).repositories().stream()
                .map(RepoInfo::id)
                .toList();
    }

    private JsonNode theirs(TestHub server) throws IOException, InterruptedException {
        Path script = folder.resolve("client.py");
        try (InputStream in = HuggingFaceClientIT.class.getResourceAsStream("client.py")) {
            Files.copy(in, script);
        }
        ProcessBuilder builder = new ProcessBuilder(
                Lab.python().toString(),
                script.toString(),
                folder.resolve("cache").toString(),
                REPOSITORY,
                "tiny.gguf",
                "README.md",
                "bear/Gated",
                TOKEN);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("HF_"));
        environment.putAll(server.environment());
        environment.put("HF_HOME", folder.resolve("hf").toString());
        environment.put("HF_HUB_DISABLE_TELEMETRY", "1");
        environment.put("NO_PROXY", "127.0.0.1,localhost");
        Path errors = folder.resolve("errors.txt");
        Process process = builder.redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
        String[] lines = output.strip().split("\\R");
        return new ObjectMapper().readTree(lines[lines.length - 1]);
    }

    private static List<String> strings(JsonNode node) {
        List<String> texts = new ArrayList<>();
        node.forEach(element -> texts.add(element.asText()));
        return texts;
    }
}
