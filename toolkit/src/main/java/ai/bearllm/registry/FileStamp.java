package ai.bearllm.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;

/**
 * How a file looks from outside: as long as that stays, its content is taken to be what it was when it was last read.
 *
 * @param sizeBytes its size
 * @param modified when it was last written to
 * @param key device and inode, where the file system has such
 */
record FileStamp(long sizeBytes, Instant modified, Optional<String> key) {
    static FileStamp of(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new FileStamp(
                attributes.size(),
                attributes.lastModifiedTime().toInstant(),
                Optional.ofNullable(attributes.fileKey()).map(Object::toString));
    }
}
