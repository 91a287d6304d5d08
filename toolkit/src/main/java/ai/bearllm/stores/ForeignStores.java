package ai.bearllm.stores;

import ai.bearllm.progress.Cancellation;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The places where models lie on this machine. Each step returns a new value; {@link #find} looks.
 *
 * <p>Source: the programs' own documentation and sources, see each store's class; every place that a variable or a default names
 * is looked at, because files stay where they are when a variable is set later.
 */
public final class ForeignStores {
    private final List<Place> places;

    private ForeignStores(List<Place> places) {
        this.places = List.copyOf(places);
    }

    private record Place(Store store, Path path) {}

    /**
     * The usual places.
     *
     * @param environment the process's environment, whose variables the programs read too
     * @param userHome the user's home folder
     * @param ownModels this toolkit's folder of models, in which the desktop application's may lie
     */
    public static ForeignStores usual(Map<String, String> environment, Path userHome, Path ownModels) {
        Places known = new Places(environment, userHome);
        Set<Place> places = new LinkedHashSet<>();
        known.hubCaches().forEach(path -> places.add(new Place(Store.HUGGING_FACE, path)));
        known.ollama().forEach(path -> places.add(new Place(Store.OLLAMA, path)));
        known.lmStudio().forEach(path -> places.add(new Place(Store.LM_STUDIO, path)));
        known.llamaCpp().forEach(path -> places.add(new Place(Store.LLAMA_CPP, path)));
        places.add(new Place(Store.DESKTOP_APP, userHome.resolve(".bear-llm-ai").resolve("models")));
        places.add(new Place(Store.DESKTOP_APP, ownModels));
        return new ForeignStores(new ArrayList<>(places));
    }

    /** No place at all, to begin with. */
    public static ForeignStores none() {
        return new ForeignStores(List.of());
    }

    /** These, and a folder with all folders in it. */
    public ForeignStores in(Path folder) {
        List<Place> more = new ArrayList<>(places);
        more.add(new Place(Store.FOLDER, folder.toAbsolutePath()));
        return new ForeignStores(more);
    }

    /**
     * Looks: reads names, the small files that describe, and four bytes of each file.
     *
     * @throws java.util.concurrent.CancellationException if it was cancelled
     */
    public FoundFiles find(Cancellation cancellation) {
        Finds finds = new Finds(cancellation);
        for (Place place : places) {
            switch (place.store) {
                case HUGGING_FACE -> HubCache.look(place.path, finds);
                case OLLAMA -> Ollama.look(place.path, finds);
                case LLAMA_CPP -> LlamaCppCache.look(place.path, finds);
                case LM_STUDIO, DESKTOP_APP -> PlainFolder.look(place.path, place.store, finds);
                case FOLDER -> {
                    if (Folder.at(place.path, finds).isEmpty()) {
                        finds.note("There is no folder " + place.path + ".");
                    }
                    PlainFolder.look(place.path, place.store, finds);
                }
            }
        }
        return finds.all();
    }

    /** The folders that would be looked into, where they exist or not. */
    public List<Path> folders() {
        return places.stream().map(Place::path).distinct().toList();
    }

    /** Reads the environment as the programs do. */
    private record Places(Map<String, String> environment, Path home) {
        List<Path> hubCaches() {
            return paths(
                    variable("LLAMA_CACHE"),
                    variable("HF_HUB_CACHE"),
                    variable("HUGGINGFACE_HUB_CACHE"),
                    variable("HF_HOME").map(path -> path.resolve("hub")),
                    variable("XDG_CACHE_HOME").map(path -> path.resolve("huggingface/hub")),
                    Optional.of(home.resolve(".cache/huggingface/hub")));
        }

        List<Path> ollama() {
            return paths(
                    variable("OLLAMA_MODELS"),
                    Optional.of(home.resolve(".ollama/models")),
                    Optional.of(Path.of("/usr/share/ollama/.ollama/models")));
        }

        List<Path> lmStudio() {
            return paths(
                    Optional.of(home.resolve(".lmstudio/models")),
                    Optional.of(home.resolve(".cache/lm-studio/models")));
        }

        List<Path> llamaCpp() {
            return paths(
                    variable("LLAMA_CACHE"),
                    variable("XDG_CACHE_HOME").map(path -> path.resolve("llama.cpp")),
                    variable("LOCALAPPDATA").map(path -> path.resolve("llama.cpp")),
                    Optional.of(home.resolve(".cache/llama.cpp")),
                    Optional.of(home.resolve("Library/Caches/llama.cpp")));
        }

        @SafeVarargs
        private static List<Path> paths(Optional<Path>... paths) {
            List<Path> known = new ArrayList<>();
            for (Optional<Path> path : paths) {
                path.ifPresent(known::add);
            }
            return known;
        }

        private Optional<Path> variable(String name) {
            String value = environment.getOrDefault(name, "").strip();
            if (value.isEmpty()) {
                return Optional.empty();
            }
            try {
                Path path = value.startsWith("~/") ? home.resolve(value.substring(2)) : Path.of(value);
                return path.isAbsolute() ? Optional.of(path) : Optional.of(path.toAbsolutePath());
            } catch (InvalidPathException e) {
                return Optional.empty();
            }
        }
    }
}
