package ai.bearllm.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.bearllm.hub.NetworkException.Reason;
import ai.bearllm.hub.testhub.Fault;
import ai.bearllm.hub.testhub.Scope;
import ai.bearllm.hub.testhub.TestHub;
import ai.bearllm.hub.testhub.TestRepository;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Origin;
import ai.bearllm.model.Sha256;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HubTest {
    private static final byte[] WEIGHTS =
            "these stand for weights".repeat(1000).getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private TestHub server;
    private TestRepository tiny;
    private Hub hub;

    @BeforeEach
    void start() throws IOException {
        server = TestHub.start();
        tiny = server.repository("bear/Tiny-GGUF")
                .license("apache-2.0")
                .downloads(10)
                .large("tiny.Q4_0.gguf", WEIGHTS)
                .small("README.md", "# Tiny");
        hub = Hub.of(http(), server.environment());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Http http() {
        return Http.of(HttpSettings.of("bear-test/1", Map.of()).stallTimeout(Duration.ofSeconds(20)));
    }

    private Hub withToken(String token) {
        return new Hub(http(), server.endpoint(), () -> Optional.of(AccessToken.of(token)));
    }

    private static Origin.HubFile file(String revision, String path) {
        return new Origin.HubFile("bear/Tiny-GGUF", revision, path);
    }

    private static NetworkException failure(Callable<?> question) {
        return catchThrowableOfType(NetworkException.class, question::call);
    }

    @Test
    void tellsWhatALargeFileIsWithoutItsBytes() throws Exception {
        FileInfo info = hub.file(file("main", "tiny.Q4_0.gguf"));
        assertThat(info.commit()).isEqualTo(tiny.commit());
        assertThat(info.sizeBytes()).hasValue(WEIGHTS.length);
        assertThat(info.sha256()).contains(Sha256.of(Sha256.newDigest().digest(WEIGHTS)));
        assertThat(info.location().orElseThrow().getHost()).isEqualTo("localhost");
        assertThat(info.toString()).contains("23.0 kB").doesNotContain("Signature");
        assertThat(server.requests()).hasSize(1);
        assertThat(server.requests().get(0).method()).isEqualTo("HEAD");
    }

    @Test
    void aSmallFileHasAnEtagAndNoDigest() {
        FileInfo info = hub.file(file(tiny.commit(), "README.md"));
        assertThat(info.etag().orElseThrow()).hasSize(40);
        assertThat(info.sha256()).isEmpty();
        assertThat(info.sizeBytes()).hasValue(6);
        assertThat(info.location()).isEmpty();
    }

    @Test
    void followsARenamedRepositoryWithinTheHubAndKeepsTheToken() {
        server.renamed("bear/Old", "bear/Tiny-GGUF");
        FileInfo info = withToken("hf_x").file(new Origin.HubFile("bear/Old", "main", "tiny.Q4_0.gguf"));
        assertThat(info.sha256()).isPresent();
        assertThat(server.requests())
                .hasSize(2)
                .allMatch(request -> request.header("authorization").isPresent());
        assertThat(hub.model("bear/Old").id()).isEqualTo("bear/Tiny-GGUF");
    }

    @Test
    void describesARepository() {
        RepoInfo info = hub.model("bear/Tiny-GGUF");
        assertThat(info.commit()).contains(tiny.commit());
        assertThat(info.license()).contains("apache-2.0");
        assertThat(info.gated()).isEqualTo(RepoInfo.Gated.NO);
        assertThat(info.downloads()).hasValue(10);
        assertThat(info.lastModified()).contains(Instant.parse("2024-02-03T04:05:06Z"));
        assertThat(info.files()).extracting(RepoFile::path).containsExactly("README.md", "tiny.Q4_0.gguf");
        RepoFile weights = info.ggufFiles().get(0);
        assertThat(weights.sizeBytes()).hasValue(WEIGHTS.length);
        assertThat(weights.sha256()).contains(Sha256.of(Sha256.newDigest().digest(WEIGHTS)));
        assertThat(info.origin(weights).revision()).isEqualTo(tiny.commit());
        assertThat(info.sheet().text()).contains("tiny.Q4_0.gguf", "apache-2.0");
        assertThat(info.toString()).isEqualTo("bear/Tiny-GGUF, 1 GGUF, apache-2.0");
    }

    @Test
    void findsRepositoriesMostDownloadedFirst() throws IOException {
        server.repository("other/Tiny-2-GGUF").downloads(99).large("a.gguf", new byte[1]);
        server.repository("other/unrelated").large("a.gguf", new byte[1]);
        assertThat(hub.search("tiny", 10))
                .extracting(RepoInfo::id)
                .containsExactly("other/Tiny-2-GGUF", "bear/Tiny-GGUF");
        assertThat(hub.search("tiny", 1)).hasSize(1);
        assertThat(hub.search("a & b=c", 5)).isEmpty();
        assertThat(server.requests().get(2).parameter("search")).contains("a & b=c");
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertThat(failure(() -> hub.model("bear/none")))
                .matches(e -> e.reason() == Reason.NOT_FOUND)
                .hasMessageContaining("no repository bear/none")
                .hasMessageContaining("HF_TOKEN");
        assertThat(failure(() -> hub.file(file("nobranch", "tiny.Q4_0.gguf"))))
                .matches(e -> e.reason() == Reason.NOT_FOUND)
                .hasMessageContaining("revision");
        assertThat(failure(() -> hub.file(file("main", "none.gguf"))))
                .matches(e -> e.reason() == Reason.NOT_FOUND)
                .hasMessageContaining("none.gguf");
    }

    @Test
    void gatedRepositoriesAskForTermsAndThenOpen() throws IOException {
        server.repository("bear/Gated").gated("manual", "hf_right").large("g.gguf", WEIGHTS);
        Origin.HubFile file = new Origin.HubFile("bear/Gated", "main", "g.gguf");
        assertThat(hub.model("bear/Gated").gated()).isEqualTo(RepoInfo.Gated.MANUAL);
        assertThat(failure(() -> hub.file(file)))
                .matches(e -> e.reason() == Reason.FORBIDDEN)
                .hasMessageContaining("gated")
                .hasMessageContaining("/bear/Gated")
                .hasMessageContaining("set HF_TOKEN");
        assertThat(failure(() -> withToken("hf_wrong").file(file)))
                .hasMessageContaining("gated")
                .hasMessageNotContaining("hf_wrong");
        assertThat(withToken("hf_right").file(file).sha256()).isPresent();
    }

    @Test
    void privateRepositoriesNeedTheRightToken() throws IOException {
        server.repository("bear/Private").privateTo("hf_right").large("p.gguf", WEIGHTS);
        assertThat(failure(() -> hub.model("bear/Private"))).hasMessageContaining("or it is private");
        assertThat(failure(() -> withToken("hf_wrong").model("bear/Private")))
                .hasMessageContaining("the token's account");
        assertThat(withToken("hf_right").model("bear/Private").isPrivate()).isTrue();
    }

    @Test
    void statusesWithoutACodeSayWhatToDo() {
        Map<Integer, Reason> expected = Map.of(
                401, Reason.UNAUTHORIZED,
                403, Reason.FORBIDDEN,
                404, Reason.NOT_FOUND,
                408, Reason.SERVER,
                418, Reason.REFUSED,
                429, Reason.RATE_LIMITED,
                500, Reason.SERVER,
                503, Reason.SERVER);
        expected.forEach((status, reason) -> {
            server.fail(Scope.API, Fault.status(status));
            NetworkException failure = failure(() -> hub.model("bear/Tiny-GGUF"));
            assertThat(failure.reason()).as("status " + status).isEqualTo(reason);
            assertThat(failure.fix()).isNotBlank().endsWith(".");
        });
    }

    @Test
    void aRateLimitSaysHowLongToWait() {
        server.fail(Scope.API, Fault.status(429).with("ratelimit", "\"api\";r=0;t=55"));
        NetworkException limited = failure(() -> hub.model("bear/Tiny-GGUF"));
        assertThat(limited.retryAfter()).contains(Duration.ofSeconds(56));
        assertThat(limited.fix()).contains("Wait 56 s").contains("HF_TOKEN");
        server.fail(Scope.API, Fault.status(503).with("Retry-After", "7"));
        assertThat(failure(() -> hub.search("x", 1)).retryAfter()).contains(Duration.ofSeconds(7));
    }

    @Test
    void answersThatAreNoneOfTheHubsAreRefusedWithTheirPlace() {
        Map<String, String> bodies = Map.of(
                "<html>Log in</html>", "no JSON",
                "[]", "$ is no object",
                "{}", "$.id is missing",
                "{\"id\":\"a/b\",\"siblings\":[{}]}", "$.siblings[0].rfilename",
                "{\"id\":\"a/b\",\"siblings\":7}", "$.siblings",
                "{\"id\":\"a/b\",\"siblings\":[{\"rfilename\":\"x\",\"lfs\":{\"sha256\":\"zz\"}}]}", "sha256",
                "", "$ is no object");
        bodies.forEach((body, place) -> {
            server.fail(Scope.API, Fault.body(body));
            NetworkException failure = failure(() -> hub.model("bear/Tiny-GGUF"));
            assertThat(failure.reason()).as(body).isEqualTo(Reason.INVALID);
            assertThat(failure.problem()).contains(place);
        });
    }

    @Test
    void anEndlessAnswerIsRefused() {
        server.fail(Scope.API, Fault.endless(200));
        assertThat(failure(() -> hub.search("x", 1)).reason()).isEqualTo(Reason.TOO_LARGE);
    }

    @Test
    void pathsThatLeaveTheRepositoryAreNotAskedFor() {
        for (String path : List.of("../x", "a/../../x", "./x", "/x", "x/", "a//b")) {
            assertThatThrownBy(() -> hub.file(file("main", path)))
                    .as(path)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (String id : List.of("a/b/c", "../x", "a b/c", "a/b?x=1", "")) {
            assertThatThrownBy(() -> hub.model(id)).as(id).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void oddNamesAreEncoded() throws IOException {
        tiny.large("dir/ä b#c?.gguf", WEIGHTS);
        assertThat(hub.file(file("main", "dir/ä b#c?.gguf")).sizeBytes()).hasValue(WEIGHTS.length);
        assertThat(hub.file(file("main", "dir/ä b#c?.gguf")).file().path()).isEqualTo("dir/ä b#c?.gguf");
    }

    @Test
    void theEndpointOfTheEnvironmentIsChecked() {
        for (String endpoint : List.of("file:///etc", "no address", "hub", "https://")) {
            assertThatThrownBy(() -> Hub.of(http(), Map.of("HF_ENDPOINT", endpoint)))
                    .as(endpoint)
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining("HF_ENDPOINT");
        }
        assertThat(Hub.of(http(), Map.of()).endpoint()).isEqualTo(URI.create("https://huggingface.co"));
        assertThat(Hub.of(http(), Map.of("HF_ENDPOINT", "https://mirror.example/hf/"))
                        .endpoint())
                .isEqualTo(URI.create("https://mirror.example/hf"));
    }
}
