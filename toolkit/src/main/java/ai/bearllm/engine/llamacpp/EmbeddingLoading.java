package ai.bearllm.engine.llamacpp;

import ai.bearllm.engine.EngineEnvironment;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.LoadReport;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Pooling;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.model.BearException;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Loads a model for vectors alone, with the library's log switched off: it would hold every text. */
final class EmbeddingLoading {
    /** A text is computed in one step, whose buffers grow with its size. */
    private static final int DEFAULT_BATCH = 512;

    private EmbeddingLoading() {}

    static LlamaCppEmbeddings load(Path file, Gguf gguf, LoadOptions options, EngineEnvironment environment) {
        long start = System.nanoTime();
        CacheOptions cache = CacheOptions.of(options, gguf);
        int threads = options.threads().orElseGet(PhysicalCores::usable);
        int batch = options.batchTokens().orElse(DEFAULT_BATCH);
        int context = Math.max(batch, options.contextTokens().orElse(batch));
        int longest = (int) Math.min(batch, gguf.contextTokens().orElse(batch));
        Pooling pooling = pooling(options.embeddings().orElse(Pooling.MODEL), gguf);
        ModelParameters parameters = new ModelParameters()
                .setModel(ModelLoading.reachable(file, environment).toString())
                .setCtxSize(context)
                .setBatchSize(batch)
                .setUbatchSize(batch)
                .setThreads(threads)
                .setThreadsBatch(threads)
                .disableContextShift()
                .skipWarmup()
                .enableEmbedding()
                .disableLog();
        cache.apply(parameters);
        options.gpuLayers().stream().filter(layers -> layers > 0).forEach(parameters::setGpuLayers);
        Extras.apply(options.extras(), parameters);
        // Behind the extras, because a smaller step would not take a text whole.
        parameters.setUbatchSize(batch);
        setPooling(parameters, pooling);
        LlamaModel model = ModelLoading.open(parameters, file, () -> "");
        Map<String, String> effective = new LinkedHashMap<>();
        effective.put("contextTokens", Integer.toString(context));
        effective.put("batchTokens", Integer.toString(batch));
        effective.put("threads", Integer.toString(threads));
        effective.put("embeddings", pooling.name().toLowerCase(Locale.ROOT));
        options.extras().forEach(effective::put);
        LoadReport report = new LoadReport(
                Duration.ofNanos(System.nanoTime() - start),
                context,
                effective,
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                Optional.empty());
        int vocabulary = (int) gguf.vocabularySize().orElse(0);
        return new LlamaCppEmbeddings(model, new ModelSource.LocalFile(file), report, longest, vocabulary);
    }

    /** Source of the numbers: {@code llama_pooling_type} in llama.h. */
    private static Pooling pooling(Pooling asked, Gguf gguf) {
        boolean encoder = Architectures.encodes(gguf);
        Pooling pooling = asked != Pooling.MODEL
                ? asked
                : switch ((int) gguf.ofArchitecture("pooling_type").orElse(0)) {
                    case 1 -> Pooling.MEAN;
                    case 2 -> Pooling.FIRST;
                    case 3 -> Pooling.LAST;
                    default -> encoder ? Pooling.MEAN : Pooling.LAST;
                };
        if (pooling == Pooling.MEAN && !encoder) {
            throw new BearException(
                    "llama.cpp b4916 cannot take the mean over the tokens of a model that generates text: it plans with a"
                            + " matrix of another size and ends its process.",
                    "Use Pooling.LAST, which is what such models are made for, or a model for embeddings.");
        }
        return pooling;
    }

    /** The binding's own method writes a number, where the library reads names only. */
    @SuppressWarnings("unchecked")
    private static void setPooling(ModelParameters parameters, Pooling pooling) {
        String name = pooling == Pooling.FIRST ? "cls" : pooling.name().toLowerCase(Locale.ROOT);
        try {
            Field field = ModelParameters.class.getSuperclass().getDeclaredField("parameters");
            field.setAccessible(true);
            ((Map<String, String>) field.get(parameters)).put("--pooling", name);
        } catch (ReflectiveOperationException e) {
            throw new BearException(
                    "This build of java-llama.cpp cannot be told how to make one vector of a text.",
                    "Use java-llama.cpp 4.2.0.",
                    e);
        }
    }
}
