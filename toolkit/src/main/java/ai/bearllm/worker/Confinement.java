package ai.bearllm.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a worker may reach: nothing else of the file system, and no network.
 *
 * @param readable files and folders it reads
 * @param writable folders it writes
 * @param gpu whether it needs the devices of GPUs
 * @param directory where it starts
 */
record Confinement(List<Path> readable, List<Path> writable, boolean gpu, Path directory) {
    /** Of the environment, what concerns languages, time zones, threads and devices: no tokens and no passwords. */
    private static final Set<String> VARIABLES = Set.of("LANG", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PATH");

    private static final List<String> VARIABLE_PREFIXES = List.of(
            "LC_", "OMP_", "GOMP_", "KMP_", "MKL_", "GGML_", "CUDA_", "NVIDIA_", "HIP_", "ROCR_", "HSA_", "VK_");

    private static final int DEEPEST_LINK = 4;

    Confinement {
        readable = List.copyOf(readable);
        writable = List.copyOf(writable);
    }

    /** Leaves of an environment what {@link #VARIABLES} lists. */
    static void keepHarmless(Map<String, String> environment) {
        environment
                .keySet()
                .removeIf(name ->
                        !VARIABLES.contains(name) && VARIABLE_PREFIXES.stream().noneMatch(name::startsWith));
    }

    /**
     * Files that lie outside a folder and are reached through links in it: Debian keeps the settings of its Java below
     * {@code /etc}.
     *
     * @return the paths that the links name
     */
    static Set<Path> linkedFrom(Path folder) {
        Set<Path> linked = new TreeSet<>();
        try (Stream<Path> files = Files.find(folder, DEEPEST_LINK, (path, attributes) -> attributes.isSymbolicLink())) {
            Path real = folder.toRealPath();
            for (Path link : files.toList()) {
                Path target = link.resolveSibling(Files.readSymbolicLink(link)).normalize();
                if (!target.startsWith(folder) && !target.startsWith(real) && Files.exists(target)) {
                    linked.add(target);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // Without them Java starts with its defaults, or the start fails and says so.
            System.getLogger(Confinement.class.getName())
                    .log(System.Logger.Level.DEBUG, "cannot look for links in " + folder, e);
        }
        return linked;
    }
}
