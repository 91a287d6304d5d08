package ai.bearllm.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.hub.testhub.Fault;
import ai.bearllm.hub.testhub.Scope;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several connections for one file: only where they help, and whatever happens to some of them. */
class SegmentsTest {
    private static final byte[] WEIGHTS = Scene.random(40_000_000, 12);
    /** What the server gives each connection, so that one alone would take ten seconds. */
    private static final Fault HELD_BACK = Fault.slow(4_000_000);

    private static final DownloadSettings MANY = new DownloadSettings(5, Duration.ofMillis(1), Duration.ofSeconds(2));

    @TempDir
    Path home;

    private final Heard heard = new Heard();
    private Scene scene;

    @BeforeEach
    void start() throws IOException {
        scene = new Scene(home, WEIGHTS);
    }

    @AfterEach
    void stop() {
        scene.close();
    }

    private DownloadResult fetch() {
        return scene.downloader(MANY).fetch(scene.request(), heard, Cancellation.create());
    }

    @Test
    void aServerThatHoldsNobodyBackHasOneConnection() {
        DownloadResult result = fetch();
        scene.requireVerified(heard);
        assertThat(result.attempts()).isEqualTo(1);
        assertThat(scene.server.mostAtOnce()).isEqualTo(1);
    }

    @Test
    void aServerThatHoldsEachConnectionBackHasMany() {
        scene.server.fail(Scope.STORAGE, HELD_BACK);
        AtomicInteger segments = new AtomicInteger();
        Download download = scene.downloader(MANY).start(scene.request(), heard);
        download.listen(event -> segments.accumulateAndGet(download.progress().segments(), Math::max));
        DownloadResult result = download.await();
        scene.requireVerified(heard);
        assertThat(scene.server.mostAtOnce()).isBetween(4, 16);
        assertThat(segments.get()).isBetween(4, 16);
        assertThat(result.sha256()).isEqualTo(scene.digest);
        assertThat(scene.server.servedBytes()).as("little was sent twice").isLessThan(WEIGHTS.length * 5L / 4);
        assertThat(scene.server.requests().stream()
                        .filter(request -> request.path().contains("/resolve/")))
                .as("the hub is asked what the file is and where, not for each stretch")
                .hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void whateverHappensToSomeConnectionsTheFileIsWhole() {
        scene.server.fail(Scope.STORAGE, HELD_BACK);
        scene.server.failNext(
                Scope.STORAGE,
                HELD_BACK,
                Fault.reset(70_000),
                HELD_BACK,
                Fault.truncate(5),
                Fault.status(503),
                HELD_BACK,
                HELD_BACK,
                Fault.status(429).with("Retry-After", "0"),
                HELD_BACK,
                HELD_BACK,
                HELD_BACK,
                Fault.reset(0));
        fetch();
        scene.requireVerified(heard);
    }

    @Test
    void aServerThatServesNoRangesSideBySideHasOneConnection() {
        scene.server.fail(Scope.STORAGE, Fault.ignoreRange());
        scene.server.failNext(Scope.STORAGE, Fault.slow(20_000_000));
        DownloadResult result = fetch();
        scene.requireVerified(heard);
        assertThat(result.attempts()).isLessThan(8);
    }

    @Test
    void aPartOfOtherBytesIsNeverAccepted() {
        for (Fault fault : new Fault[] {Fault.newEtag(), Fault.wrongRange(), Fault.noEtag()}) {
            scene.server.failNext(Scope.STORAGE, Fault.slow(20_000_000), fault);
            fetch();
            scene.requireVerified(heard);
            heard.events().clear();
            assertThat(scene.target.toFile().delete()).isTrue();
        }
    }

    @Test
    void anAddressThatRunsOutIsAskedForAgain() {
        scene.server.failNext(
                Scope.STORAGE, Fault.slow(20_000_000), Fault.status(403), Fault.status(404), Fault.status(401));
        fetch();
        scene.requireVerified(heard);
    }

    @Test
    void whatSeveralConnectionsBroughtIsContinuedToo() throws IOException {
        scene.server.fail(Scope.STORAGE, HELD_BACK);
        Cancellation cancellation = Cancellation.create();
        assertThatThrownBy(() -> scene.downloader(MANY)
                        .fetch(
                                scene.request(),
                                event -> {
                                    if (scene.server.servedBytes() > 25_000_000) {
                                        cancellation.cancel();
                                    }
                                },
                                cancellation))
                .isInstanceOf(CancellationException.class);
        assertThat(Journal.read(scene.names().journal()).orElseThrow().proofs()).isNotEmpty();
        long before = scene.server.servedBytes();
        scene.server.heal();
        fetch();
        scene.requireVerified(heard);
        assertThat(scene.server.servedBytes() - before).isLessThan(WEIGHTS.length);
        assertThat(Files.exists(scene.names().part())).isFalse();
    }
}
