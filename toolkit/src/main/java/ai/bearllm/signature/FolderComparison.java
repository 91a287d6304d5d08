package ai.bearllm.signature;

import ai.bearllm.model.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares a folder with a signed list. Every listed file is looked at, whatever is to be ignored; everything else that is in
 * the folder and not ignored was added.
 */
final class FolderComparison {
    private final Path folder;
    private final Statement statement;
    private final IgnoredPaths ignored;
    private final Links links;
    private final boolean unsignedFilesIgnored;
    private final Path signature;
    private final FileHasher hasher;

    private final NavigableSet<String> missing;
    private final Map<String, Path> toHash = new LinkedHashMap<>();
    private final Differences differences = new Differences();
    private long bytes;

    FolderComparison(
            Path folder,
            Statement statement,
            IgnoredPaths ignored,
            Links links,
            boolean unsignedFilesIgnored,
            Path signature,
            FileHasher hasher) {
        this.folder = folder;
        this.statement = statement;
        this.ignored = ignored;
        this.links = links;
        this.unsignedFilesIgnored = unsignedFilesIgnored;
        this.signature = signature;
        this.hasher = hasher;
        this.missing = new TreeSet<>(statement.files().keySet());
    }

    /** What is not as it was signed; the first are named. */
    static final class Differences {
        private final List<FileDifference> named = new ArrayList<>();
        private long count;

        void add(FileDifference.Kind kind, String name) {
            count++;
            if (named.size() < SignatureCheck.Invalid.MOST_DIFFERENCES) {
                named.add(new FileDifference(kind, name));
            }
        }

        List<FileDifference> named() {
            return named;
        }

        long count() {
            return count;
        }
    }

    Differences differences() {
        Set<String> listed = statement.files().keySet();
        NavigableSet<String> names = new TreeSet<>(listed);
        new FolderWalk(folder).forEach(name -> ignored.contains(name) && !holdsListed(names, name), this::entry);
        missing.forEach(name -> differences.add(FileDifference.Kind.MISSING, name));
        toHash.forEach((name, path) -> compare(name, hasher.hash(path)));
        return differences;
    }

    /** The size of all listed files that are there. */
    long bytes() {
        return bytes;
    }

    private static boolean holdsListed(NavigableSet<String> names, String folder) {
        String next = names.ceiling(folder + "/");
        return next != null && next.startsWith(folder + "/");
    }

    private void entry(String name, Path path, BasicFileAttributes attributes) throws IOException {
        if (!statement.files().containsKey(name)) {
            unlisted(name, path, attributes);
            return;
        }
        missing.remove(name);
        if (attributes.isSymbolicLink()) {
            Optional<Path> target = links.target(path, folder);
            if (target.isEmpty()) {
                differences.add(FileDifference.Kind.LINK, name);
            } else {
                listed(name, target.get(), Files.size(target.get()));
            }
        } else if (attributes.isRegularFile()) {
            listed(name, path, attributes.size());
        } else {
            differences.add(FileDifference.Kind.SPECIAL, name);
        }
    }

    private void unlisted(String name, Path path, BasicFileAttributes attributes) {
        if (unsignedFilesIgnored || ignored.contains(name) || path.equals(signature)) {
            return;
        }
        differences.add(
                attributes.isSymbolicLink()
                        ? FileDifference.Kind.LINK
                        : attributes.isRegularFile() ? FileDifference.Kind.ADDED : FileDifference.Kind.SPECIAL,
                name);
    }

    private void listed(String name, Path path, long size) {
        bytes += size;
        Optional<Sha256> known = hasher.known(path, size);
        if (known.isPresent()) {
            compare(name, known.get());
        } else {
            toHash.put(name, path);
        }
    }

    private void compare(String name, Sha256 found) {
        if (!found.equals(statement.files().get(name))) {
            differences.add(FileDifference.Kind.CHANGED, name);
        }
    }
}
