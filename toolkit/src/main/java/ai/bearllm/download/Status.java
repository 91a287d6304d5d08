package ai.bearllm.download;

import ai.bearllm.download.DownloadResult.Proof;
import ai.bearllm.model.Sha256;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * How far a transfer is, for the other processes that want the same file and for those that ask what the disk will still need.
 * Written over and over at the same place of one small file; a reader that meets a write finds a wrong checksum and looks again.
 */
final class Status implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int BYTES = 2048;

    private final Path path;
    private final FileChannel channel;

    private Status(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * How far it is.
     *
     * @param pid whose it is
     * @param done how many bytes are here
     * @param total below 0 where unknown
     * @param segments how many connections
     * @param bytesPerSecond below 0 where unknown
     * @param ending what came of it; null while it runs
     */
    record Report(
            long pid,
            long done,
            long total,
            int segments,
            double bytesPerSecond,
            @Nullable Ending ending) {}

    /**
     * A verified file, as JSON has it.
     *
     * @param sizeBytes its size
     * @param sha256 its digest
     * @param proof what that was compared with
     * @param commit null where the source has none
     * @param etag null where the source has none
     */
    record Ending(
            long sizeBytes,
            String sha256,
            String proof,
            @Nullable String commit,
            @Nullable String etag) {
        static Ending of(DownloadResult result) {
            return new Ending(
                    result.sizeBytes(),
                    result.sha256().hex(),
                    result.proof().name(),
                    result.commit().orElse(null),
                    result.etag().orElse(null));
        }

        DownloadResult result(Path file, java.time.Duration elapsed) {
            return new DownloadResult(
                    file,
                    sizeBytes,
                    new Sha256(sha256),
                    Proof.valueOf(proof),
                    Optional.ofNullable(commit),
                    Optional.ofNullable(etag),
                    elapsed,
                    0,
                    Optional.empty());
        }
    }

    static Status create(Path path) throws IOException {
        Files.deleteIfExists(path);
        return new Status(
                path,
                FileChannel.open(
                        path,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)));
    }

    void write(Report report) throws IOException {
        byte[] content = JSON.writeValueAsBytes(report);
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        if (content.length + 10 > BYTES) {
            return;
        }
        bytes.put((checksum(content) + " ").getBytes(StandardCharsets.US_ASCII))
                .put(content)
                .put((byte) '\n');
        bytes.rewind();
        while (bytes.hasRemaining()) {
            channel.write(bytes, bytes.position());
        }
    }

    /** What an open status says; empty where it is being written or is none. */
    static Optional<Report> read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            // On.
        }
        return parse(new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1));
    }

    static Optional<Report> parse(String text) {
        int end = text.indexOf('\n');
        if (end < 9) {
            return Optional.empty();
        }
        byte[] content = text.substring(9, end).getBytes(StandardCharsets.ISO_8859_1);
        if (!text.substring(0, 8).equals(checksum(content))) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(JSON.readValue(content, Report.class));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What a status says; empty where there is none. */
    static Optional<Report> read(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return read(channel);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String checksum(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }

    /** Removes the file; whoever has it open still reads its last words. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }
}
