package ai.bearllm.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Knows whether a file has other names: hard links share their space. */
final class Links {
    private Links() {}

    /** False also where the file system does not tell. */
    static boolean hasOtherName(Path file) {
        try {
            return Files.getAttribute(file, "unix:nlink") instanceof Number links && links.intValue() > 1;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }
}
