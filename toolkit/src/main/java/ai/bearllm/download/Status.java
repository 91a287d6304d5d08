package ai.bearllm.download;

import ai.bearllm.download.DownloadResult.Proof;
import ai.bearllm.model.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How far a transfer is, for the other processes that want the same file and for those that ask what the disk will still need.
 * Written over and over at the same place of one small file; a reader that meets a write finds a wrong checksum and looks again.
 */
final class Status implements AutoCloseable {
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
     * @param ending what came of it; empty while it runs
     */
    record Report(long pid, long done, long total, int segments, Optional<Ending> ending) {}

    /** A verified file. */
    record Ending(long sizeBytes, Sha256 sha256, Proof proof, Optional<String> commit, Optional<String> etag) {
        static Ending of(DownloadResult result) {
            return new Ending(result.sizeBytes(), result.sha256(), result.proof(), result.commit(), result.etag());
        }

        DownloadResult result(Path file, Duration elapsed) {
            return new DownloadResult(file, sizeBytes, sha256, proof, commit, etag, elapsed, 0, Optional.empty());
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
        byte[] line = Fields.checked(fields(report).toString()).getBytes(StandardCharsets.US_ASCII);
        if (line.length > BYTES) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(Arrays.copyOf(line, BYTES));
        while (bytes.hasRemaining()) {
            channel.write(bytes, bytes.position());
        }
    }

    private static Fields fields(Report report) {
        Fields fields = Fields.none()
                .with("pid", report.pid)
                .with("done", report.done)
                .with("total", report.total)
                .with("segments", report.segments);
        if (report.ending.isEmpty()) {
            return fields;
        }
        Ending ending = report.ending.get();
        return fields.with("size", ending.sizeBytes)
                .with("sha256", ending.sha256.hex())
                .with("proof", ending.proof.name())
                .with("commit", ending.commit)
                .with("etag", ending.etag);
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
        return end < 0
                ? Optional.empty()
                : Fields.unchecked(text.substring(0, end))
                        .flatMap(Fields::parse)
                        .map(Status::report);
    }

    private static Report report(Fields fields) {
        return new Report(
                fields.number("pid").orElse(0),
                fields.number("done").orElse(0),
                fields.number("total").orElse(-1),
                (int) fields.number("segments").orElse(0),
                ending(fields));
    }

    private static Optional<Ending> ending(Fields fields) {
        OptionalLong size = fields.number("size");
        Optional<String> sha256 = fields.text("sha256");
        Optional<Proof> proof = Stream.of(Proof.values())
                .filter(known -> fields.text("proof").equals(Optional.of(known.name())))
                .findFirst();
        if (size.isEmpty() || sha256.isEmpty() || proof.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Ending(
                    size.getAsLong(),
                    new Sha256(sha256.get()),
                    proof.get(),
                    fields.text("commit"),
                    fields.text("etag")));
        } catch (IllegalArgumentException e) {
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

    /** Removes the file; whoever has it open still reads its last words. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }
}
