package ai.bearllm.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.hub.NetworkException.Reason;
import ai.bearllm.hub.testhub.Fault;
import ai.bearllm.hub.testhub.Scope;
import ai.bearllm.hub.testhub.TestHub;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the hub said is asked for again only where it changed, and is there when the hub is not. */
class AnswerCacheTest {
    private static final Instant NOW = Instant.parse("2026-05-06T07:08:09Z");

    @TempDir
    Path folder;

    private final AtomicBoolean offline = new AtomicBoolean();
    private TestHub server;
    private Hub hub;

    @BeforeEach
    void start() throws IOException {
        server = TestHub.start();
        server.repository("bear/Tiny-GGUF").large("tiny.gguf", new byte[] {1});
        hub = at(NOW, Optional.empty());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Hub at(Instant now, Optional<String> token) {
        Http http = Http.of(HttpSettings.of("bear-test/1", Map.of())
                .stallTimeout(Duration.ofSeconds(20))
                .offline(offline::get));
        return new Hub(http, server.endpoint(), () -> token.map(AccessToken::of))
                .remembering(folder.resolve("answers"), Clock.fixed(now, ZoneOffset.UTC));
    }

    private static RepoList search(Hub hub) {
        return hub.search(HubQuery.of("tiny"), 10, Cancellation.create());
    }

    @Test
    void whatDidNotChangeIsNotSentAgain() throws IOException {
        RepoInfo first = hub.model("bear/Tiny-GGUF");
        RepoInfo second = hub.model("bear/Tiny-GGUF");
        assertThat(second).isEqualTo(first);
        assertThat(second.asOf()).isEmpty();
        assertThat(server.requests().get(1).header("if-none-match")).isPresent();
        server.repository("bear/Tiny-GGUF").large("more.gguf", new byte[] {2});
        assertThat(hub.model("bear/Tiny-GGUF").ggufFiles()).hasSize(2);
    }

    @Test
    void offlineItIsGivenAsOfWhenItCame() {
        RepoInfo online = hub.model("bear/Tiny-GGUF");
        search(hub);
        offline.set(true);
        Hub later = at(NOW.plusSeconds(86_400), Optional.empty());
        RepoInfo info = later.model("bear/Tiny-GGUF");
        assertThat(info.asOf()).contains(NOW);
        assertThat(info.files()).isEqualTo(online.files());
        assertThat(info.sheet().text()).contains("As of", "cannot be reached now");
        assertThat(search(later).asOf()).contains(NOW);
        assertThat(search(later).repositories()).hasSize(1);
        assertThatThrownBy(() -> later.model("bear/other"))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("forbids the network");
    }

    @Test
    void theTimeIsThatOfTheLastAnswerAlsoWhereItDidNotChange() {
        hub.model("bear/Tiny-GGUF");
        at(NOW.plusSeconds(60), Optional.empty()).model("bear/Tiny-GGUF");
        offline.set(true);
        assertThat(hub.model("bear/Tiny-GGUF").asOf()).contains(NOW.plusSeconds(60));
    }

    @Test
    void aHubThatIsGoneIsAsGoodAsOffline() {
        hub.model("bear/Tiny-GGUF");
        server.close();
        assertThat(hub.model("bear/Tiny-GGUF").asOf()).contains(NOW);
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 429, 500})
    void whatTheHubSaysNowCountsMoreThanWhatItSaid(int status) {
        hub.model("bear/Tiny-GGUF");
        server.fail(Scope.API, Fault.status(status));
        assertThatThrownBy(() -> hub.model("bear/Tiny-GGUF")).isInstanceOf(NetworkException.class);
    }

    @Test
    void whatOneAccountMaySeeIsNotShownToAnother() throws IOException {
        server.repository("bear/Private").privateTo("hf_right").large("p.gguf", new byte[] {1});
        assertThat(at(NOW, Optional.of("hf_right")).model("bear/Private").isPrivate())
                .isTrue();
        offline.set(true);
        assertThatThrownBy(() -> hub.model("bear/Private"))
                .isInstanceOfSatisfying(
                        NetworkException.class, e -> assertThat(e.reason()).isEqualTo(Reason.OFFLINE));
        assertThat(at(NOW, Optional.of("hf_right")).model("bear/Private").asOf())
                .isPresent();
        assertThat(everythingKept()).noneMatch(text -> text.contains("hf_right"));
    }

    private List<String> everythingKept() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("answers"))) {
            return files.map(AnswerCacheTest::text).toList();
        }
    }

    private static String text(Path file) {
        try {
            return file + Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void damagedFilesAreAskedForAgain() throws IOException {
        hub.model("bear/Tiny-GGUF");
        Path kept = onlyFile();
        byte[] bytes = Files.readAllBytes(kept);
        for (byte[] damaged : List.of(
                new byte[0],
                "{}".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                java.util.Arrays.copyOf(bytes, bytes.length - 1),
                java.util.Arrays.copyOf(bytes, 20))) {
            Files.write(kept, damaged);
            assertThat(hub.model("bear/Tiny-GGUF").asOf()).isEmpty();
            assertThat(Files.readAllBytes(kept)).isEqualTo(bytes);
        }
    }

    @Test
    void aLinkInTheFolderIsNeitherReadNorWrittenThrough() throws IOException {
        hub.model("bear/Tiny-GGUF");
        Path kept = onlyFile();
        Path outside = Files.move(kept, folder.resolve("outside"));
        byte[] before = Files.readAllBytes(outside);
        Files.createSymbolicLink(kept, outside);
        offline.set(true);
        assertThatThrownBy(() -> hub.model("bear/Tiny-GGUF")).isInstanceOf(NetworkException.class);
        offline.set(false);
        server.repository("bear/Tiny-GGUF").small("README.md", "new");
        hub.model("bear/Tiny-GGUF");
        assertThat(outside).hasBinaryContent(before);
        assertThat(kept).isRegularFile().matches(file -> !Files.isSymbolicLink(file));
    }

    @Test
    void theFolderStaysSmall() throws IOException {
        AnswerCache cache = new AnswerCache(folder.resolve("answers"), Clock.systemUTC());
        for (int i = 0; i < 450; i++) {
            cache.keep("question " + i, Optional.empty(), Optional.empty(), new byte[] {1});
        }
        assertThat(everythingKept()).hasSizeLessThanOrEqualTo(400);
        assertThat(cache.find("question 449")).isPresent();
        byte[] large = new byte[20 << 20];
        for (int i = 0; i < 4; i++) {
            cache.keep("large " + i, Optional.empty(), Optional.empty(), large);
        }
        try (Stream<Path> files = Files.list(folder.resolve("answers"))) {
            assertThat(files.mapToLong(file -> file.toFile().length()).sum()).isLessThan(50L << 20);
        }
    }

    @Test
    void aFolderThatCannotBeWrittenOnlyMakesItSlower() throws IOException {
        Files.writeString(folder.resolve("answers"), "a file where the folder should be");
        assertThat(hub.model("bear/Tiny-GGUF").files()).hasSize(1);
        assertThat(hub.model("bear/Tiny-GGUF").files()).hasSize(1);
    }

    private Path onlyFile() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("answers"))) {
            return files.findFirst().orElseThrow();
        }
    }
}
