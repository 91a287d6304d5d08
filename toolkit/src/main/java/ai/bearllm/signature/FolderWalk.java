package ai.bearllm.signature;

import ai.bearllm.model.BearException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Predicate;

/** Goes through a model's folder, links not followed. What is in it is told one by one and never collected. */
final class FolderWalk {
    private final Path folder;

    FolderWalk(Path folder) {
        this.folder = folder;
    }

    /** Hears of everything in a folder that is not a folder. */
    @FunctionalInterface
    interface Visitor {
        /**
         * One entry.
         *
         * @param name its path in the folder, with slashes
         * @param attributes of itself, where it is a link
         */
        void entry(String name, Path path, BasicFileAttributes attributes) throws IOException;
    }

    /**
     * Goes through the whole.
     *
     * @param skip folders not to enter
     * @throws BearException if the folder cannot be read
     */
    void forEach(Predicate<String> skip, Visitor visitor) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                    return !path.equals(folder) && skip.test(name(path))
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                    visitor.entry(name(path), path, attributes);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new BearException(
                    "The model's folder " + folder + " cannot be read: " + e + ".",
                    "Check its permissions, and whether something else is changing it.",
                    e);
        }
    }

    private String name(Path path) {
        StringBuilder name = new StringBuilder();
        for (Path part : folder.relativize(path)) {
            name.append(name.isEmpty() ? "" : "/").append(part);
        }
        return name.toString();
    }
}
