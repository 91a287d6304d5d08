package ai.bearllm.download;

import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * What each piece of a file must be, so that a damaged one is found and fetched alone.
 *
 * <p>The digest of a piece covers the file from its beginning to that piece's end: all of them fall out of the one computation
 * that gives the digest of the whole file, which is also the last of them, so they cost nothing. A file is therefore proven from
 * the front to the back: where a piece is damaged, the next ones are judged when it is mended.
 *
 * @param pieceBytes the length of each piece; the last may be shorter
 * @param upTo the SHA-256 of the file's bytes up to the end of each piece
 */
public record PieceHashes(int pieceBytes, List<Sha256> upTo) {
    /** The length of a piece in this version: 16 MiB. */
    public static final int PIECE_BYTES = 16 << 20;

    private static final int READ_BYTES = 1 << 20;

    public PieceHashes {
        if (pieceBytes < 1) {
            throw new IllegalArgumentException("pieceBytes must be positive but was " + pieceBytes);
        }
        if (upTo.isEmpty()) {
            throw new IllegalArgumentException("even an empty file has one digest");
        }
        upTo = List.copyOf(upTo);
    }

    /**
     * Reads a whole file for its pieces.
     *
     * @throws IOException where it cannot be read
     */
    public static PieceHashes of(Path file, Cancellation cancellation) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            PieceDigest digest = new PieceDigest();
            byte[] buffer = new byte[READ_BYTES];
            for (int read; (read = in.read(buffer)) >= 0; ) {
                cancellation.check();
                digest.update(buffer, read);
            }
            digest.finish();
            return digest.hashes();
        }
    }

    /** The digest of the whole file. */
    public Sha256 sha256() {
        return upTo.get(upTo.size() - 1);
    }

    /** How many pieces there are, and the beginning of the file's digest. */
    @Override
    public String toString() {
        return upTo.size() + (upTo.size() == 1 ? " piece" : " pieces") + ", SHA-256 " + sha256().brief();
    }

    /** Computes the pieces of bytes that are all at hand. */
    private static final class PieceDigest {
        private final MessageDigest digest = Sha256.newDigest();
        private final List<Sha256> upTo = new ArrayList<>();
        private int inPiece;

        void update(byte[] bytes, int length) {
            for (int at = 0; at < length; ) {
                int some = Math.min(length - at, PIECE_BYTES - inPiece);
                digest.update(bytes, at, some);
                at += some;
                inPiece += some;
                if (inPiece == PIECE_BYTES) {
                    inPiece = 0;
                    upTo.add(Digests.soFar(digest));
                }
            }
        }

        void finish() {
            if (inPiece > 0 || upTo.isEmpty()) {
                upTo.add(Digests.soFar(digest));
            }
        }

        PieceHashes hashes() {
            return new PieceHashes(PIECE_BYTES, upTo);
        }
    }
}
