package ai.bearllm.download;

import ai.bearllm.hub.Http;
import ai.bearllm.hub.HttpSettings;
import ai.bearllm.hub.Hub;
import ai.bearllm.model.Origin;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.ProgressListener;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Our side of {@link DownloadSpeed}, a process of its own: {@code ENDPOINT REPOSITORY FOLDER}. */
final class FetchOnce {
    private FetchOnce() {}

    public static void main(String[] arguments) {
        Http http = Http.of(HttpSettings.of("bear-bench/1", Map.of()));
        Hub hub = Hub.of(http, Map.of("HF_ENDPOINT", arguments[0]));
        Path folder = Path.of(arguments[2]);
        DownloadResult result = Downloader.of(http, folder.resolve("downloads"))
                .fetch(
                        new DownloadRequest(
                                "benchmark",
                                new Source.OnHub(hub, new Origin.HubFile(arguments[1], "main", "model.gguf")),
                                folder.resolve("model.gguf"),
                                OptionalLong.empty(),
                                Optional.empty()),
                        ProgressListener.NONE,
                        Cancellation.create());
        System.out.println(result + ", " + result.attempts() + " requests");
    }
}
