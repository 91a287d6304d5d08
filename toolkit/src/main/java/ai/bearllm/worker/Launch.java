package ai.bearllm.worker;

import ai.bearllm.engine.EngineProvider;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.ModelSource;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a worker's process is started.
 *
 * @param settings where it lives and which Java it runs
 * @param classPath its class path
 * @param properties system properties that the engine wants set
 * @param files what the engine reads besides the class path: the model, its own libraries
 * @param gpu whether it may use the devices of GPUs
 * @param sandbox what fences it off; empty for a plain child process
 * @param starter starts it
 */
record Launch(
        WorkerSettings settings,
        List<Path> classPath,
        Map<String, String> properties,
        List<Path> files,
        boolean gpu,
        Optional<Sandbox> sandbox,
        Starter starter) {
    Launch {
        classPath = List.copyOf(classPath);
        properties = Map.copyOf(properties);
        files = List.copyOf(files);
    }

    static Launch of(
            WorkerSettings settings,
            EngineProvider provider,
            ModelSource source,
            LoadOptions options,
            Optional<Sandbox> sandbox,
            Starter starter) {
        List<Path> files = new ArrayList<>(provider.files());
        if (source instanceof ModelSource.LocalFile local) {
            files.addAll(local.parts());
        }
        return new Launch(
                settings,
                ToolkitClassPath.of(provider.getClass()),
                provider.properties(),
                files,
                options.gpuLayers().orElse(0) > 0,
                sandbox,
                starter);
    }

    Launch inPlainChild() {
        return new Launch(settings, classPath, properties, files, gpu, Optional.empty(), starter);
    }

    Isolation isolation() {
        return sandbox.map(Sandbox::level).orElse(Isolation.CHILD_PROCESS);
    }

    /** What the process may reach where it is fenced off. */
    Confinement confinement(PrivateDirectory directory) {
        Set<Path> readable = new LinkedHashSet<>();
        readable.add(settings.javaHome());
        readable.addAll(Confinement.linkedFrom(settings.javaHome()));
        readable.addAll(classPath);
        readable.addAll(files);
        for (String folder : System.getenv().getOrDefault("LD_LIBRARY_PATH", "").split(File.pathSeparator, -1)) {
            if (!folder.isBlank()) {
                readable.add(Path.of(folder).toAbsolutePath());
            }
        }
        Set<Path> writable = new LinkedHashSet<>(List.of(directory.path()));
        writable.add(directory.socket().resolveSibling(".").normalize());
        return new Confinement(
                readable.stream().filter(Files::exists).toList(), List.copyOf(writable), gpu, directory.path());
    }
}
