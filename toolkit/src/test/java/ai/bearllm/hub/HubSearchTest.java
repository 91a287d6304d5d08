package ai.bearllm.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.bearllm.hub.NetworkException.Reason;
import ai.bearllm.hub.testhub.Fault;
import ai.bearllm.hub.testhub.Scope;
import ai.bearllm.hub.testhub.TestHub;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubSearchTest {
    private static final byte[] ONE = {1};

    private TestHub server;
    private Hub hub;

    @BeforeEach
    void start() throws IOException {
        server = TestHub.start();
        hub = Hub.of(
                Http.of(HttpSettings.of("bear-test/1", Map.of()).stallTimeout(Duration.ofSeconds(20))),
                server.environment());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RepoList search(HubQuery query, int limit) {
        return hub.search(query, limit, Cancellation.create());
    }

    private List<String> ids(HubQuery query) {
        return search(query, 20).repositories().stream().map(RepoInfo::id).toList();
    }

    @Nested
    class Filters {
        @BeforeEach
        void fill() throws IOException {
            server.repository("ann/Tale-GGUF")
                    .license("mit")
                    .downloads(5)
                    .likes(1)
                    .updated("2024-01-01T00:00:00.000Z")
                    .large("a.gguf", ONE);
            server.repository("ben/tale-2-GGUF")
                    .license("apache-2.0")
                    .downloads(4)
                    .likes(9)
                    .updated("2026-01-01T00:00:00.000Z")
                    .tag("en")
                    .large("b.gguf", ONE);
            server.repository("ann/tale-gated")
                    .license("mit")
                    .gated("auto", "hf_x")
                    .downloads(3)
                    .likes(5)
                    .updated("2025-01-01T00:00:00.000Z")
                    .large("c.gguf", ONE);
        }

        @Test
        void narrowByOwnerTagLicenseAndGate() {
            assertThat(ids(HubQuery.of("TALE"))).containsExactly("ann/Tale-GGUF", "ben/tale-2-GGUF", "ann/tale-gated");
            assertThat(ids(HubQuery.of("tale").author("ann"))).containsExactly("ann/Tale-GGUF", "ann/tale-gated");
            assertThat(ids(HubQuery.of("tale").tag("license:mit").gated(false))).containsExactly("ann/Tale-GGUF");
            assertThat(ids(HubQuery.of("tale").gated(true))).containsExactly("ann/tale-gated");
            assertThat(ids(HubQuery.of("tale").tag("en"))).containsExactly("ben/tale-2-GGUF");
            assertThat(ids(HubQuery.of("tale").tag("no-such"))).isEmpty();
        }

        @Test
        void orderByWhatIsAsked() {
            assertThat(ids(HubQuery.of("tale").order(HubQuery.Order.LIKES)))
                    .containsExactly("ben/tale-2-GGUF", "ann/tale-gated", "ann/Tale-GGUF");
            assertThat(ids(HubQuery.of("tale").order(HubQuery.Order.UPDATED)))
                    .containsExactly("ben/tale-2-GGUF", "ann/tale-gated", "ann/Tale-GGUF");
        }

        @Test
        void holdAlsoWhereAMirrorDoesNotKnowThem() {
            server.fail(
                    Scope.API,
                    Fault.body("[{\"id\":\"x/y\",\"tags\":[\"gguf\"]},{\"id\":\"ann/z\",\"tags\":[\"gguf\"]}]"));
            assertThat(ids(HubQuery.of("").author("ann"))).containsExactly("ann/z");
        }

        @Test
        void travelEncoded() {
            ids(HubQuery.of("a & b=c#?").author("ä/b&x=1").tag("t&limit=9"));
            assertThat(server.requests()).hasSize(1);
            assertThat(server.requests().get(0).parameter("search")).contains("a & b=c#?");
            assertThat(server.requests().get(0).parameter("author")).contains("ä/b&x=1");
            assertThat(server.requests().get(0).parameters("limit")).containsExactly("20");
        }
    }

    @Nested
    class Pages {
        @BeforeEach
        void fill() throws IOException {
            for (int i = 0; i < 250; i++) {
                server.repository("many/repo-" + i).downloads(1000 - i).large("m.gguf", ONE);
            }
        }

        @Test
        void areReadUntilThereAreEnough() {
            RepoList found = search(HubQuery.of("repo"), 230);
            assertThat(found.repositories())
                    .extracting(RepoInfo::id)
                    .containsExactlyElementsOf(IntStream.range(0, 230)
                            .mapToObj(i -> "many/repo-" + i)
                            .toList());
            assertThat(found.more()).isTrue();
            assertThat(server.requests()).hasSize(3);
        }

        @Test
        void endWithTheLast() {
            RepoList found = search(HubQuery.of("repo"), 1000);
            assertThat(found.repositories()).hasSize(250);
            assertThat(found.more()).isFalse();
        }

        @Test
        void thatGoRoundInCirclesEndInAClearError() {
            String page = "[{\"id\":\"a/b\",\"tags\":[\"gguf\"]}]";
            server.fail(
                    Scope.API,
                    Fault.body(page).with("Link", "<" + server.endpoint() + "/api/models?cursor=x>; rel=\"next\""));
            assertThatThrownBy(() -> search(HubQuery.of("x"), 10))
                    .isInstanceOf(NetworkException.class)
                    .hasMessageContaining("no end of pages");
            assertThat(server.requests()).hasSize(2);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "<http://elsewhere.example/steal>; rel=\"next\"",
                    "<file:///etc/passwd>; rel=\"next\"",
                    "<http://elsewhere.example/api/models/../../x?a=b>; rel=\"next\"",
                    "<>; rel=next",
                    "nonsense",
                    "</api/models?cursor=1>; rel=\"prev\""
                })
        void leadNowhereElse(String link) {
            server.fail(Scope.API, Fault.body("[]").with("Link", link));
            assertThat(search(HubQuery.of("x"), 10).more()).isFalse();
            assertThat(server.requests()).hasSize(1);
        }

        @Test
        void ofAMirrorThatNamesTheOriginalStayAtTheMirror() {
            server.failNext(
                    Scope.API,
                    Fault.body("[]")
                            .with(
                                    "Link",
                                    "<https://huggingface.co/api/models?search=repo&full=true&filter=gguf>; rel=\"next\""));
            assertThat(search(HubQuery.of("repo"), 5).repositories()).hasSize(5);
            assertThat(server.requests()).hasSize(2);
        }

        @Test
        void ofFilesAreReadToTheEndWithTheirDigests() throws IOException {
            server.filesAtOnce(7);
            for (int i = 0; i < 40; i++) {
                server.repository("many/files").large(String.format("dir/%02d.gguf", i), new byte[] {(byte) i});
            }
            server.repository("many/files").small("README.md", "# Files");
            List<RepoFile> files = hub.files("many/files", "main", Cancellation.create());
            assertThat(files).hasSize(41);
            assertThat(files.get(1).path()).isEqualTo("dir/00.gguf");
            assertThat(files.get(1).sha256())
                    .contains(Sha256.of(Sha256.newDigest().digest(new byte[] {0})));
            assertThat(files.get(1).sizeBytes()).hasValue(1);
            assertThat(files.get(0).sha256()).isEmpty();
            assertThat(server.requests()).hasSize(6);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'[{\"id\":\"../../etc\"}]', $[0].id",
        "'[{\"id\":\"a/b\"},{\"id\":\"a/../b\"}]', $[1].id",
        "'[{\"id\":\"C:/con\"}]', $[0].id",
        "'[{\"id\":7}]', $[0].id",
        "'[7]', $[0] is no object",
        "'{}', $ is no list",
        "'[{', no JSON",
        "'<html>Sign in</html>', no JSON"
    })
    void answersThatAreNoneOfTheHubsAreRefusedWithTheirPlace(String body, String place) {
        server.fail(Scope.API, Fault.body(body));
        NetworkException failure = catchThrowableOfType(NetworkException.class, () -> search(HubQuery.of("x"), 10));
        assertThat(failure.reason()).isEqualTo(Reason.INVALID);
        assertThat(failure.problem()).contains(place);
    }

    @Test
    void aNameOfFiveThousandCharactersIsRefused() {
        server.fail(Scope.API, Fault.body("[{\"id\":\"a/" + "b".repeat(5000) + "\"}]"));
        assertThatThrownBy(() -> search(HubQuery.of("x"), 10))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("$[0].id");
    }

    @Test
    void aLoginPageIsToldFromAnAnswer() {
        server.fail(Scope.API, Fault.body("[]").with("Content-Type", "text/html; charset=utf-8"));
        assertThatThrownBy(() -> search(HubQuery.of("x"), 10))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("text/html")
                .hasMessageContaining("JSON was expected");
    }

    @Test
    void aMillionEmptyThingsAreRefusedBeforeTheyFillTheMemory() {
        server.fail(Scope.API, Fault.body("[" + "{},".repeat(1_500_000) + "{}]"));
        assertThatThrownBy(() -> search(HubQuery.of("x"), 10))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("parts");
    }

    @Test
    void anEndlessAnswerIsRefused() {
        server.fail(Scope.API, Fault.endless(200));
        assertThatThrownBy(() -> search(HubQuery.of("x"), 10))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("16.8 MB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "\0"})
    void controlCharactersAreNoWords(String words) {
        assertThatThrownBy(() -> HubQuery.of("x" + words + "y")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HubQuery.of("x".repeat(201))).isInstanceOf(IllegalArgumentException.class);
    }
}
