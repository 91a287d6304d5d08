package ai.bearllm.stores;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A folder of a stranger: links to folders are never followed, so that there are no circles and no ways out. */
final class Folder {
    private final Path path;
    private final Finds finds;

    private Folder(Path path, Finds finds) {
        this.path = path;
        this.finds = finds;
    }

    /** The folder with links resolved; empty where there is none. */
    static Optional<Folder> at(Path path, Finds finds) {
        try {
            Path real = path.toRealPath();
            return Files.isDirectory(real) ? Optional.of(new Folder(real, finds)) : Optional.empty();
        } catch (IOException | SecurityException e) {
            return Optional.empty();
        }
    }

    Path path() {
        return path;
    }

    /** A folder in it; empty where there is none, or only a link to one. */
    Optional<Folder> folder(String name) {
        Path inner = path.resolve(name);
        return isFolder(inner) ? Optional.of(new Folder(inner, finds)) : Optional.empty();
    }

    private static boolean isFolder(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** The folders in it, by name. */
    List<Folder> folders() {
        return entries().stream()
                .filter(Folder::isFolder)
                .map(inner -> new Folder(inner, finds))
                .toList();
    }

    String name() {
        return String.valueOf(path.getFileName());
    }

    /** Everything in it, by name. */
    List<Path> entries() {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
            for (Path entry : stream) {
                if (!finds.mayLook()) {
                    break;
                }
                entries.add(entry);
            }
        } catch (IOException | DirectoryIteratorException | SecurityException e) {
            finds.note(path + " cannot be read: " + e.getMessage() + ".");
        }
        entries.sort(null);
        return entries;
    }

    /** The files below it, so many folders deep, folder by folder. */
    List<List<Path>> files(int depth) {
        List<List<Path>> all = new ArrayList<>();
        collect(depth, all);
        return all;
    }

    private void collect(int depth, List<List<Path>> all) {
        List<Path> here = new ArrayList<>();
        List<Folder> inner = new ArrayList<>();
        for (Path entry : entries()) {
            if (isFolder(entry)) {
                inner.add(new Folder(entry, finds));
            } else if (Files.isDirectory(entry)) {
                finds.note(entry + " is a link to a folder and was not followed; name it with .in(\"...\").");
            } else {
                here.add(entry);
            }
        }
        if (!here.isEmpty()) {
            all.add(here);
        }
        if (depth > 0) {
            inner.forEach(folder -> folder.collect(depth - 1, all));
        } else if (!inner.isEmpty()) {
            finds.note("Below " + path + " are more folders, which were not looked into.");
        }
    }

    static boolean isGgufName(Path file) {
        return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".gguf");
    }
}
