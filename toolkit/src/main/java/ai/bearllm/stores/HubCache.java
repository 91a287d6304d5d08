package ai.bearllm.stores;

import ai.bearllm.model.Origin;
import ai.bearllm.model.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The cache that huggingface_hub writes: {@code models--OWNER--NAME/snapshots/COMMIT/PATH}, links to
 * {@code blobs/DIGEST}; where links cannot be made, the files themselves. The newer store that several repositories share is
 * reached by the same links.
 *
 * <p>Source: huggingface_hub's guide "Manage the cache" and its file_download.py.
 */
final class HubCache {
    private static final String PREFIX = "models--";
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final int DEPTH = 8;

    private final Folder cache;
    private final Finds finds;

    private HubCache(Folder cache, Finds finds) {
        this.cache = cache;
        this.finds = finds;
    }

    static void look(Path folder, Finds finds) {
        Folder.at(folder, finds).ifPresent(cache -> new HubCache(cache, finds).look());
    }

    private void look() {
        for (Folder repository : cache.folders()) {
            if (repository.name().startsWith(PREFIX)) {
                String name = repositoryIn(repository.name());
                snapshots(repository).forEach(snapshot -> look(snapshot, name));
            }
        }
    }

    /** The repository that a folder of the cache is of. */
    static String repositoryIn(String folder) {
        return folder.substring(PREFIX.length()).replace("--", "/");
    }

    /** That of the branch "main" first, because a file that several share is told with the first. */
    private static List<Folder> snapshots(Folder repository) {
        String main = Magic.small(repository.path().resolve("refs").resolve("main"), 100)
                .map(bytes -> new String(bytes, StandardCharsets.US_ASCII).strip())
                .orElse("");
        List<Folder> all = new ArrayList<>(
                repository.folder("snapshots").map(Folder::folders).orElse(List.of()));
        all.sort(Comparator.comparing(snapshot -> !snapshot.name().equals(main)));
        return all;
    }

    private void look(Folder snapshot, String repository) {
        for (List<Path> files : snapshot.files(DEPTH)) {
            List<Path> ggufs = files.stream().filter(Folder::isGgufName).toList();
            for (Splits model : Splits.of(ggufs)) {
                Path first = model.parts().get(0);
                String inside = snapshot.path().relativize(first).toString().replace('\\', '/');
                Finds.Claim claim = new Finds.Claim(
                        Store.HUGGING_FACE,
                        repository + "/" + inside,
                        owner(repository),
                        Optional.of(repository.substring(repository.indexOf('/') + 1)),
                        origin(repository, snapshot.name(), inside),
                        digest(first),
                        Optional.empty());
                if (model.isOne()) {
                    finds.add(first, cache.path(), claim);
                } else {
                    finds.addSplit(model.parts(), cache.path(), claim, model.problem());
                }
            }
        }
    }

    private static Optional<String> owner(String repository) {
        int slash = repository.indexOf('/');
        return slash > 0 ? Optional.of(repository.substring(0, slash)) : Optional.empty();
    }

    private static Optional<Origin.HubFile> origin(String repository, String commit, String path) {
        return COMMIT.matcher(commit).matches() ? hubFile(repository, commit, path) : Optional.empty();
    }

    /** Empty where the names are none of the hub's. */
    static Optional<Origin.HubFile> hubFile(String repository, String revision, String path) {
        boolean climbs = (repository + "/" + path).matches("(.*/)?\\.{1,2}(/.*)?") || path.length() > 500;
        try {
            return climbs ? Optional.empty() : Optional.of(new Origin.HubFile(repository, revision, path));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Large files' blobs are called by their SHA-256, small ones' by git's own digest. */
    private static Optional<Sha256> digest(Path link) {
        try {
            return digestIn(String.valueOf(link.toRealPath().getFileName()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static Optional<Sha256> digestIn(String blob) {
        return DIGEST.matcher(blob).matches() ? Optional.of(new Sha256(blob)) : Optional.empty();
    }
}
