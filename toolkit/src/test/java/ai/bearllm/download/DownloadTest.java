package ai.bearllm.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.download.DownloadProgress.Phase;
import ai.bearllm.hub.Http;
import ai.bearllm.hub.HttpSettings;
import ai.bearllm.hub.testhub.Fault;
import ai.bearllm.hub.testhub.Scope;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Origin;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Progress;
import ai.bearllm.progress.ProgressListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The handle on a download that runs in the background. */
class DownloadTest {
    private static final int SIZE = 3_000_000;
    private static final byte[] WEIGHTS = Scene.random(SIZE, 13);

    @TempDir
    Path home;

    private final Heard heard = new Heard();
    private final CountDownLatch bytesCame = new CountDownLatch(1);
    private Scene scene;

    @BeforeEach
    void start() throws IOException {
        scene = new Scene(home, WEIGHTS);
    }

    @AfterEach
    void stop() {
        scene.close();
    }

    private ProgressListener listener() {
        return event -> {
            heard.on(event);
            if (event instanceof Progress.Advanced) {
                bytesCame.countDown();
            }
        };
    }

    private Download stalled() throws InterruptedException {
        scene.server.failNext(Scope.STORAGE, Fault.stall(2_000_000));
        Download download = scene.downloader(Scene.QUICK).start(scene.request(), listener());
        bytesCame.await();
        return download;
    }

    @Test
    void runsInTheBackgroundAndIsAwaited() {
        Download download = scene.downloader(Scene.QUICK).start(scene.request(), heard);
        DownloadResult result = download.await();
        assertThat(result.sha256()).isEqualTo(scene.digest);
        assertThat(download.result()).contains(result);
        assertThat(download.await()).isSameAs(result);
        DownloadProgress progress = download.progress();
        assertThat(progress.phase()).isEqualTo(Phase.VERIFIED);
        assertThat(progress.bytes()).isEqualTo(SIZE);
        assertThat(progress.percent()).hasValue(100);
        assertThat(download).hasToString("download of tiny: downloaded, 100 %, 3.00 MB of 3.00 MB");
        assertThat(download.sheet().text()).contains("download of tiny", "3.00 MB");
        scene.requireVerified(heard);
    }

    @Test
    void restsAndGoesOn() throws InterruptedException {
        Download download = stalled();
        download.pause();
        assertThat(download.progress().phase()).isEqualTo(Phase.PAUSED);
        assertThat(download.progress().note()).isPresent();
        assertThat(scene.target).doesNotExist();
        assertThat(download.pause().resume().await().sizeBytes()).isEqualTo(SIZE);
        scene.requireVerified(heard);
        assertThat(scene.ranges().get(1)).startsWith("bytes=").isNotEqualTo("bytes=0-");
        assertThat(heard.all(Progress.Paused.class)).hasSize(1);
        assertThat(heard.all(Progress.Resumed.class)).hasSize(1);
        assertThat(download.resume().cancel().progress().phase()).isEqualTo(Phase.VERIFIED);
    }

    @Test
    void cancellingRemovesWhatHasArrived() throws InterruptedException {
        Download download = stalled().cancel();
        assertThat(download.progress().phase()).isEqualTo(Phase.CANCELLED);
        assertThat(heard.last()).isInstanceOf(Progress.Cancelled.class);
        assertThatThrownBy(download::await).isInstanceOf(CancellationException.class);
        assertThat(scene.leftovers()).isEmpty();
    }

    @Test
    void aRestingDownloadCanBeCancelled() throws InterruptedException {
        Download download = stalled().pause();
        assertThat(scene.leftovers()).hasSize(2);
        download.cancel();
        assertThat(scene.leftovers()).isEmpty();
        heard.requireGrammar();
    }

    @Test
    void interruptingTheOneWhoWaitsPausesIt() throws InterruptedException {
        Download download = stalled();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread cell = new Thread(() -> {
            try {
                download.await();
            } catch (CancellationException e) {
                thrown.set(Thread.currentThread().isInterrupted() ? e : new AssertionError("the flag is lost"));
            }
        });
        cell.start();
        while (cell.getState() != Thread.State.WAITING && cell.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        cell.interrupt();
        cell.join();
        assertThat(thrown.get()).isInstanceOf(CancellationException.class);
        assertThat(download.progress().phase()).isEqualTo(Phase.PAUSED);
        assertThat(scene.downloader(Scene.QUICK).fetch(scene.request(), ProgressListener.NONE, Cancellation.create()))
                .isNotNull();
        assertThat(scene.ranges().get(1)).startsWith("bytes=");
    }

    @Test
    void askingTwiceGivesTheSameDownloadAndOneTransfer() throws InterruptedException {
        scene.server.failNext(Scope.STORAGE, Fault.stall(2_000_000));
        Downloader downloader = scene.downloader(Scene.QUICK);
        Download download = downloader.start(scene.request(), listener());
        bytesCame.await();
        Heard second = new Heard();
        assertThat(downloader.start(scene.request(), second)).isSameAs(download);
        assertThat(second.events().get(0)).isInstanceOf(Progress.Started.class);
        assertThat(second.last()).isInstanceOf(Progress.Advanced.class);
        DownloadRequest other = new DownloadRequest(
                "another", scene.source(), scene.target, OptionalLong.empty(), Optional.of(new Sha256("0".repeat(64))));
        assertThatThrownBy(() -> downloader.start(other, ProgressListener.NONE))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("Another file is being downloaded to");
        download.pause();
        assertThat(downloader.start(scene.request(), ProgressListener.NONE)).isSameAs(download);
        download.await();
        second.requireGrammar();
        assertThat(downloader.downloads()).containsExactly(download);
        scene.requireVerified(heard);
    }

    @Test
    void oneWhoGoesAwayLeavesItToTheOthers() throws Exception {
        scene.server.failNext(Scope.STORAGE, Fault.stall(2_000_000));
        Downloader downloader = scene.downloader(Scene.QUICK);
        Cancellation impatient = Cancellation.create();
        AtomicReference<DownloadResult> patient = new AtomicReference<>();
        Thread other =
                new Thread(() -> patient.set(downloader.fetch(scene.request(), listener(), Cancellation.create())));
        other.start();
        bytesCame.await();
        ProgressListener leaving = event -> impatient.cancel();
        while (other.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThatThrownBy(() -> downloader.fetch(scene.request(), leaving, impatient))
                .isInstanceOf(CancellationException.class);
        Download download = downloader.downloads().get(0);
        assertThat(download.progress().phase()).isEqualTo(Phase.FETCHING);
        download.pause().resume();
        other.join();
        assertThat(patient.get().sha256()).isEqualTo(scene.digest);
        scene.requireVerified(heard);
    }

    @Test
    void aListenerMayAskTheHandleForEverything() {
        Downloader downloader = scene.downloader(Scene.QUICK);
        Heard second = new Heard();
        Download download = downloader.start(scene.request(), heard);
        for (int i = 0; i < 50; i++) {
            download.listen(event -> {
                second.on(event);
                downloader
                        .downloads()
                        .forEach(each -> assertThat(each.progress().toString() + each.result())
                                .isNotEmpty());
            });
        }
        download.await();
        scene.requireVerified(heard);
    }

    @Test
    void aFailedOneIsTriedAgainAndContinues() {
        scene.server.failNext(Scope.STORAGE, Fault.truncate(2_000_000), Fault.status(404), Fault.status(404));
        Download download = scene.downloader(Scene.QUICK).start(scene.request(), heard);
        assertThatThrownBy(download::await).isInstanceOf(BearException.class);
        assertThat(download.progress().phase()).isEqualTo(Phase.FAILED);
        assertThat(download.progress().note()).isPresent();
        heard.requireGrammar();
        heard.events().clear();
        scene.server.heal();
        download.resume().await();
        scene.requireVerified(heard);
        assertThat(scene.ranges()).last().isEqualTo("bytes=2000000-");
    }

    @Test
    void saysThatNothingArrivesAndWhenItDoesAgain() {
        scene.http = Http.of(HttpSettings.of("bear-test/1", Map.of()).stallTimeout(Duration.ofMillis(800)));
        scene.server.failNext(Scope.STORAGE, Fault.stall(2_000_000));
        scene.downloader(Scene.QUICK.stallNotice(Duration.ofMillis(200)))
                .fetch(scene.request(), heard, Cancellation.create());
        scene.requireVerified(heard);
        assertThat(heard.all(Progress.Paused.class))
                .extracting(Progress.Paused::why)
                .anyMatch(why -> why.startsWith("nothing has arrived for"))
                .anyMatch(why -> why.startsWith("retry 1 of 3 in "));
    }

    @Test
    void theLimitOfSpeedHoldsForAllTogether() throws IOException {
        scene.server.repository("bear/tiny").large("more.gguf", Scene.random(SIZE, 14));
        Downloader downloader = scene.downloader(Scene.QUICK.bytesPerSecond(4_000_000));
        long start = System.nanoTime();
        Download one = downloader.start(scene.request(), heard);
        Source.OnHub source = (Source.OnHub) scene.source();
        Download two = downloader.start(
                new DownloadRequest(
                        "download of more",
                        new Source.OnHub(source.hub(), new Origin.HubFile("bear/tiny", "main", "more.gguf")),
                        home.resolve("more.gguf"),
                        OptionalLong.empty(),
                        Optional.empty()),
                ProgressListener.NONE);
        one.await();
        two.await();
        // 6 MB at 4 MB/s; a little passes at once in the beginning.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1_300));
        scene.requireVerifiedBeside(heard, home.resolve("more.gguf"));
    }

    @Test
    void tenAtOnceWaitForTheirConnections() throws IOException {
        scene.server.fail(Scope.STORAGE, Fault.slow(20_000_000));
        Downloader downloader = scene.downloader(Scene.QUICK.totalConnections(3));
        List<Download> downloads = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            downloads.add(downloader.start(
                    new DownloadRequest(
                            "download " + i,
                            scene.source(),
                            home.resolve("many/" + i + ".gguf"),
                            OptionalLong.empty(),
                            Optional.of(scene.digest)),
                    ProgressListener.NONE));
        }
        for (Download download : downloads) {
            assertThat(download.await().file()).hasBinaryContent(WEIGHTS);
        }
        assertThat(scene.server.mostAtOnce()).isLessThanOrEqualTo(3);
        assertThat(downloader.downloads()).hasSize(10);
    }

    @Test
    void aPlanSaysWhatWouldHappenAndDoesNothing() throws IOException {
        Downloader downloader = scene.downloader(Scene.QUICK);
        DownloadPlan plan = downloader.dryRun(scene.request(), Cancellation.create());
        assertThat(plan.sizeBytes()).hasValue(SIZE);
        assertThat(plan.fetchBytes()).hasValue(SIZE);
        assertThat(plan.sha256()).contains(scene.digest);
        assertThat(plan.fits()).isTrue();
        assertThat(plan.source()).startsWith("hf:bear/tiny@main/tiny.gguf from 127.0.0.1");
        assertThat(plan.toString()).startsWith("3.00 MB to fetch, fits, from hf:bear/tiny");
        assertThat(plan.sheet().text()).contains(scene.digest.brief());
        assertThat(scene.server.storageRequests()).isEmpty();
        assertThat(scene.downloads()).doesNotExist();

        scene.earlier(java.util.Arrays.copyOf(WEIGHTS, 1_000_000), 1_000_000);
        assertThat(downloader.dryRun(scene.request(), Cancellation.create()).fetchBytes())
                .hasValue(2_000_000);
        Downloader small = new Downloader(
                scene.http, scene.downloads(), Scene.QUICK, new DiskSpace(folder -> OptionalLong.of(1_000)));
        assertThat(small.dryRun(scene.request(), Cancellation.create()).fits()).isFalse();
    }

    @Test
    void whatOthersStillNeedIsNotFree() throws Exception {
        scene.server.failNext(Scope.STORAGE, Fault.stall(1_000_000));
        DiskSpace space = new DiskSpace(folder -> OptionalLong.of(DiskSpace.MARGIN_BYTES + 4_000_000));
        Downloader downloader = new Downloader(scene.http, scene.downloads(), Scene.QUICK, space);
        Download first = downloader.start(scene.request(), listener());
        bytesCame.await();
        while (Neighbors.need(scene.downloads(), home) == 0) {
            Thread.onSpinWait();
        }
        DownloadRequest second = new DownloadRequest(
                "second", scene.source(), home.resolve("second.gguf"), OptionalLong.empty(), Optional.empty());
        assertThatThrownBy(() -> downloader.fetch(second, ProgressListener.NONE, Cancellation.create()))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("other downloads will need");
        first.cancel();
        downloader.fetch(second, ProgressListener.NONE, Cancellation.create());
        assertThat(home.resolve("second.gguf")).hasBinaryContent(WEIGHTS);
    }

    @Test
    void aPartThatVanishesPausesItAndItGoesOnFromWhatIsThere() throws Exception {
        Download download = stalled();
        Files.delete(scene.names().part());
        assertThatThrownBy(download::await).isInstanceOf(BearException.class).hasMessageContaining("vanished");
        assertThat(download.progress().phase()).isEqualTo(Phase.PAUSED);
        download.resume().await();
        scene.requireVerified(heard);
    }

    @Test
    void aLandingChecksAndIsToldAndMayHaveTheFileAlready() throws IOException {
        List<String> calls = new ArrayList<>();
        Landing landing = new Landing() {
            @Override
            public void check(Path verified) {
                calls.add("check " + verified.toFile().length());
            }

            @Override
            public void landed(DownloadResult result) {
                calls.add("landed " + result.sizeBytes());
            }
        };
        DownloadResult result =
                scene.downloader(Scene.QUICK).fetch(scene.request().landing(landing), heard, Cancellation.create());
        assertThat(calls).containsExactly("check " + SIZE, "landed " + SIZE);
        Landing present = new Landing() {
            @Override
            public Optional<DownloadResult> present() {
                return Optional.of(result);
            }
        };
        Landing refusing = new Landing() {
            @Override
            public void check(Path verified) {
                throw new BearException("It is no model.", "Choose another.");
            }
        };
        Files.delete(scene.target);
        int asked = scene.server.requests().size();
        scene.downloader(Scene.QUICK)
                .fetch(scene.request().landing(present), ProgressListener.NONE, Cancellation.create());
        assertThat(scene.server.requests()).hasSize(asked);
        assertThatThrownBy(() -> scene.downloader(Scene.QUICK)
                        .fetch(scene.request().landing(refusing), ProgressListener.NONE, Cancellation.create()))
                .hasMessageContaining("It is no model");
        assertThat(scene.target).doesNotExist();
        assertThat(scene.leftovers()).isEmpty();
    }
}
