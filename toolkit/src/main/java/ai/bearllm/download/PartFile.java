package ai.bearllm.download;

import ai.bearllm.model.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;

/** The file that a download writes, with the digest of what it holds so far. Nobody else writes it. */
final class PartFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private MessageDigest digest = Sha256.newDigest();
    private long length;

    /** One whose bytes go through this channel; the path is what it removes in the end. */
    PartFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** A new, empty one; fails where the file exists. */
    static PartFile create(Path path) throws IOException {
        return new PartFile(path, FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    /** Adds bytes to the file and to the digest; the buffers are used up. */
    void append(List<ByteBuffer> pieces) throws IOException {
        long bytes = 0;
        for (ByteBuffer piece : pieces) {
            bytes += piece.remaining();
            digest.update(piece.duplicate());
        }
        ByteBuffer[] buffers = pieces.toArray(ByteBuffer[]::new);
        for (long left = bytes; left > 0; ) {
            left -= channel.write(buffers);
        }
        length += bytes;
    }

    /** How many bytes it holds. */
    long length() {
        return length;
    }

    /** Back to nothing. */
    void restart() throws IOException {
        channel.truncate(0);
        channel.position(0);
        digest = Sha256.newDigest();
        length = 0;
    }

    /** Brings everything to the disk and ends the writing; what it holds has this digest. */
    Sha256 finish() throws IOException {
        channel.force(true);
        channel.close();
        return Sha256.of(digest.digest());
    }

    Path path() {
        return path;
    }

    /** Ends the writing and removes the file, unless it has been moved away. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }
}
