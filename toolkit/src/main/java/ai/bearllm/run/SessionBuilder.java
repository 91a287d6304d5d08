package ai.bearllm.run;

import ai.bearllm.engine.KvCacheType;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.Pooling;
import ai.bearllm.engine.Sandboxing;
import java.time.Duration;

/** Chooses how a session is opened; each step returns a new choice, {@link #open()} opens it. */
public final class SessionBuilder {
    private final SessionFactory factory;
    private final String model;
    private final String engine;
    private final LoadOptions options;

    private SessionBuilder(SessionFactory factory, String model, String engine, LoadOptions options) {
        this.factory = factory;
        this.model = model;
        this.engine = engine;
        this.options = options;
    }

    /**
     * A session on this model with nothing else chosen.
     *
     * @param model an id, alias or short name; empty for the active model
     */
    public static SessionBuilder of(SessionFactory factory, String model) {
        return new SessionBuilder(factory, model, "", LoadOptions.DEFAULT);
    }

    /** On this engine, for example {@code llama.cpp}. */
    public SessionBuilder engine(String name) {
        return new SessionBuilder(factory, model, name, options);
    }

    /** With a context of this many tokens. */
    public SessionBuilder context(int tokens) {
        return with(options.withContext(tokens));
    }

    /** With this many prompt tokens a step. */
    public SessionBuilder batch(int tokens) {
        return with(options.withBatch(tokens));
    }

    /** With this many threads. */
    public SessionBuilder threads(int count) {
        return with(options.withThreads(count));
    }

    /** On the CPU alone. */
    public SessionBuilder cpu() {
        return with(options.withGpuLayers(0));
    }

    /** With every layer on the GPU; where that cannot be, the session says why it is on the CPU. */
    public SessionBuilder gpu() {
        return with(options.withGpuLayers(LoadOptions.ALL_LAYERS));
    }

    /** With this many layers on the GPU. */
    public SessionBuilder gpuLayers(int layers) {
        return with(options.withGpuLayers(layers));
    }

    /** With keys and values of the cache kept as this type, for example {@code q8_0}: half the memory of the usual f16. */
    public SessionBuilder kvCache(String type) {
        return kvCache(type, type);
    }

    /**
     * With keys and values of the cache kept as these types: f32, f16, bf16, q8_0, q4_0, q4_1, q5_0, q5_1 or iq4_nl. Quantized
     * values switch flash attention on.
     */
    public SessionBuilder kvCache(String keys, String values) {
        return with(options.withKvCache(KvCacheType.of(keys), KvCacheType.of(values)));
    }

    /** With or without flash attention; unless chosen, on where the cache types need it. */
    public SessionBuilder flashAttention(boolean on) {
        return with(options.withFlashAttention(on));
    }

    /** The seed of requests that name none; 0 unless chosen. */
    public SessionBuilder seed(int value) {
        return with(options.withSeed(value));
    }

    /** For vectors alone, as the model's file pools them: saves the second process that {@code embed} opens otherwise. */
    public SessionBuilder embeddings() {
        return embeddings(Pooling.MODEL);
    }

    /** For vectors alone, pooled so. */
    public SessionBuilder embeddings(Pooling pooling) {
        return with(options.withEmbeddings(pooling));
    }

    /**
     * Insisting on a sandbox or not: {@code required}, {@code preferred} (unless chosen: the best that works here), or
     * {@code off}. With {@code required}, opening fails where no sandbox works, and says what to do.
     */
    public SessionBuilder sandbox(String wish) {
        return sandbox(Sandboxing.named(wish));
    }

    /** Insisting on a sandbox or not. */
    public SessionBuilder sandbox(Sandboxing wish) {
        return with(options.withHosting(options.hosting().withSandboxing(wish)));
    }

    /** Leaving the model loaded so long after the session is closed; zero: it is loaded anew and goes with the session. */
    public SessionBuilder keepAlive(Duration time) {
        return with(options.withHosting(options.hosting().withKeepAlive(time)));
    }

    /** With an option by the engine's own name, for example {@code extra("ubatch-size", "256")}; unknown ones are refused. */
    public SessionBuilder extra(String name, Object value) {
        return with(options.withExtra(name, value.toString()));
    }

    private SessionBuilder with(LoadOptions changed) {
        return new SessionBuilder(factory, model, engine, changed);
    }

    /**
     * Loads the model and waits until it can generate.
     *
     * @throws ai.bearllm.model.BearException where that cannot be; it says what to do
     */
    public ModelSession open() {
        return factory.open(model, engine, options);
    }

    @Override
    public String toString() {
        return "session on " + (model.isEmpty() ? "the active model" : model) + ": .open() loads it";
    }
}
