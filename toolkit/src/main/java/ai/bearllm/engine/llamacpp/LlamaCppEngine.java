package ai.bearllm.engine.llamacpp;

import ai.bearllm.engine.Capabilities;
import ai.bearllm.engine.Engine;
import ai.bearllm.engine.EngineEnvironment;
import ai.bearllm.engine.EngineProvider;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Session;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Loads one model in its life, because the library frees nothing and logs to one file for the whole process. */
final class LlamaCppEngine implements Engine {
    private final EngineProvider provider;
    private final EngineEnvironment environment;
    private @Nullable Session session;
    private boolean closed;

    LlamaCppEngine(EngineProvider provider, EngineEnvironment environment) {
        this.provider = provider;
        this.environment = environment;
    }

    @Override
    public String name() {
        return provider.name();
    }

    @Override
    public String build() {
        return provider.build();
    }

    @Override
    public Capabilities capabilities() {
        return provider.capabilities();
    }

    @Override
    public synchronized Session load(ModelSource source, LoadOptions options, Cancellation cancellation) {
        if (closed) {
            throw new IllegalStateException("The engine is closed; open a new one.");
        }
        if (session != null) {
            throw new IllegalStateException("An engine of llama.cpp loads one model in its life; open another engine.");
        }
        cancellation.check();
        Path file = file(source);
        Gguf gguf = Gguf.read(file);
        Architectures.require(gguf, options.embeddings().isPresent());
        requireByteOrder(gguf);
        NativeLibrary.provide(environment.privateDirectory());
        Session loaded;
        try {
            loaded = ModelLoading.load(file, gguf, options, environment);
        } catch (LinkageError e) {
            throw notLinked(e);
        }
        session = loaded;
        return loaded;
    }

    private static Path file(ModelSource source) {
        if (source instanceof ModelSource.LocalFile local) {
            return local.path();
        }
        throw new BearException(
                "The engine llama.cpp runs files of this machine, not a model behind a server.",
                "Open the model through its endpoint.");
    }

    private static void requireByteOrder(Gguf gguf) {
        if (gguf.byteOrder() != ByteOrder.nativeOrder()) {
            throw new BearException(
                    gguf.source() + " has the bytes of its numbers in the other order than this machine.",
                    "Get the file for this kind of machine; nearly all are little-endian.");
        }
    }

    /** The binding hides what the system's loader said, so that is asked again. */
    private static BearException notLinked(LinkageError cause) {
        String said = NativeLibrary.complaint().orElse(String.valueOf(cause.getMessage()));
        return new BearException(
                "The native library of llama.cpp does not load: " + said + ".",
                NativeNeeds.fixOf(said)
                        .orElse(
                                "Look for what it says is missing; a system older than the library (glibc 2.17, of 2012)"
                                        + " cannot run it."),
                cause);
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (session != null) {
            session.close();
        }
    }
}
