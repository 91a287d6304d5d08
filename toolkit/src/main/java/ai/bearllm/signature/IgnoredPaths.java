package ai.bearllm.signature;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Paths of a model's folder that a signature says nothing about, each with all below it. */
final class IgnoredPaths {
    /** What belongs to Git and changes without the model changing, as the reference implementation has it. */
    static final List<String> OF_GIT = List.of(".git", ".gitattributes", ".github", ".gitignore");

    private final Set<String> paths;

    private IgnoredPaths(Set<String> paths) {
        this.paths = paths;
    }

    /**
     * These paths, as {@code pathlib} understands them. Those that lead out of the folder match nothing, and neither does the
     * folder itself: a signature that ignores everything would say nothing.
     */
    static IgnoredPaths of(Collection<String> paths) {
        return new IgnoredPaths(paths.stream()
                .filter(path -> !path.startsWith("/"))
                .map(IgnoredPaths::plain)
                .filter(path -> !path.isEmpty())
                .collect(Collectors.toCollection(HashSet::new)));
    }

    private static String plain(String path) {
        return Stream.of(path.split("/", -1))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .collect(Collectors.joining("/"));
    }

    boolean contains(String name) {
        if (paths.isEmpty()) {
            return false;
        }
        for (int end = name.length(); end > 0; end = name.lastIndexOf('/', end - 1)) {
            if (paths.contains(name.substring(0, end))) {
                return true;
            }
        }
        return false;
    }
}
