package ai.bearllm.download;

import ai.bearllm.model.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What of a part is proven: lines that are only added, each with a checksum of its own. The first line says what is fetched,
 * each other one that the part's first bytes, so many, have this SHA-256.
 *
 * <p>Nothing waits for the disk: after a power cut the journal may say more than the part holds, so whoever reads it compares
 * each digest with the bytes. A line that was cut or changed ends it.
 */
final class Journal implements AutoCloseable {
    private static final int VERSION = 1;
    /** Enough for a terabyte. */
    private static final long MAX_BYTES = 16L << 20;

    private final FileChannel channel;

    private Journal(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * What is fetched.
     *
     * @param source in words
     * @param commit empty where the source has none
     * @param etag the strong ETag of the bytes
     * @param length of the whole file
     * @param sha256 empty where nobody declared one
     */
    record Head(String source, Optional<String> commit, String etag, long length, Optional<Sha256> sha256) {}

    /** The first {@code length} bytes have this digest. */
    record Proof(long length, Sha256 digest) {}

    /** What a journal says, as far as its lines are whole. */
    record Kept(Head head, List<Proof> proofs) {}

    /** Empty where there is none, or nothing of it can be believed. */
    static Optional<Kept> read(Path path) throws IOException {
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.size(path) > MAX_BYTES) {
            return Optional.empty();
        }
        return parse(Files.readString(path, StandardCharsets.ISO_8859_1));
    }

    static Optional<Kept> parse(String text) {
        List<String> lines = wholeLines(text);
        Optional<Head> head = lines.isEmpty() ? Optional.empty() : head(lines.get(0));
        if (head.isEmpty()) {
            return Optional.empty();
        }
        List<Proof> proofs = new ArrayList<>();
        long before = 0;
        for (String line : lines.subList(1, lines.size())) {
            Optional<Proof> proof = proof(line);
            if (proof.isEmpty()
                    || proof.get().length() <= before
                    || proof.get().length() > head.get().length()) {
                break;
            }
            before = proof.get().length();
            proofs.add(proof.get());
        }
        return Optional.of(new Kept(head.get(), List.copyOf(proofs)));
    }

    /** The contents of the lines before the first that is cut or changed. */
    private static List<String> wholeLines(String text) {
        List<String> lines = new ArrayList<>();
        for (int at = 0, end; (end = text.indexOf('\n', at)) >= 0; at = end + 1) {
            Optional<String> content = Fields.unchecked(text.substring(at, end));
            if (content.isEmpty()) {
                break;
            }
            lines.add(content.get());
        }
        return lines;
    }

    private static Optional<Proof> proof(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 2 || !words[0].matches("[0-9]{1,18}") || !words[1].matches("[0-9a-f]{64}")) {
            return Optional.empty();
        }
        return Optional.of(new Proof(Long.parseLong(words[0]), new Sha256(words[1])));
    }

    private static Optional<Head> head(String line) {
        Fields fields = Fields.parse(line).orElse(Fields.none());
        Optional<String> source = fields.text("source");
        Optional<String> etag = fields.text("etag");
        long length = fields.number("length").orElse(-1);
        Optional<String> sha256 = fields.text("sha256");
        if (fields.number("version").orElse(0) != VERSION || source.isEmpty() || etag.isEmpty() || length < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Head(source.get(), fields.text("commit"), etag.get(), length, sha256.map(Sha256::new)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String line(Head head) {
        return Fields.checked(Fields.none()
                .with("version", VERSION)
                .with("source", head.source())
                .with("commit", head.commit())
                .with("etag", head.etag())
                .with("length", head.length())
                .with("pieceBytes", PieceHashes.PIECE_BYTES)
                .with("sha256", head.sha256().map(Sha256::hex))
                .toString());
    }

    /** A new one, in place of what was there, that begins with these proofs. */
    static Journal begin(Path path, Head head, List<Proof> proofs) throws IOException {
        StringBuilder text = new StringBuilder(line(head));
        proofs.forEach(proof -> text.append(line(proof)));
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        Files.writeString(fresh, text);
        try {
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(fresh, path, StandardCopyOption.REPLACE_EXISTING);
        }
        return new Journal(FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
    }

    /** Adds a proof. */
    synchronized void add(Proof proof) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(line(proof).getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static String line(Proof proof) {
        return Fields.checked(proof.length() + " " + proof.digest().hex());
    }
}
