package ai.bearllm.stores;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Reads the few bytes of strangers' files that a look needs. */
public final class Magic {
    private static final int LENGTH = 4;

    private Magic() {}

    /**
     * Whether a file begins as GGUF files do.
     *
     * @param file a regular one, no link: callers have made sure, so that no pipe or device is opened
     * @throws IOException where it cannot be read
     */
    public static boolean isGguf(Path file) throws IOException {
        ByteBuffer first = ByteBuffer.allocate(LENGTH);
        try (SeekableByteChannel channel =
                Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            while (first.hasRemaining() && channel.read(first) >= 0) {
                // Short reads are rare and allowed.
            }
        }
        return new String(first.array(), StandardCharsets.US_ASCII).equals("GGUF");
    }

    /** A small file's bytes; empty where it is missing, no regular file, or has more than these. */
    static Optional<byte[]> small(Path file, int mostBytes) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.allocate(mostBytes + 1);
        try (SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.READ)) {
            if (channel.size() > mostBytes) {
                return Optional.empty();
            }
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // Until its end.
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        if (bytes.position() > mostBytes) {
            return Optional.empty();
        }
        byte[] read = new byte[bytes.position()];
        bytes.flip().get(read);
        return Optional.of(read);
    }
}
