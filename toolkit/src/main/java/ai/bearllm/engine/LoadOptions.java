package ai.bearllm.engine;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * How a model is loaded. What an engine cannot do as asked, it refuses before it loads anything.
 *
 * @param contextTokens size of the context; empty: the engine takes the model's own, at most 4096
 * @param batchTokens prompt tokens computed in one step; empty: the engine's default
 * @param threads threads that compute; empty: the number of physical cores this process may use
 * @param gpuLayers layers to put on a GPU; empty: none
 * @param keyCache how the keys of the cache are kept; empty: 16 bits
 * @param valueCache how the values of the cache are kept; empty: 16 bits
 * @param flashAttention attention without its large intermediate matrix; empty: where the cache types need it
 * @param seed for requests that name none; empty: 0
 * @param embeddings makes the session one for vectors alone, pooled so: it generates no text
 * @param hosting how its process is run
 * @param extras engine-specific options by the engine's own names, passed on as they are
 */
public record LoadOptions(
        OptionalInt contextTokens,
        OptionalInt batchTokens,
        OptionalInt threads,
        OptionalInt gpuLayers,
        Optional<KvCacheType> keyCache,
        Optional<KvCacheType> valueCache,
        Optional<Boolean> flashAttention,
        OptionalInt seed,
        Optional<Pooling> embeddings,
        Hosting hosting,
        Map<String, String> extras) {
    /** Everything left to the engine. */
    public static final LoadOptions DEFAULT = new Change().options();

    /** More layers than any model has: every layer on a GPU. */
    public static final int ALL_LAYERS = 10_000;

    private static final int MOST_EXTRAS = 256;

    public LoadOptions {
        requireIn("contextTokens", contextTokens, 8, 16_777_216);
        requireIn("batchTokens", batchTokens, 1, 1_048_576);
        requireIn("threads", threads, 1, 1024);
        requireIn("gpuLayers", gpuLayers, 0, 100_000);
        if (extras.size() > MOST_EXTRAS) {
            throw new IllegalArgumentException("at most " + MOST_EXTRAS + " extra options but were " + extras.size());
        }
        extras = Collections.unmodifiableMap(new TreeMap<>(extras));
    }

    /** With a context of this many tokens. */
    public LoadOptions withContext(int tokens) {
        Change change = new Change(this);
        change.contextTokens = OptionalInt.of(tokens);
        return change.options();
    }

    /** With this many prompt tokens a step. */
    public LoadOptions withBatch(int tokens) {
        Change change = new Change(this);
        change.batchTokens = OptionalInt.of(tokens);
        return change.options();
    }

    /** With this many threads. */
    public LoadOptions withThreads(int count) {
        Change change = new Change(this);
        change.threads = OptionalInt.of(count);
        return change.options();
    }

    /** With this many layers on a GPU. */
    public LoadOptions withGpuLayers(int layers) {
        Change change = new Change(this);
        change.gpuLayers = OptionalInt.of(layers);
        return change.options();
    }

    /** With keys and values of the cache kept so. */
    public LoadOptions withKvCache(KvCacheType keys, KvCacheType values) {
        Change change = new Change(this);
        change.keyCache = Optional.of(keys);
        change.valueCache = Optional.of(values);
        return change.options();
    }

    /** With or without flash attention, whatever the cache types need. */
    public LoadOptions withFlashAttention(boolean on) {
        Change change = new Change(this);
        change.flashAttention = Optional.of(on);
        return change.options();
    }

    /** With this seed for requests that name none. */
    public LoadOptions withSeed(int value) {
        Change change = new Change(this);
        change.seed = OptionalInt.of(value);
        return change.options();
    }

    /** For vectors alone. */
    public LoadOptions withEmbeddings(Pooling pooling) {
        Change change = new Change(this);
        change.embeddings = Optional.of(pooling);
        return change.options();
    }

    /** With its process run so. */
    public LoadOptions withHosting(Hosting value) {
        Change change = new Change(this);
        change.hosting = value;
        return change.options();
    }

    /** With one more option by the engine's own name. */
    public LoadOptions withExtra(String name, String value) {
        Change change = new Change(this);
        Map<String, String> more = new TreeMap<>(extras);
        more.put(name, value);
        change.extras = more;
        return change.options();
    }

    private static void requireIn(String name, OptionalInt value, int least, int most) {
        if (value.isPresent() && (value.getAsInt() < least || value.getAsInt() > most)) {
            throw new IllegalArgumentException(
                    name + " must be " + least + " to " + most + " but was " + value.getAsInt());
        }
    }

    /** One step's copy, so that a step names only what it changes. */
    private static final class Change {
        private OptionalInt contextTokens = OptionalInt.empty();
        private OptionalInt batchTokens = OptionalInt.empty();
        private OptionalInt threads = OptionalInt.empty();
        private OptionalInt gpuLayers = OptionalInt.empty();
        private Optional<KvCacheType> keyCache = Optional.empty();
        private Optional<KvCacheType> valueCache = Optional.empty();
        private Optional<Boolean> flashAttention = Optional.empty();
        private OptionalInt seed = OptionalInt.empty();
        private Optional<Pooling> embeddings = Optional.empty();
        private Hosting hosting = Hosting.DEFAULT;
        private Map<String, String> extras = Map.of();

        Change() {}

        Change(LoadOptions from) {
            contextTokens = from.contextTokens;
            batchTokens = from.batchTokens;
            threads = from.threads;
            gpuLayers = from.gpuLayers;
            keyCache = from.keyCache;
            valueCache = from.valueCache;
            flashAttention = from.flashAttention;
            seed = from.seed;
            embeddings = from.embeddings;
            hosting = from.hosting;
            extras = from.extras;
        }

        LoadOptions options() {
            return new LoadOptions(
                    contextTokens,
                    batchTokens,
                    threads,
                    gpuLayers,
                    keyCache,
                    valueCache,
                    flashAttention,
                    seed,
                    embeddings,
                    hosting,
                    extras);
        }
    }
}
