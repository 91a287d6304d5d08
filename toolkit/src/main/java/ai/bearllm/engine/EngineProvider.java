package ai.bearllm.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Offers an engine; found by {@link ServiceLoader}. Making a provider loads no native library and names no class of an
 * optional dependency, so that every provider can be listed on every machine.
 */
public interface EngineProvider {
    /** The name people use, for example {@code llama.cpp}; unique. */
    String name();

    /** What it is, in one sentence. */
    String description();

    /** Exact version and build of the library behind it, for example {@code java-llama.cpp 4.2.0 (llama.cpp b4916)}. */
    String build();

    /** What its sessions can do. */
    Capabilities capabilities();

    /**
     * Why this engine cannot run here and what to do about it; empty where it can. Cheap: it looks, it loads nothing native.
     */
    Optional<String> unavailableBecause();

    /** Where its sessions live. */
    Placement placement();

    /** System properties that its worker's JVM needs; those of this process are not passed on by themselves. */
    default Map<String, String> properties() {
        return Map.of();
    }

    /** Files and folders besides model and class path that it reads: libraries that the user brought. A sandbox lets these in. */
    default List<Path> files() {
        return List.of();
    }

    /**
     * Whether it generates text with networks of this kind, so that models it cannot load are known before they are downloaded.
     *
     * @param architecture as {@code general.architecture} of a GGUF file, for example {@code llama}
     */
    default boolean knows(String architecture) {
        return true;
    }

    /** Makes the engine; for {@link Placement#WORKER} this happens inside the worker process only. */
    Engine create(EngineEnvironment environment);

    /** Where an engine's sessions live. */
    enum Placement {
        /** Native code: in a child process of their own. */
        WORKER,
        /** Behind a connection: in this process. */
        HERE
    }

    /** Every provider that the toolkit's class loader sees, in the order of their names. */
    static List<EngineProvider> all() {
        return ServiceLoader.load(EngineProvider.class, EngineProvider.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(java.util.Comparator.comparing(EngineProvider::name))
                .toList();
    }
}
