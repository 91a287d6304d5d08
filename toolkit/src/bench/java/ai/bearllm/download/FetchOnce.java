package ai.bearllm.download;

import ai.bearllm.hub.Http;
import ai.bearllm.hub.HttpSettings;
import ai.bearllm.hub.Hub;
import ai.bearllm.model.Origin;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.ProgressListener;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Our side of {@link DownloadSpeed}, a process of its own: {@code ENDPOINT REPOSITORY FOLDER [warm]}. With {@code warm} it fetches
 * the file three times, as a notebook's process that lives for hours does, and writes wall and processor seconds of the last time
 * to {@code FOLDER/warm.txt}.
 */
final class FetchOnce {
    private FetchOnce() {}

    public static void main(String[] arguments) throws IOException {
        Http http = Http.of(HttpSettings.of("bear-bench/1", Map.of()));
        Hub hub = Hub.of(http, Map.of("HF_ENDPOINT", arguments[0]));
        Path folder = Path.of(arguments[2]);
        // Several connections would get around a limit for each, and hide what hashing adds.
        DownloadSettings settings =
                arguments[1].endsWith("/hundred") ? DownloadSettings.USUAL.connections(1) : DownloadSettings.USUAL;
        Downloader downloader = Downloader.of(http, folder.resolve("downloads"), settings);
        DownloadRequest request = new DownloadRequest(
                "benchmark",
                new Source.OnHub(hub, new Origin.HubFile(arguments[1], "main", "model.gguf")),
                folder.resolve("model.gguf"),
                OptionalLong.empty(),
                Optional.empty());
        if (arguments.length == 3) {
            DownloadResult result = fetch(downloader, request);
            System.out.println(result + ", " + result.attempts() + " requests");
            return;
        }
        for (int i = 0; i < 2; i++) {
            fetch(downloader, request);
            Files.delete(request.target());
        }
        OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long wall = System.nanoTime();
        long processor = process.getProcessCpuTime();
        fetch(downloader, request);
        Files.writeString(
                folder.resolve("warm.txt"),
                (System.nanoTime() - wall) / 1e9 + " " + (process.getProcessCpuTime() - processor) / 1e9);
    }

    private static DownloadResult fetch(Downloader downloader, DownloadRequest request) {
        return downloader.fetch(request, ProgressListener.NONE, Cancellation.create());
    }
}
