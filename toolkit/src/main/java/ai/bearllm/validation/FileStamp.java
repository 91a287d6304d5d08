package ai.bearllm.validation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What tells without reading a file whether it is still the same.
 *
 * @param size in bytes
 * @param modified when its content was changed last, in nanoseconds of the Unix epoch
 * @param changed when its content or its entry was changed last, likewise, which no program can set back; 0 where the system
 *     does not tell
 * @param key what the system knows it by, a device and an inode; empty where the system does not tell
 */
record FileStamp(long size, long modified, long changed, String key) {
    static FileStamp of(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Object key = attributes.fileKey();
            return new FileStamp(
                    attributes.size(),
                    nanos(attributes.lastModifiedTime()),
                    changeTime(file).map(FileStamp::nanos).orElse(0L),
                    key == null ? "" : key.toString());
        } catch (IOException e) {
            throw FilePass.unreadable(file, e);
        }
    }

    /** Whether the content is the same as far as can be told; the entry may have been renamed, linked or given other rights. */
    boolean isSameContent(FileStamp other) {
        return size == other.size && modified == other.modified && key.equals(other.key);
    }

    private static Optional<FileTime> changeTime(Path file) throws IOException {
        return file.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? Optional.of((FileTime) Files.getAttribute(file, "unix:ctime"))
                : Optional.empty();
    }

    private static long nanos(FileTime time) {
        return time.to(TimeUnit.NANOSECONDS);
    }
}
