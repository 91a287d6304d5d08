package ai.bearllm.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.download.DownloadProgress.Phase;
import ai.bearllm.hub.testhub.Fault;
import ai.bearllm.hub.testhub.Scope;
import ai.bearllm.progress.Progress;
import ai.bearllm.progress.ProgressListener;
import ai.bearllm.progress.SeenStates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All downloads of a session together. */
class DownloadsTest {
    private static final byte[] WEIGHTS = Scene.random(3_000_000, 17);

    @TempDir
    Path home;

    private final SeenStates view = new SeenStates(true);
    private Scene scene;
    private Downloader downloader;

    @BeforeEach
    void start() throws IOException {
        scene = new Scene(home, WEIGHTS);
        downloader = scene.downloader(Scene.QUICK);
    }

    @AfterEach
    void stop() {
        downloader.all(() -> view).list().forEach(Download::cancel);
        scene.close();
    }

    private Download begin(int number, ProgressListener listener) {
        return downloader.start(
                new DownloadRequest(
                        "download " + number,
                        scene.source(),
                        home.resolve("models/" + number + ".gguf"),
                        OptionalLong.empty(),
                        Optional.empty()),
                listener);
    }

    private Download begun(int number) throws InterruptedException {
        CountDownLatch bytesCame = new CountDownLatch(1);
        Download download = begin(number, event -> {
            if (event instanceof Progress.Advanced) {
                bytesCame.countDown();
            }
        });
        bytesCame.await();
        return download;
    }

    @Test
    void areShownWithWhatTheyAreDoing() throws InterruptedException {
        Downloads downloads = downloader.all(() -> view);
        assertThat(downloads).hasToString("0 downloads, 0 running (.show() for all)");
        assertThat(downloads.sheet().text()).contains("startDownload()");
        begin(1, ProgressListener.NONE).await();
        scene.server.failNext(Scope.STORAGE, Fault.stall(1_000_000));
        begun(2);
        assertThat(downloads).hasToString("2 downloads, 1 running (.show() for all)");
        assertThat(downloads.running()).extracting(one -> one.request().job()).containsExactly("download 2");
        assertThat(downloads.limit("20 MB").sheet().text())
                .containsPattern("download 1 +downloaded +3.00 MB +3.00 MB +100")
                .containsPattern("download 2 +downloading ")
                .contains("Held to 20.0 MB a second.");
        assertThat(downloads.unlimited().sheet().text()).doesNotContain("Held to");
    }

    @Test
    void restGoOnAndAreAwaitedTogether() throws InterruptedException {
        scene.server.fail(Scope.STORAGE, Fault.slow(1_500_000));
        begun(1);
        begun(2);
        Downloads downloads = downloader.all(() -> view).pause();
        assertThat(downloads.running()).isEmpty();
        assertThat(downloads.list())
                .extracting(one -> one.progress().phase())
                .containsExactly(Phase.PAUSED, Phase.PAUSED);
        assertThat(downloads.list().get(0).progress().note().orElseThrow()).contains("download again, or resume()");
        downloads.resume().await();
        assertThat(home.resolve("models/1.gguf")).hasBinaryContent(WEIGHTS);
        assertThat(home.resolve("models/2.gguf")).hasBinaryContent(WEIGHTS);
        assertThat(scene.server.servedBytes()).isLessThan(2L * WEIGHTS.length + 2_000_000);
    }

    @Test
    void aLimitCountsFromTheMomentItIsSetAndLifted() throws InterruptedException {
        // By itself this would take hours; lifted, it ends at once.
        downloader.all(() -> view).limit("100 B");
        Download download = begin(1, ProgressListener.NONE);
        while (scene.server.storageRequests().isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        assertThat(download.progress().bytes()).isLessThan(WEIGHTS.length);
        downloader.all(() -> view).unlimited();
        assertThat(download.await().sizeBytes()).isEqualTo(WEIGHTS.length);
        assertThatThrownBy(() -> downloader.all(() -> view).limit("0")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> downloader.all(() -> view).limit("fast")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void areWatchedUntilNoneRuns() throws InterruptedException {
        scene.server.fail(Scope.STORAGE, Fault.slow(3_000_000));
        begun(1);
        downloader.all(() -> view).watch();
        assertThat(view.states).isNotEmpty().first().asString().containsPattern("download 1 +downloading ");
        assertThat(view.last).singleElement().asString().containsPattern("download 1 +downloaded +3.00 MB");
    }

    @Test
    void stoppingTheViewLeavesTheDownloadAlone() throws InterruptedException {
        scene.server.failNext(Scope.STORAGE, Fault.stall(1_000_000));
        Download download = begun(1);
        Thread cell = new Thread(
                () -> assertThatThrownBy(downloader.all(() -> view)::watch).isInstanceOf(CancellationException.class));
        cell.start();
        view.shown.acquire();
        cell.interrupt();
        cell.join();
        assertThat(view.last).hasSize(1);
        assertThat(download.progress().phase().isRunning()).isTrue();
    }

    @Test
    void areAwaitedAndShownOnceWhereNobodyLooksOn() throws InterruptedException {
        SeenStates unseen = new SeenStates(false);
        begun(1);
        downloader.all(() -> unseen).watch();
        assertThat(unseen.states).isEmpty();
        assertThat(unseen.last).singleElement().asString().containsPattern("download 1 +downloaded ");
    }
}
