package ai.bearllm.engine.llamacpp;

import ai.bearllm.engine.EngineEnvironment;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.LoadReport;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Session;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelCard;
import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaIterator;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** Loads a model with the traps of the binding closed, and finds out what was really loaded. */
final class ModelLoading {
    /** A cancelled prompt is noticed between batches only, so they are no larger than what is computed at once. */
    private static final int DEFAULT_BATCH = 512;

    private static final Duration LOG_PATIENCE = Duration.ofSeconds(2);

    private ModelLoading() {}

    static Session load(Path file, Gguf gguf, LoadOptions asked, EngineEnvironment environment) {
        LoadOptions options = Extras.understood(asked);
        return options.embeddings().isPresent()
                ? EmbeddingLoading.load(file, gguf, options, environment)
                : loadToGenerate(file, gguf, options, environment);
    }

    private static Session loadToGenerate(Path file, Gguf gguf, LoadOptions options, EngineEnvironment environment) {
        long start = System.nanoTime();
        CacheOptions cache = CacheOptions.of(options, gguf);
        NativeLog log = new NativeLog(environment.privateDirectory().resolve("native.log"));
        int threads = options.threads().orElseGet(PhysicalCores::usable);
        int context = options.contextTokens().orElseGet(() -> defaultContext(gguf));
        int batch = options.batchTokens().orElse(DEFAULT_BATCH);
        ModelParameters parameters = new ModelParameters()
                .setModel(reachable(file, environment).toString())
                .setCtxSize(context)
                .setBatchSize(batch)
                .setThreads(threads)
                .setThreadsBatch(threads)
                .disableContextShift()
                .skipWarmup()
                .setLogFile(log.file().toString());
        cache.apply(parameters);
        if (options.gpuLayers().orElse(0) > 0) {
            parameters.setGpuLayers(options.gpuLayers().getAsInt());
        }
        Extras.apply(options.extras(), parameters);
        LlamaModel model = open(parameters, file, log::read);
        LoadLog loaded = new LoadLog(log.readUntil("chat template, chat_template:", LOG_PATIENCE));
        requireReadable(loaded, log);
        Vocabulary vocabulary = Vocabulary.of(model, loaded, gguf, added(model, log));
        Map<String, String> effective = effective(options, loaded, context, batch, threads);
        LoadReport report = new LoadReport(
                Duration.ofNanos(System.nanoTime() - start),
                loaded.contextTokens().orElse(context),
                effective,
                loaded.weightsBytes(),
                loaded.cacheBytes(),
                loaded.computeBytes(),
                OptionalInt.of(loaded.offloadedLayers().orElse(0)),
                fallback(options, loaded));
        return new LlamaCppSession(
                model,
                new ModelSource.LocalFile(file),
                report,
                vocabulary,
                log,
                options.seed().orElse(0));
    }

    private static int defaultContext(Gguf gguf) {
        long most = ModelCard.USUAL_CONTEXT;
        return (int) Math.max(8, Math.min(most, gguf.contextTokens().orElse(most)));
    }

    /** The binding hands paths over in a form of UTF-8 that writes characters beyond the first 65,536 in another way. */
    static Path reachable(Path file, EngineEnvironment environment) {
        if (file.toString().chars().noneMatch(unit -> Character.isSurrogate((char) unit))) {
            return file;
        }
        try {
            return Files.createSymbolicLink(environment.privateDirectory().resolve("model.gguf"), file);
        } catch (IOException | UnsupportedOperationException e) {
            throw new BearException(
                    "llama.cpp cannot read the path " + file + " because of its unusual characters.",
                    "Move the file to a path with simpler names.",
                    e);
        }
    }

    static LlamaModel open(ModelParameters parameters, Path file, Supplier<String> log) {
        try {
            return new LlamaModel(parameters);
        } catch (RuntimeException e) {
            // The binding's own exception is not public and says the same for every cause.
            String said = log.get()
                    .lines()
                    .filter(line -> line.contains("error") || line.contains("failed"))
                    .reduce((first, last) -> last)
                    .map(line -> " It logged: " + line.strip() + ".")
                    .orElse("");
            throw new BearException(
                    "llama.cpp could not load " + file + "." + said,
                    "Validate the file; if it is sound, take a smaller context, or a model that fits the memory.",
                    e);
        }
    }

    /** Without its log nothing is counted exactly. */
    private static void requireReadable(LoadLog loaded, NativeLog log) {
        if (loaded.contextTokens().isEmpty() || loaded.vocabulary().isEmpty()) {
            throw new BearException(
                    "llama.cpp did not write its log " + log.file() + " as expected, so nothing could be counted.",
                    "Free room on that disk and load the model again.");
        }
    }

    /** How many tokens the library puts before a prompt: asked by running one, which warms the weights up too. */
    private static int added(LlamaModel model, NativeLog log) {
        String probe = "a";
        LlamaIterator iterator = model.generate(new InferenceParameters(probe)
                        .setNPredict(1)
                        .setTemperature(0)
                        .setCachePrompt(false))
                .iterator();
        while (iterator.hasNext()) {
            iterator.next();
        }
        RunLog run = new RunLog(log.readUntil(RunLog.FINISHED, LOG_PATIENCE));
        return Math.max(0, run.promptTokens().orElse(0) - model.encode(probe).length);
    }

    private static Map<String, String> effective(
            LoadOptions options, LoadLog loaded, int context, int batch, int threads) {
        Map<String, String> effective = new LinkedHashMap<>();
        effective.put("contextTokens", Integer.toString(loaded.contextTokens().orElse(context)));
        effective.put("batchTokens", Integer.toString(batch));
        loaded.stepTokens().ifPresent(tokens -> effective.put("stepTokens", Integer.toString(tokens)));
        effective.put("threads", Integer.toString(threads));
        effective.put("gpuLayers", Integer.toString(loaded.offloadedLayers().orElse(0)));
        if (!loaded.cacheTypes().isEmpty()) {
            effective.put("cacheTypes", loaded.cacheTypes());
        }
        loaded.flashAttention().ifPresent(on -> effective.put("flashAttention", on == 0 ? "false" : "true"));
        options.seed().ifPresent(seed -> effective.put("sessionSeed", Integer.toUnsignedString(seed)));
        options.extras().forEach(effective::put);
        return effective;
    }

    private static Optional<String> fallback(LoadOptions options, LoadLog loaded) {
        int wanted = options.gpuLayers().orElse(0);
        if (wanted == 0) {
            return Optional.empty();
        }
        OptionalInt reached = loaded.offloadedLayers();
        if (reached.isEmpty()) {
            return Optional.of("this build of llama.cpp has no GPU support");
        }
        return reached.getAsInt() == 0 ? Optional.of("llama.cpp found no GPU that it can use") : Optional.empty();
    }
}
