package ai.bearllm.machine;

import ai.bearllm.model.ByteSize;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file system that a folder lies on.
 *
 * @param folder as it was asked for, absolute
 * @param free what this user may still write there; empty where the system does not tell
 * @param kind the file system's type, for example {@code ext4}; empty where the system does not tell
 */
public record Disk(Path folder, Optional<ByteSize> free, Optional<String> kind) {
    /** Reads it; a folder that does not exist yet counts to the nearest one above it that does. */
    public static Disk at(Path folder) {
        Path absolute = folder.toAbsolutePath();
        for (Path path = absolute; path != null; path = path.getParent()) {
            if (Files.exists(path)) {
                return read(absolute, path);
            }
        }
        return new Disk(absolute, Optional.empty(), Optional.empty());
    }

    private static Disk read(Path asked, Path existing) {
        try {
            FileStore store = Files.getFileStore(existing);
            long free = store.getUsableSpace();
            // Negative where the number of bytes does not fit a long.
            return new Disk(
                    asked,
                    free < 0 ? Optional.empty() : Optional.of(new ByteSize(free)),
                    Optional.of(store.type()).filter(type -> !type.isBlank()));
        } catch (IOException | SecurityException e) {
            return new Disk(asked, Optional.empty(), Optional.empty());
        }
    }
}
