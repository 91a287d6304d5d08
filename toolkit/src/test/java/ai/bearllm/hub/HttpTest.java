package ai.bearllm.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.bearllm.hub.NetworkException.Reason;
import ai.bearllm.hub.testhub.Fault;
import ai.bearllm.hub.testhub.Request;
import ai.bearllm.hub.testhub.Scope;
import ai.bearllm.hub.testhub.TestHub;
import ai.bearllm.progress.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpTest {
    private static final AccessToken TOKEN = AccessToken.of("hf_onlyForTheHub");

    private TestHub hub;
    private URI small;
    private URI large;

    @BeforeEach
    void start() throws IOException {
        hub = TestHub.start();
        hub.repository("bear/tiny").small("README.md", "# Tiny").large("tiny.gguf", new byte[300_000]);
        small = hub.endpoint().resolve("/bear/tiny/resolve/main/README.md");
        large = hub.endpoint().resolve("/bear/tiny/resolve/main/tiny.gguf");
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private static HttpSettings settings(Map<String, String> environment) {
        return HttpSettings.of("bear-test/1", environment);
    }

    private static Http http() {
        return Http.of(settings(Map.of()));
    }

    private static Http impatient() {
        return Http.of(settings(Map.of()).stallTimeout(Duration.ofMillis(300)));
    }

    private static HttpAnswer read(Http http, URI uri) {
        return http.read(HttpCall.get(uri), 1 << 20, Cancellation.create());
    }

    private static NetworkException failure(Http http, URI uri) {
        return catchThrowableOfType(NetworkException.class, () -> read(http, uri));
    }

    /** Keeps what arrives, and does something once at the first bytes. */
    private static final class Kept implements BodySink {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Runnable atFirst;
        private volatile boolean over;
        private volatile boolean calledAfterEnd;

        Kept(Runnable atFirst) {
            this.atFirst = atFirst;
        }

        @Override
        public void begin(HttpAnswer head) {
            assertThat(head.isSuccess()).isTrue();
        }

        @Override
        public void accept(List<ByteBuffer> pieces) {
            calledAfterEnd |= over;
            boolean first = bytes.size() == 0;
            for (ByteBuffer piece : pieces) {
                byte[] copy = new byte[piece.remaining()];
                piece.get(copy);
                bytes.writeBytes(copy);
            }
            if (first) {
                atFirst.run();
            }
        }
    }

    @Test
    void readsAnAnswerAndSaysWhoAsks() {
        HttpAnswer answer = read(http(), small);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("# Tiny");
        Request request = hub.requests().get(0);
        assertThat(request.header("user-agent")).contains("bear-test/1");
        assertThat(request.header("accept-encoding")).contains("identity");
    }

    @Test
    void handsALargeBodyToTheSinkAfterARedirect() {
        Kept kept = new Kept(() -> {});
        HttpAnswer answer = http().receive(HttpCall.get(large), kept, Cancellation.create());
        assertThat(answer.isSuccess()).isTrue();
        assertThat(answer.uri().getHost()).isEqualTo("localhost");
        assertThat(kept.bytes.toByteArray()).isEqualTo(new byte[300_000]);
    }

    @Test
    void theTokenReachesTheHubAndNeverTheOtherHost() {
        http().read(HttpCall.get(large).token(Optional.of(TOKEN)), 1 << 20, Cancellation.create());
        assertThat(hub.requests()).hasSize(2);
        assertThat(hub.requests().get(0).host()).isEqualTo("127.0.0.1");
        assertThat(hub.requests().get(0).header("authorization")).contains("Bearer hf_onlyForTheHub");
        assertThat(hub.requests().get(1).host()).isEqualTo("localhost");
        assertThat(hub.requests().get(1).header("authorization")).isEmpty();
    }

    @Test
    void theTokenStaysAwayWhenTheChainComesBack() {
        URI elsewhere = URI.create("http://localhost:" + small.getPort() + "/bear/tiny/resolve/main/README.md");
        hub.failNext(Scope.RESOLVE, Fault.redirect(elsewhere.toString()));
        http().read(HttpCall.get(small).token(Optional.of(TOKEN)), 1 << 20, Cancellation.create());
        hub.failNext(Scope.RESOLVE, Fault.redirect(small.toString()));
        HttpCall fromElsewhere = HttpCall.get(elsewhere).token(Optional.of(TOKEN));
        http().read(fromElsewhere, 1 << 20, Cancellation.create());
        assertThat(hub.requests().stream()
                        .map(request -> request.header("authorization").isPresent()))
                .containsExactly(true, false, true, false);
    }

    @Test
    void theTokenIsHeldBackFromUnprotectedHosts() {
        assertThat(Http.maySend(URI.create("http://mirror.example/x"))).isFalse();
        assertThat(Http.maySend(URI.create("https://mirror.example/x"))).isTrue();
        assertThat(Http.maySend(URI.create("http://127.0.0.1:1/x"))).isTrue();
        assertThat(Http.maySend(URI.create("http://127.0.0.1.example/x"))).isFalse();
    }

    @Test
    void aRedirectLoopEnds() {
        hub.fail(Scope.RESOLVE, Fault.redirect("self"));
        NetworkException failure = failure(http(), small);
        assertThat(failure.reason()).isEqualTo(Reason.REDIRECT);
        assertThat(failure.problem()).contains("more than 10 times");
        assertThat(hub.requests()).hasSize(11);
    }

    @Test
    void refusesRedirectsToOtherSchemesAndToNowhere() {
        for (String location : List.of("file:///etc/passwd", "ftp://127.0.0.1/x", "http:///x", "data:,x", "")) {
            hub.fail(Scope.RESOLVE, Fault.redirect(location));
            assertThat(failure(http(), small).reason()).as(location).isEqualTo(Reason.REDIRECT);
        }
    }

    @Test
    void refusesARedirectFromHttpsToHttp() {
        java.net.http.HttpHeaders headers =
                java.net.http.HttpHeaders.of(Map.of("location", List.of("http://hub.example/x")), (a, b) -> true);
        assertThatThrownBy(() -> Redirects.target(URI.create("https://hub.example/x"), headers))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("unprotected http");
    }

    @Test
    void followsARelativeRedirectWithUnencodedCharacters() throws IOException {
        hub.repository("bear/tiny").small("a b|c.txt", "odd");
        hub.failNext(Scope.RESOLVE, Fault.redirect("a b|c.txt"));
        assertThat(read(http(), small).text()).isEqualTo("odd");
    }

    @Test
    void aBodyThatStopsIsGivenUp() {
        hub.fail(Scope.STORAGE, Fault.stall(1000));
        Kept kept = new Kept(() -> {});
        NetworkException failure = catchThrowableOfType(
                NetworkException.class, () -> impatient().receive(HttpCall.get(large), kept, Cancellation.create()));
        kept.over = true;
        assertThat(failure.reason()).isEqualTo(Reason.STALLED);
        assertThat(failure.isTransient()).isTrue();
        assertThat(failure.problem()).contains("sent nothing for 300 ms");
        assertThat(kept.bytes.size()).isEqualTo(1000);
        assertThat(kept.calledAfterEnd).isFalse();
    }

    @Test
    void anAnswerWithoutAHeadIsGivenUp() {
        hub.fail(Scope.RESOLVE, Fault.stallHead());
        Http http =
                Http.of(settings(Map.of()).stallTimeout(Duration.ofMillis(200)).connectTimeout(Duration.ofMillis(200)));
        assertThat(failure(http, small).reason()).isEqualTo(Reason.STALLED);
    }

    @Test
    void anAnswerForMemoryThatNeverEndsIsRefused() {
        hub.fail(Scope.RESOLVE, Fault.endless(200));
        assertThat(failure(http(), small).reason()).isEqualTo(Reason.TOO_LARGE);
    }

    @Test
    void acceptsOnlyBytesAsTheyAre() {
        hub.fail(Scope.RESOLVE, Fault.gzip());
        NetworkException failure = failure(http(), small);
        assertThat(failure.reason()).isEqualTo(Reason.INVALID);
        assertThat(failure.problem()).contains("gzip");
    }

    @Test
    void brokenConnectionsAreToldApartFromRefusals() {
        hub.fail(Scope.RESOLVE, Fault.reset(2));
        assertThat(failure(http(), small).reason()).isEqualTo(Reason.BROKEN);
        hub.fail(Scope.RESOLVE, Fault.truncate(2));
        NetworkException truncated = failure(http(), small);
        assertThat(truncated.reason()).isEqualTo(Reason.BROKEN);
        assertThat(truncated.isTransient()).isTrue();
        hub.fail(Scope.RESOLVE, Fault.status(500));
        assertThat(read(http(), small).status()).isEqualTo(500);
    }

    @Test
    void ofAnEndlessRefusalTheBeginningIsEnough() {
        hub.fail(Scope.RESOLVE, Fault.endless(503));
        HttpAnswer answer = read(http(), small);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.bytes()).hasSize(64 * 1024);
    }

    @Test
    void theSinksFailureIsNotTakenForTheNetworks() {
        assertThatThrownBy(() ->
                        http().receive(HttpCall.get(large), refusing(new IOException("full")), Cancellation.create()))
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseMessage("full");
    }

    private static BodySink refusing(IOException failure) {
        return new BodySink() {
            @Override
            public void begin(HttpAnswer head) {}

            @Override
            public void accept(List<ByteBuffer> bytes) throws IOException {
                throw failure;
            }
        };
    }

    @Test
    void aSinkThatRefusesTheHeadGetsNoBody() {
        IllegalStateException refusal = new IllegalStateException("not this one");
        BodySink sink = new BodySink() {
            @Override
            public void begin(HttpAnswer head) {
                throw refusal;
            }

            @Override
            public void accept(List<ByteBuffer> bytes) {
                throw new AssertionError("the body came all the same");
            }
        };
        assertThatThrownBy(() -> http().receive(HttpCall.get(large), sink, Cancellation.create()))
                .isSameAs(refusal);
    }

    @Test
    void cancellingEndsABodyThatDoesNotMove() {
        hub.fail(Scope.STORAGE, Fault.stall(1000));
        Cancellation cancellation = Cancellation.create();
        Kept kept = new Kept(cancellation::cancel);
        assertThatThrownBy(() -> http().receive(HttpCall.get(large), kept, cancellation))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void interruptingTheCallerEndsTheRequest() {
        hub.fail(Scope.STORAGE, Fault.stall(1000));
        Thread caller = Thread.currentThread();
        Kept kept = new Kept(caller::interrupt);
        assertThatThrownBy(() -> http().receive(HttpCall.get(large), kept, Cancellation.create()))
                .isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void offlineAsksNobody() {
        AtomicBoolean offline = new AtomicBoolean(true);
        Http switched = Http.of(settings(Map.of()).offline(offline::get));
        assertThat(failure(switched, small).reason()).isEqualTo(Reason.OFFLINE);
        assertThat(failure(Http.of(settings(Map.of("HF_HUB_OFFLINE", "1"))), small)
                        .problem())
                .contains("HF_HUB_OFFLINE");
        assertThat(hub.requests()).isEmpty();
        offline.set(false);
        assertThat(read(switched, small).isSuccess()).isTrue();
    }

    @Test
    void unknownHostsAndClosedPortsAreNamed() throws IOException {
        NetworkException unknown = failure(http(), URI.create("http://bear-test.invalid/x"));
        assertThat(unknown.reason()).isEqualTo(Reason.UNKNOWN_HOST);
        assertThat(unknown.problem()).contains("bear-test.invalid");
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        NetworkException refused = failure(http(), URI.create("http://127.0.0.1:" + closed + "/x"));
        assertThat(refused.reason()).isEqualTo(Reason.CONNECT);
        assertThat(refused.problem()).contains("127.0.0.1:" + closed);
    }

    @Test
    void aServerThatSpeaksNoTlsIsNamed() {
        NetworkException failure = failure(http(), URI.create("https://127.0.0.1:" + small.getPort() + "/x"));
        assertThat(failure.reason()).isEqualTo(Reason.TLS);
        assertThat(failure.isTransient()).isFalse();
    }

    @Test
    void aCertificateThatNobodyVouchesForIsNamed() throws Exception {
        try (SelfSigned server = SelfSigned.start()) {
            NetworkException failure = failure(http(), server.address());
            assertThat(failure.reason()).isEqualTo(Reason.TLS);
            assertThat(failure.fix()).contains("trustStore");
        }
    }

    @Test
    void goesThroughTheProxyOfTheEnvironmentWithItsPassword() {
        String proxy = "http://user:secret@127.0.0.1:" + small.getPort();
        Http http = Http.of(settings(Map.of("http_proxy", proxy, "NO_PROXY", "other.example")));
        HttpAnswer answer = read(http, URI.create("http://hub.example/bear/tiny/resolve/main/README.md"));
        assertThat(answer.text()).isEqualTo("# Tiny");
        Request request = hub.requests().get(0);
        assertThat(request.target()).startsWith("http://hub.example/");
        assertThat(request.header("proxy-authorization")).contains("Basic dXNlcjpzZWNyZXQ=");
        assertThat(hub.requests()).hasSize(1);
    }

    @Test
    void aProxyThatRefusesIsNamedWithoutItsPassword() {
        String proxy = "http://user:secret@127.0.0.1:" + small.getPort();
        Http http = Http.of(settings(Map.of("HTTPS_PROXY", proxy)));
        NetworkException failure = failure(http, URI.create("https://hub.example/x"));
        assertThat(failure.reason()).isEqualTo(Reason.PROXY);
        assertThat(failure.getMessage())
                .contains("127.0.0.1:" + small.getPort())
                .doesNotContain("secret");
    }

    @Test
    void messagesHoldNeitherTokensNorSignatures() {
        hub.fail(Scope.STORAGE, Fault.reset(10));
        NetworkException failure = catchThrowableOfType(
                NetworkException.class,
                () -> http().read(HttpCall.get(large).token(Optional.of(TOKEN)), 1 << 20, Cancellation.create()));
        assertThat(failure).hasMessageNotContaining("hf_only").hasMessageNotContaining("not-for-eyes");
        assertThat(HttpCall.get(large).token(Optional.of(TOKEN)).toString()).doesNotContain("hf_only");
        assertThatThrownBy(() -> HttpCall.get(large).header("Authorization", "x"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
