package ai.bearllm.download;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;

/** The file that a download writes, at any place of it and by several threads. It stays when it is closed. */
final class PartFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final long base;

    /**
     * One whose bytes go through this channel.
     *
     * @param base where the channel's first byte is in the whole
     */
    PartFile(Path path, FileChannel channel, long base) {
        this.path = path;
        this.channel = channel;
        this.base = base;
    }

    /** The one at this path, made where there is none; never what a link points to. */
    static PartFile open(Path path) throws IOException {
        return open(path, 0);
    }

    /** One that holds a stretch that begins here. */
    static PartFile open(Path path, long base) throws IOException {
        return new PartFile(
                path,
                FileChannel.open(
                        path,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE,
                                LinkOption.NOFOLLOW_LINKS)),
                base);
    }

    /** Puts bytes at a place; the buffers are used up. */
    void write(long position, List<ByteBuffer> pieces) throws IOException {
        long at = position - base;
        for (ByteBuffer piece : pieces) {
            while (piece.hasRemaining()) {
                at += channel.write(piece, at);
            }
        }
    }

    /** Fills the buffer from a place; fails where the file ends before. */
    void read(long position, ByteBuffer buffer) throws IOException {
        long at = position - base;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, at);
            if (read < 0) {
                throw new EOFException(path.getFileName() + " ends at " + at);
            }
            at += read;
        }
    }

    long length() throws IOException {
        return channel.size();
    }

    /** Drops what lies beyond. */
    void truncate(long length) throws IOException {
        channel.truncate(length);
    }

    /** Whether the file still has its name: it may have been removed, or its volume be gone. */
    boolean isInPlace() {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Brings everything to the disk. */
    void force() throws IOException {
        channel.force(true);
    }

    Path path() {
        return path;
    }

    /** Ends the writing; the file stays. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
