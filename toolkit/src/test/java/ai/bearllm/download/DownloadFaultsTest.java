package ai.bearllm.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.bearllm.hub.Http;
import ai.bearllm.hub.HttpSettings;
import ai.bearllm.hub.Hub;
import ai.bearllm.hub.NetworkException;
import ai.bearllm.hub.NetworkException.Reason;
import ai.bearllm.hub.SelfSigned;
import ai.bearllm.hub.testhub.Fault;
import ai.bearllm.hub.testhub.Scope;
import ai.bearllm.hub.testhub.TestHub;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Origin;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Progress;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever servers and networks do: a verified file, or a clear failure and nothing left. */
class DownloadFaultsTest {
    private static final byte[] WEIGHTS = weights();

    @TempDir
    Path home;

    private final Heard heard = new Heard();
    private TestHub server;
    private Path target;

    private static byte[] weights() {
        byte[] bytes = new byte[400_000];
        new Random(11).nextBytes(bytes);
        return bytes;
    }

    @BeforeEach
    void start() throws IOException {
        server = TestHub.start();
        server.repository("bear/tiny").large("tiny.gguf", WEIGHTS);
        target = home.resolve("models/tiny.gguf");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private DownloadResult fetch(Duration stall) {
        return fetch(HttpSettings.of("bear-test/1", Map.of()).stallTimeout(stall), server.environment());
    }

    private DownloadResult fetch(HttpSettings settings, Map<String, String> hub) {
        Http http = Http.of(settings);
        Source source = new Source.OnHub(Hub.of(http, hub), new Origin.HubFile("bear/tiny", "main", "tiny.gguf"));
        DownloadRequest request =
                new DownloadRequest("download of tiny", source, target, OptionalLong.empty(), Optional.empty());
        return Downloader.of(http, home.resolve("downloads"), Scene.QUICK).fetch(request, heard, Cancellation.create());
    }

    private DownloadResult fetch() {
        return fetch(Duration.ofSeconds(30));
    }

    private void requireVerified(DownloadResult result, int attempts) throws IOException {
        assertThat(target).hasBinaryContent(WEIGHTS);
        assertThat(result.attempts()).isEqualTo(attempts);
        heard.requireGrammar();
        requireNothingLeft();
    }

    private <T extends BearException> T requireFailure(Class<T> type) {
        return requireFailure(type, this::fetch);
    }

    private <T extends BearException> T requireFailure(Class<T> type, ThrowingCallable fetch) {
        T failure = catchThrowableOfType(type, fetch);
        assertThat(failure).isNotNull();
        assertThat(failure.fix()).isNotBlank();
        heard.requireGrammar();
        assertThat(heard.last()).isInstanceOf(Progress.Failed.class);
        assertThat(target).doesNotExist();
        requireOnlyWhatCanBeContinued();
        heard.events().clear();
        return failure;
    }

    /** Nothing, or a part together with the journal that proves it. */
    private void requireOnlyWhatCanBeContinued() {
        try (var files = Files.walk(home)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.toString().replaceFirst(".*\\.", ""))
                            .sorted()
                            .toList())
                    .isIn(List.of(), List.of("journal", "part"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void requireNothingLeft() {
        try (var files = Files.walk(home)) {
            assertThat(files.filter(Files::isRegularFile).filter(file -> !file.equals(target)))
                    .isEmpty();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Optional<String> range(int request) {
        return server.storageRequests().get(request).header("range");
    }

    @Test
    void aBrokenConnectionIsContinuedWhereItBroke() throws IOException {
        server.failNext(Scope.STORAGE, Fault.truncate(150_000), Fault.truncate(70_000));
        requireVerified(fetch(), 3);
        assertThat(range(0)).isEmpty();
        assertThat(range(1)).contains("bytes=150000-");
        assertThat(range(2)).contains("bytes=220000-");
        assertThat(server.storageRequests().get(1).header("if-range")).isPresent();
        assertThat(heard.all(Progress.Paused.class).get(0).why())
                .startsWith("retry 1 of 3 in ")
                .contains("broke");
    }

    @Test
    void aResetAtAnyMomentIsContinued() throws IOException {
        for (long bytes : new long[] {0, 1, 100_000, WEIGHTS.length - 1}) {
            Files.deleteIfExists(target);
            heard.events().clear();
            server.failNext(Scope.STORAGE, Fault.reset(bytes));
            requireVerified(fetch(), 2);
        }
    }

    @Test
    void aStalledBodyIsContinued() throws IOException {
        server.failNext(Scope.STORAGE, Fault.stall(200_000));
        requireVerified(fetch(Duration.ofMillis(500)), 2);
        assertThat(range(1)).contains("bytes=200000-");
        assertThat(heard.all(Progress.Paused.class).get(0).why()).contains("sent nothing for 500 ms");
    }

    @Test
    void aBodyThatTricklesIsAsGoodAsStalled() throws IOException {
        server.failNext(Scope.STORAGE, Fault.slow(20));
        requireVerified(fetch(Duration.ofMillis(500)), 2);
        assertThat(heard.all(Progress.Paused.class))
                .extracting(Progress.Paused::why)
                .anyMatch(why -> why.contains("less than 1000 bytes a second"));
    }

    @Test
    void aBodyThatStallsAgainAndAgainIsGivenUp() {
        server.fail(Scope.STORAGE, Fault.stall(10));
        NetworkException failure = catchThrowableOfType(NetworkException.class, () -> fetch(Duration.ofMillis(300)));
        assertThat(failure.reason()).isEqualTo(Reason.STALLED);
        assertThat(server.storageRequests()).hasSize(4);
        requireOnlyWhatCanBeContinued();
    }

    @Test
    void whatCannotBeContinuedStartsOver() throws IOException {
        for (Fault second : List.of(Fault.ignoreRange(), Fault.wrongRange(), Fault.newEtag(), Fault.status(416))) {
            Files.deleteIfExists(target);
            heard.events().clear();
            server.failNext(Scope.STORAGE, Fault.truncate(300_000), second);
            DownloadResult result = fetch();
            requireVerified(result, second.equals(Fault.ignoreRange()) ? 2 : 3);
        }
    }

    @Test
    void withoutAnEtagNothingIsContinued() throws IOException {
        server.fail(Scope.STORAGE, Fault.noEtag());
        server.failNext(Scope.STORAGE, Fault.truncate(300_000).with("ETag", "W/\"weak\""), Fault.noEtag());
        requireVerified(fetch(), 2);
    }

    @Test
    void aServerThatEndsEarlyEachTimeIsGivenUp() {
        server.fail(Scope.STORAGE, Fault.truncate(1_000));
        assertThat(requireFailure(NetworkException.class).reason()).isEqualTo(Reason.BROKEN);
        assertThat(server.storageRequests()).hasSize(4);
    }

    @Test
    void aBodyWithoutALengthIsTakenWhenItIsWhole() throws IOException {
        server.fail(Scope.STORAGE, Fault.noLength(0));
        requireVerified(fetch(), 1);
    }

    @Test
    void bodiesOfAnotherLengthAreRefused() {
        server.fail(Scope.STORAGE, Fault.wrongLength(1));
        assertThat(requireFailure(BearException.class).problem()).contains("400001 bytes");
        server.fail(Scope.STORAGE, Fault.wrongLength(-1));
        assertThat(requireFailure(BearException.class).problem()).contains("399999 bytes");
        server.fail(Scope.STORAGE, Fault.noLength(1));
        assertThat(requireFailure(BearException.class).problem()).contains("sends more");
        server.fail(Scope.STORAGE, Fault.noLength(-1));
        assertThat(requireFailure(BearException.class).problem()).contains("ended after 399999 of 400000");
    }

    @Test
    void compressedBodiesAreRefused() {
        server.fail(Scope.STORAGE, Fault.gzip());
        assertThat(requireFailure(NetworkException.class).reason()).isEqualTo(Reason.INVALID);
    }

    @Test
    void failuresThatPassAreWaitedOut() throws IOException {
        server.failNext(Scope.RESOLVE, Fault.status(500), Fault.status(502));
        server.failNext(
                Scope.STORAGE,
                Fault.status(503).with("Retry-After", "0"),
                Fault.status(429).with("ratelimit", "\"resolvers\";r=0;t=0"),
                Fault.status(504));
        DownloadResult result = fetch();
        assertThat(target).hasBinaryContent(WEIGHTS);
        heard.requireGrammar();
        assertThat(result.attempts()).isEqualTo(4);
        assertThat(heard.all(Progress.Paused.class))
                .extracting(Progress.Paused::why)
                .anyMatch(why -> why.contains("in 1 s") && why.contains("429"))
                .anyMatch(why -> why.contains("503"));
    }

    @Test
    void aWaitThatIsTooLongIsLeftToTheReader() {
        server.fail(Scope.STORAGE, Fault.status(429).with("Retry-After", "3600"));
        NetworkException failure = requireFailure(NetworkException.class);
        assertThat(failure.fix()).contains("Wait 3600 s");
        assertThat(server.storageRequests()).hasSize(1);
    }

    @Test
    void refusalsAreNotRepeated() {
        Map<Integer, Reason> refusals =
                Map.of(401, Reason.UNAUTHORIZED, 403, Reason.FORBIDDEN, 404, Reason.NOT_FOUND, 418, Reason.REFUSED);
        refusals.forEach((status, reason) -> {
            int before = server.storageRequests().size();
            server.fail(Scope.STORAGE, Fault.status(status));
            assertThat(requireFailure(NetworkException.class).reason()).isEqualTo(reason);
            assertThat(server.storageRequests()).hasSize(before + 1);
        });
    }

    @Test
    void badRedirectsAreRefused() {
        for (String location : List.of("self", "file:///etc/passwd", "")) {
            server.fail(Scope.STORAGE, Fault.redirect(location));
            assertThat(requireFailure(NetworkException.class).reason()).isEqualTo(Reason.REDIRECT);
        }
    }

    @Test
    void storageThatDoesNotExistIsNamed() {
        server.fail(Scope.RESOLVE, Fault.redirect("http://storage.invalid/x?Signature=secret"));
        NetworkException failure = requireFailure(NetworkException.class);
        assertThat(failure.reason()).isEqualTo(Reason.UNKNOWN_HOST);
        assertThat(failure.getMessage()).contains("storage.invalid").doesNotContain("secret");
    }

    @Test
    void aHubWithoutAnAddressIsNamedAtOnce() {
        NetworkException failure = requireFailure(
                NetworkException.class,
                () -> fetch(HttpSettings.of("bear-test/1", Map.of()), Map.of("HF_ENDPOINT", "https://hub.invalid")));
        assertThat(failure.reason()).isEqualTo(Reason.UNKNOWN_HOST);
        assertThat(failure.problem()).contains("hub.invalid");
    }

    @Test
    void storageThatNobodyCanTrustIsRefusedBeforeTheFirstByte() {
        int port = server.endpoint().getPort();
        server.fail(Scope.RESOLVE, Fault.redirect("https://127.0.0.1:" + port + "/x?Signature=secret"));
        NetworkException failure = requireFailure(NetworkException.class);
        assertThat(failure.reason()).isEqualTo(Reason.TLS);
        assertThat(failure.getMessage()).contains("https://127.0.0.1:" + port).doesNotContain("secret");
        assertThat(server.storageRequests()).isEmpty();
    }

    @Test
    void storageThatSignedItsOwnCertificateIsRefused() throws Exception {
        try (SelfSigned storage = SelfSigned.start()) {
            server.fail(Scope.RESOLVE, Fault.redirect(storage.address() + "?Signature=secret"));
            NetworkException failure = requireFailure(NetworkException.class);
            assertThat(failure.reason()).isEqualTo(Reason.TLS);
            assertThat(failure.fix()).contains("trustStore");
            assertThat(failure.getMessage()).doesNotContain("secret");
        }
    }

    @Test
    void aProxyThatRefusesOrIsNotThereIsNamed() throws IOException {
        String refusing = "http://user:secret@127.0.0.1:" + server.endpoint().getPort();
        NetworkException refused =
                requireFailure(NetworkException.class, () -> through(refusing, "https://hub.example"));
        assertThat(refused.reason()).isEqualTo(Reason.PROXY);
        assertThat(refused.getMessage()).contains("proxy 127.0.0.1:").doesNotContain("secret");
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        NetworkException absent = requireFailure(
                NetworkException.class, () -> through("http://127.0.0.1:" + closed, "http://hub.example"));
        assertThat(absent.reason()).isEqualTo(Reason.CONNECT);
        assertThat(absent.problem()).contains("the proxy 127.0.0.1:" + closed);
        assertThat(server.storageRequests()).isEmpty();
    }

    private DownloadResult through(String proxy, String hub) {
        return fetch(
                HttpSettings.of("bear-test/1", Map.of("HTTPS_PROXY", proxy, "HTTP_PROXY", proxy)),
                Map.of("HF_ENDPOINT", hub));
    }

    @Test
    void throughAProxyItArrivesAllTheSame() throws IOException {
        String proxy = "http://127.0.0.1:" + server.endpoint().getPort();
        assertThat(through(proxy, "http://hub.example").attempts()).isEqualTo(1);
        assertThat(target).hasBinaryContent(WEIGHTS);
        assertThat(server.requests().get(0).target()).startsWith("http://hub.example/bear/tiny/resolve/");
        requireNothingLeft();
    }
}
