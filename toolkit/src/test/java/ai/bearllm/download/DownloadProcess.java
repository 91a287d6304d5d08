package ai.bearllm.download;

import ai.bearllm.hub.Http;
import ai.bearllm.hub.HttpSettings;
import ai.bearllm.hub.Hub;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Origin;
import ai.bearllm.progress.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/** A process that fetches a file and says how far it is, to be killed, or to fill its own disk. */
final class DownloadProcess {
    private DownloadProcess() {}

    /** {@code ENDPOINT HOME CONNECTIONS [fill]}: ends with 0 when verified, with 3 where that failed. */
    public static void main(String[] arguments) throws IOException {
        Path home = Path.of(arguments[1]);
        Http http = Http.of(HttpSettings.of("bear-test/1", Map.of()));
        DownloadSettings settings = new DownloadSettings(5, Duration.ofMillis(10), Duration.ofSeconds(2))
                .connections(Integer.parseInt(arguments[2]));
        Source source = new Source.OnHub(
                Hub.of(http, Map.of("HF_ENDPOINT", arguments[0])),
                new Origin.HubFile("bear/tiny", "main", "tiny.gguf"));
        DownloadRequest request = new DownloadRequest(
                "download of tiny", source, home.resolve("models/tiny.gguf"), OptionalLong.empty(), Optional.empty());
        boolean fill = arguments.length > 3 && arguments[3].equals("fill");
        AtomicBoolean full = new AtomicBoolean();
        Download download = Downloader.of(http, home.resolve("downloads"), settings)
                .start(request, event -> {
                    if (fill && event instanceof Progress.Advanced && full.compareAndSet(false, true)) {
                        fill(home.resolve("filler"));
                    }
                });
        download.listen(event -> say(download, event));
        int status = await(download);
        if (fill && status != 0) {
            Files.delete(home.resolve("filler"));
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

    private static void fill(Path file) {
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] zeros = new byte[1 << 16];
            while (true) {
                out.write(zeros);
            }
        } catch (IOException e) {
            System.out.println("filled: " + e.getMessage());
        }
    }
}
