package ai.bearllm.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;

/**
 * How a file looks from outside, links followed: as long as that stays, its content is taken to be what it was when it was last
 * read.
 *
 * @param sizeBytes its size
 * @param modified when its content was changed last
 * @param changed when its content or its entry was changed last, which no program can set back; empty where the system does
 *     not tell, or that does not matter
 * @param key what the system knows it by, a device and an inode; empty where the system does not tell
 */
public record FileStamp(long sizeBytes, Instant modified, Optional<Instant> changed, Optional<String> key) {
    /** Without the time that a rename, a link or other rights change too. */
    public FileStamp(long sizeBytes, Instant modified, Optional<String> key) {
        this(sizeBytes, modified, Optional.empty(), key);
    }

    /**
     * The file as it is now.
     *
     * @throws IOException where it cannot be looked at
     */
    public static FileStamp of(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new FileStamp(
                attributes.size(),
                attributes.lastModifiedTime().toInstant(),
                changeTime(file),
                Optional.ofNullable(attributes.fileKey()).map(Object::toString));
    }

    private static Optional<Instant> changeTime(Path file) throws IOException {
        return file.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? Optional.of(((FileTime) Files.getAttribute(file, "unix:ctime")).toInstant())
                : Optional.empty();
    }

    /** The file's content as far as a stamp tells it, now; empty where the file cannot be looked at. */
    public static Optional<FileStamp> ofContent(Path file) {
        try {
            return Optional.of(of(file).content());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What of it concerns the content: the entry may be renamed, linked or given other rights. */
    public FileStamp content() {
        return new FileStamp(sizeBytes, modified, key);
    }

    /** Whether the content is the same as far as can be told. */
    public boolean isSameContent(FileStamp other) {
        return content().equals(other.content());
    }
}
