package ai.bearllm.engine.llamacpp;

import ai.bearllm.engine.Capabilities;
import ai.bearllm.engine.Engine;
import ai.bearllm.engine.EngineEnvironment;
import ai.bearllm.engine.EngineProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * llama.cpp of March 2025, compiled into java-llama.cpp: runs GGUF files on the processor, on Linux, macOS and Windows.
 *
 * <p>It leaks what it loaded and keeps its process from ending, so an engine of this provider loads one model in its life,
 * inside a worker. Embeddings come from a session of their own whose log is switched off, because the library writes each
 * embedded text into its log.
 */
public final class LlamaCppProvider implements EngineProvider {
    private static final Capabilities CAPABILITIES = Capabilities.of(
            Capabilities.Feature.TOKENIZE,
            Capabilities.Feature.PROMPT_CACHE,
            Capabilities.Feature.GRAMMAR,
            Capabilities.Feature.EMBED,
            Capabilities.Feature.EMBED_APART);

    @Override
    public String name() {
        return "llama.cpp";
    }

    @Override
    public String description() {
        return "llama.cpp inside this toolkit: GGUF files on the processor, nothing to install.";
    }

    @Override
    public String build() {
        return "java-llama.cpp 4.2.0 (llama.cpp b4916)";
    }

    @Override
    public Capabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public Optional<String> unavailableBecause() {
        return NativeNeeds.ofThisSystem().missing();
    }

    @Override
    public Placement placement() {
        return Placement.WORKER;
    }

    /**
     * Where people named a library of their own, by {@code bear.llama.lib}: the folder of a {@code libjllama} built for a GPU, as
     * {@code docs/llama-library.md} in the sources tells.
     */
    @Override
    public Map<String, String> properties() {
        return NativeLibrary.own()
                .map(folder -> Map.of(NativeLibrary.OWN, folder.toString()))
                .orElse(Map.of());
    }

    @Override
    public List<Path> files() {
        return NativeLibrary.brought(System.getenv());
    }

    @Override
    public boolean knows(String architecture) {
        return Architectures.canGenerate(architecture);
    }

    @Override
    public Engine create(EngineEnvironment environment) {
        return new LlamaCppEngine(this, environment);
    }
}
