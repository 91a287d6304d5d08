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
 * Our side of {@link DownloadSpeed}, a process of its own: {@code ENDPOINT REPOSITORY FOLDER [warm]}. Without
 * arguments it does nothing, which is what a JVM's start costs. With {@code warm} it fetches
 * the file three times, as a notebook's process that lives for hours does, and writes wall and processor seconds of the last time
 * to {@code FOLDER/warm.txt}.
 */
final class FetchOnce {
    private final Downloader downloader;
    private final DownloadRequest request;

    FetchOnce(String endpoint, String repository, Path folder) {
        Http http = Http.of(HttpSettings.of("bear-bench/1", Map.of()));
        Hub hub = Hub.of(http, Map.of("HF_ENDPOINT", endpoint));
        // Several connections would get around a limit for each, and hide what hashing adds.
        DownloadSettings settings =
                repository.contains("/hundred") ? DownloadSettings.USUAL.connections(1) : DownloadSettings.USUAL;
        downloader = Downloader.of(http, folder.resolve("downloads"), settings);
        request = new DownloadRequest(
                "benchmark",
                new Source.OnHub(hub, new Origin.HubFile(repository, "main", "model.gguf")),
                folder.resolve("model.gguf"),
                OptionalLong.empty(),
                Optional.empty());
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 0) {
            return;
        }
        Path folder = Path.of(arguments[2]);
        FetchOnce once = new FetchOnce(arguments[0], arguments[1], folder);
        if (arguments.length == 3) {
            DownloadResult result = once.fetch();
            System.out.println(result + ", " + result.attempts() + " requests");
            return;
        }
        for (int i = 0; i < 2; i++) {
            once.fetch();
            once.forget();
        }
        double[] seconds = once.measured();
        Files.writeString(folder.resolve("warm.txt"), seconds[0] + " " + seconds[1]);
    }

    DownloadResult fetch() {
        return downloader.fetch(request, ProgressListener.NONE, Cancellation.create());
    }

    /** Removes what was fetched. */
    void forget() throws IOException {
        Files.delete(request.target());
    }

    /** Fetches, and says how many seconds that took: by the clock, and of this process's processor time. */
    double[] measured() {
        OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long wall = System.nanoTime();
        long processor = process.getProcessCpuTime();
        fetch();
        return new double[] {(System.nanoTime() - wall) / 1e9, (process.getProcessCpuTime() - processor) / 1e9};
    }
}
