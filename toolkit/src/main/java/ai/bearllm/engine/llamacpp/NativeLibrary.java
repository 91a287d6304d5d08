package ai.bearllm.engine.llamacpp;

import ai.bearllm.model.BearException;
import de.kherud.llama.ModelParameters;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes the native library out of the jar into a private directory and tells the binding where it is. Left to itself the
 * binding would do so too, but it compares the copy byte by byte, which takes longer than everything else at the start, and
 * it first deletes libraries that it finds in its temporary directory.
 */
final class NativeLibrary {
    /**
     * Names the folder of a library that the user built, for a GPU; {@code docs/llama-library.md} tells how.
     */
    static final String OWN = "bear.llama.lib";

    /** An environment variable of llama.cpp's own: a library with a further backend, for a GPU, which it loads besides. */
    private static final String BACKEND = "GGML_BACKEND_PATH";

    /** Where the binding looks first. */
    private static final String FOLDER = "de.kherud.llama.lib.path";

    /** Where the binding puts natives and deletes what it finds. */
    private static final String TEMPORARY = "de.kherud.llama.tmpdir";

    private static final Map<String, String> SYSTEMS = Map.of("linux", "Linux", "mac", "Mac", "windows", "Windows");

    private NativeLibrary() {}

    /** Must come before the binding's first class. */
    static void provide(Path privateDirectory) {
        System.setProperty(TEMPORARY, privateDirectory.toString());
        Optional<Path> own = own();
        if (own.isPresent()) {
            System.setProperty(FOLDER, own.get().toString());
        }
        if (System.getProperty(FOLDER) != null) {
            return;
        }
        NativeNeeds needs = NativeNeeds.ofThisSystem();
        String file = System.mapLibraryName("jllama");
        String resource = "/de/kherud/llama/" + SYSTEMS.get(needs.system()) + "/" + needs.architecture() + "/" + file;
        try (InputStream library = ModelParameters.class.getResourceAsStream(resource)) {
            if (library == null) {
                return;
            }
            Path folder = Files.createDirectories(privateDirectory.resolve("native"));
            Files.copy(library, folder.resolve(file));
            System.setProperty(FOLDER, folder.toString());
        } catch (IOException e) {
            throw new BearException(
                    "The native library of llama.cpp cannot be written to " + privateDirectory + " (" + e.getMessage()
                            + ").",
                    "Free room on that disk.",
                    e);
        }
    }

    /**
     * The folder that the property {@link #OWN} names; empty where it is not set.
     *
     * @throws BearException where there is no such library in it
     */
    static Optional<Path> own() {
        String named = System.getProperty(OWN, "");
        if (named.isBlank()) {
            return Optional.empty();
        }
        Path folder = Path.of(named).toAbsolutePath();
        String file = System.mapLibraryName("jllama");
        if (!Files.isRegularFile(folder.resolve(file))) {
            throw new BearException(
                    "The property " + OWN + " names " + folder + ", but there is no " + file + " in it.",
                    "Name the folder of the library that you built (docs/llama-library.md tells how), or leave the property"
                            + " out.");
        }
        return Optional.of(folder);
    }

    /** The folder of the library and the further backend that people brought; a sandbox has to let both in. */
    static List<Path> brought(Map<String, String> environment) {
        List<Path> brought = new ArrayList<>();
        own().ifPresent(brought::add);
        String backend = environment.getOrDefault(BACKEND, "");
        if (!backend.isBlank()) {
            brought.add(Path.of(backend).toAbsolutePath());
        }
        return List.copyOf(brought);
    }

    /** What the system's loader says to the library; empty where the binding did not get so far. */
    static Optional<String> complaint() {
        String folder = System.getProperty(FOLDER);
        if (folder == null) {
            return Optional.empty();
        }
        try {
            System.load(Path.of(folder).resolve(System.mapLibraryName("jllama")).toString());
            return Optional.empty();
        } catch (UnsatisfiedLinkError e) {
            return Optional.ofNullable(e.getMessage());
        }
    }
}
