package ai.bearllm.registry;

import ai.bearllm.download.Downloader;
import ai.bearllm.hub.Http;
import ai.bearllm.hub.HttpSettings;
import ai.bearllm.hub.Hub;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.IntSupplier;

/**
 * What queries cost: 10,000 entries of a user's catalog filtered and sorted, one of them found by its name, and the built-in
 * models shown.
 *
 * <p>{@code ./mvnw -Pbench test -Dbench=ai.bearllm.registry.CatalogSpeed -Dbench.args="SAMPLES"}, with 50 samples where nothing
 * is said. Each sample is the whole way from the home folder, in a process that is warm; the three take turns in an order drawn
 * anew each time. It prints each sample as a line of CSV, then the medians, and ends with 1 where filtering takes 50 ms or more, or
 * showing 100 ms or more.
 */
final class CatalogSpeed {
    private static final int ENTRIES = 10_000;
    private static final int WARM_UP = 20;
    private static final double MOST_FILTER_SECONDS = 0.050;
    private static final double MOST_SHOW_SECONDS = 0.100;

    private CatalogSpeed() {}

    private record Task(String name, IntSupplier work, List<Double> seconds) {}

    public static void main(String[] arguments) throws IOException {
        int samples = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 50;
        Path folder = Files.createTempDirectory("catalog-speed");
        try {
            List<Task> tasks = tasks(folder);
            long seed = System.nanoTime();
            System.out.println(
                    "# " + ENTRIES + " entries, " + samples + " samples, seed " + seed + ", Java " + Runtime.version());
            measure(tasks, samples, new Random(seed));
            boolean good = true;
            for (Task task : tasks) {
                Collections.sort(task.seconds);
                double median = task.seconds.get(samples / 2);
                System.out.printf(
                        Locale.ROOT,
                        "# %s: median %.2f ms, slowest %.2f ms%n",
                        task.name,
                        1e3 * median,
                        1e3 * task.seconds.get(samples - 1));
                good &= median < (task.name.equals("show") ? MOST_SHOW_SECONDS : MOST_FILTER_SECONDS);
            }
            System.exit(good ? 0 : 1);
        } finally {
            Folders.delete(folder);
        }
    }

    private static List<Task> tasks(Path folder) throws IOException {
        Registry many = registry(folder.resolve("many"));
        Path catalog = folder.resolve("many").resolve("registry.json");
        Files.writeString(catalog, entries());
        // One that was written just now is read again each time.
        Files.setLastModifiedTime(catalog, FileTime.from(Instant.now().minusSeconds(60)));
        Registry usual = registry(folder.resolve("usual"));
        return List.of(
                new Task(
                        "filter",
                        () -> many.models()
                                .small()
                                .tagged("chat")
                                .licensed("apache")
                                .quantized("q4")
                                .contextAtLeast(4096)
                                .smallerThan("2 GB")
                                .smallestFirst()
                                .count(),
                        new ArrayList<>()),
                new Task("find", () -> many.model("model-9999").id().hashCode(), new ArrayList<>()),
                new Task("show", () -> usual.models().sheet().text().length(), new ArrayList<>()));
    }

    private static Registry registry(Path home) {
        Http http = Http.of(HttpSettings.of("bench", Map.of()));
        Home at = Home.at(home);
        return new Registry(
                at,
                () -> Downloader.of(http, at.downloads()),
                () -> Hub.of(http, Map.of()),
                () -> event -> {},
                ModelUses.UNKNOWN,
                Clock.systemUTC());
    }

    private static String entries() {
        StringBuilder json = new StringBuilder("{\"version\":1,\"models\":[");
        for (int i = 0; i < ENTRIES; i++) {
            json.append(i == 0 ? "" : ",")
                    .append(String.format(
                            Locale.ROOT,
                            """
                    {"id":"maker-%d/model-%d:Q4_K_M","aliases":["short-%d"],"description":"The model number %d.",
                     "parameters":%d,"quantization":"Q4_K_M","contextTokens":%d,"chat":{"kind":"file-template"},
                     "license":{"id":"Apache-2.0","url":"https://spdx.org/licenses/Apache-2.0.html"},
                     "tags":["chat","fast"],"file":{"name":"model-%d.gguf",
                     "origin":"hf:maker/model-%d@0123456789abcdef0123456789abcdef01234567/model.gguf","sizeBytes":%d}}
                    """,
                            i % 100,
                            i,
                            i,
                            i,
                            1_000_000_000L + i * 1_000_000L,
                            1024 << (i % 6),
                            i,
                            i,
                            600_000_000L + i));
        }
        return json.append("]}").toString();
    }

    private static void measure(List<Task> tasks, int samples, Random random) {
        System.out.println("sample,task,seconds");
        for (int i = -WARM_UP; i < samples; i++) {
            List<Task> order = new ArrayList<>(tasks);
            Collections.shuffle(order, random);
            for (Task task : order) {
                long start = System.nanoTime();
                int result = task.work.getAsInt();
                double seconds = (System.nanoTime() - start) / 1e9;
                if (result == 0) {
                    throw new UncheckedIOException(new IOException(task.name + " did nothing"));
                }
                if (i >= 0) {
                    task.seconds.add(seconds);
                    System.out.printf(Locale.ROOT, "%d,%s,%.6f%n", i, task.name, seconds);
                }
            }
        }
    }
}
