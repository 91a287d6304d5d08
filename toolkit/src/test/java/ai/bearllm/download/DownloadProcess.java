package ai.bearllm.download;

import ai.bearllm.hub.Http;
import ai.bearllm.hub.HttpSettings;
import ai.bearllm.hub.Hub;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Origin;
import ai.bearllm.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** A process that fetches a file and says how far it is, to be killed, or to have trouble with its own disk. */
final class DownloadProcess {
    private DownloadProcess() {}

    /** {@code ENDPOINT HOME CONNECTIONS [TROUBLE]}: ends with 0 when verified, with 3 where that failed. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path home = Path.of(arguments[1]);
        Http http = Http.of(HttpSettings.of("bear-test/1", Map.of()));
        DownloadSettings settings = new DownloadSettings(5, Duration.ofMillis(10), Duration.ofSeconds(2))
                .connections(Integer.parseInt(arguments[2]));
        Source source = new Source.OnHub(
                Hub.of(http, Map.of("HF_ENDPOINT", arguments[0])),
                new Origin.HubFile("bear/tiny", "main", "tiny.gguf"));
        DownloadRequest request = new DownloadRequest(
                "download of tiny", source, home.resolve("models/tiny.gguf"), OptionalLong.empty(), Optional.empty());
        DiskFault trouble = arguments.length > 3 ? DiskFault.valueOf(arguments[3]) : DiskFault.NONE;
        AtomicBoolean begun = new AtomicBoolean();
        CountDownLatch enough = new CountDownLatch(1);
        Download download = Downloader.of(http, home.resolve("downloads"), settings)
                .start(request, event -> {
                    if (event instanceof Progress.Advanced advanced && advanced.done() >= trouble.after()) {
                        enough.countDown();
                        if (!trouble.needsRest() && begun.compareAndSet(false, true)) {
                            trouble.begin(home);
                        }
                    }
                });
        download.listen(event -> say(download, event));
        if (trouble.needsRest()) {
            enough.await();
            download.pause();
            trouble.begin(home);
            download.resume();
        }
        int status = await(download);
        if (trouble != DiskFault.NONE && status != 0) {
            trouble.end(home);
            download.resume();
            status = await(download);
        }
        System.out.flush();
        System.exit(status);
    }

    private static void say(Download download, Progress event) {
        DownloadProgress progress = download.progress();
        String what = event instanceof Progress.Paused paused ? " " + paused.why() : "";
        System.out.println(progress.phase() + " " + progress.bytes() + " " + progress.segments() + " "
                + event.getClass().getSimpleName() + what);
    }

    private static int await(Download download) {
        try {
            DownloadResult result = download.await();
            System.out.println("verified " + result.sha256().hex() + " " + result.attempts());
            return 0;
        } catch (BearException e) {
            System.out.println("failed " + e.getMessage());
            return 3;
        }
    }
}
