package ai.bearllm.estimate;

import ai.bearllm.engine.EngineProvider;
import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.MemoryReport;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Sampling;
import ai.bearllm.engine.Session;
import ai.bearllm.engine.llamacpp.LlamaCppProvider;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.worker.WorkerEngine;
import ai.bearllm.worker.WorkerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The forecast of memory beside what a worker really took, model by model and context by context.
 *
 * <p>{@code ./mvnw -Pbench test -Dbench=ai.bearllm.estimate.ForecastTable -Dbench.args="FOLDER MODEL..."}. A model is a GGUF file,
 * or one of tinyllama, phi-2, mistral-7b, llama-2-7b, llama-2-13b, which is then written into the folder with random weights in
 * its exact shape, and deleted again. {@code MODEL=512,2048,8192} says the contexts, those where nothing is said;
 * {@code MODEL=8192/1000} fills that context with so many tokens only, because a whole one takes the large models an hour.
 *
 * <p>Each row is a line of tab-separated values. "Loaded" is the peak after loading, "used" the peak after a prompt that filled
 * the context and four tokens more, both without an idle worker's own memory, which is measured five times first and printed.
 */
final class ForecastTable {
    private static final int GENERATED = 4;
    private static final String DEFAULT = "512,2048,8192";

    private final Path folder;
    private final long idle;

    private ForecastTable(Path folder) {
        this.folder = folder;
        this.idle = idle();
    }

    public static void main(String[] arguments) throws IOException {
        int status = 1;
        try {
            ForecastTable table = new ForecastTable(Files.createDirectories(Path.of(arguments[0])));
            System.out.println("# idle worker " + table.idle + " bytes");
            System.out.println("model\tquantization\tcontext\tfilled\tforecast_loaded\tmeasured_loaded\tloaded_error"
                    + "\tforecast_used\tmeasured_used\tused_error\tanonymous\tlog_weights\tlog_cache\tlog_compute");
            for (String model : Arrays.asList(arguments).subList(1, arguments.length)) {
                table.measure(model.split("=", 2));
            }
            status = 0;
        } finally {
            System.out.flush();
            Runtime.getRuntime().halt(status);
        }
    }

    private WorkerEngine engine(EngineProvider provider) {
        return new WorkerEngine(provider, WorkerSettings.of(folder.resolve("workers"), folder.resolve("logs")));
    }

    private long idle() {
        List<Long> peaks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            try (WorkerEngine engine = engine(new IdleProvider());
                    Session session = engine.load(
                            new ModelSource.LocalFile(folder.toAbsolutePath().resolve("none")),
                            LoadOptions.DEFAULT,
                            Cancellation.create())) {
                peaks.add(session.memory().peakResidentBytes().orElseThrow());
            }
        }
        peaks.sort(null);
        return peaks.get(peaks.size() / 2);
    }

    private void measure(String[] model) throws IOException {
        Path given = Path.of(model[0]);
        boolean made = !Files.exists(given);
        Path file = made ? folder.resolve(model[0] + ".gguf") : given;
        if (made) {
            RandomModel.write(KnownShape.named(model[0]), file);
        }
        try {
            for (String context : (model.length > 1 ? model[1] : DEFAULT).split(",")) {
                String[] parts = context.split("/", 2);
                int tokens = Integer.parseInt(parts[0]);
                row(file.toAbsolutePath(), tokens, parts.length > 1 ? Integer.parseInt(parts[1]) : tokens);
            }
        } finally {
            if (made) {
                Files.delete(file);
            }
        }
    }

    private void row(Path file, int context, int filled) {
        Gguf gguf = Gguf.read(file);
        LoadOptions options = LoadOptions.DEFAULT.withContext(context);
        try (WorkerEngine engine = engine(new LlamaCppProvider());
                Session session = engine.load(new ModelSource.LocalFile(file), options, Cancellation.create())) {
            MemoryReport loaded = session.memory();
            Generation generation = session.generate(
                    GenerationRequest.of(prompt(session, filled - GENERATED - 4), GENERATED)
                            .withSampling(Sampling.GREEDY)
                            .measured(),
                    GenerationListener.NONE,
                    Cancellation.create());
            MemoryReport used = session.memory();
            int really = generation.tokens().prompt().orElse(0)
                    + generation.tokens().generated().orElse(0);
            long loadedPeak = loaded.peakResidentBytes().orElseThrow() - idle;
            long usedPeak = used.peakResidentBytes().orElseThrow() - idle;
            long forecastLoaded = forecast(gguf, context, 1);
            long forecastUsed = forecast(gguf, context, really);
            System.out.println(String.join(
                    "\t",
                    String.valueOf(file.getFileName()).replace(".gguf", ""),
                    gguf.quantization().orElse("?"),
                    Integer.toString(context),
                    Integer.toString(really),
                    Long.toString(forecastLoaded),
                    Long.toString(loadedPeak),
                    error(forecastLoaded, loadedPeak),
                    Long.toString(forecastUsed),
                    Long.toString(usedPeak),
                    error(forecastUsed, usedPeak),
                    Long.toString(used.anonymousBytes().orElse(0)),
                    Long.toString(session.loaded().weightsBytes().orElse(0)),
                    Long.toString(session.loaded().kvCacheBytes().orElse(0)),
                    Long.toString(session.loaded().computeBytes().orElse(0))));
            System.out.flush();
        }
    }

    private static long forecast(Gguf gguf, int context, int used) {
        return MemoryEstimate.of(gguf, context, MemoryOptions.DEFAULT, used)
                .modelBytes()
                .orElseThrow();
    }

    private static String error(long forecast, long measured) {
        return String.format(Locale.ROOT, "%+.1f", 100.0 * (forecast - measured) / measured);
    }

    /** A text of so many tokens, or a few fewer. */
    private static String prompt(Session session, int tokens) {
        String letters = "a b c d e f g h i j k l m n o p q r s t u v w x y z ";
        double each = session.tokenize(letters.repeat(10)).size() / 10.0;
        String text = letters.repeat((int) Math.ceil(tokens / each) + 1);
        int low = 0;
        int high = text.length();
        while (low < high) {
            int middle = (low + high + 1) / 2;
            if (session.tokenize(text.substring(0, middle)).size() <= tokens) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return text.substring(0, low);
    }
}
