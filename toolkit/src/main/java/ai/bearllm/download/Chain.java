package ai.bearllm.download;

import ai.bearllm.model.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The digest of a part from its beginning, following what is written: bytes that come in order are taken as they pass, which
 * costs no second reading; what came out of order is read back when the gap before it has closed. At each piece's end the
 * digest so far is a proof for the journal.
 */
final class Chain {
    private static final int READ_BYTES = 1 << 20;
    /** What a connection that delivers in order reads back by itself, to be the one that is followed again. */
    private static final long CATCH_UP_BYTES = 4L << 20;

    private final PartFile part;
    private final Proofs proofs;
    private final List<Sha256> pieces = new ArrayList<>();
    private MessageDigest digest = Sha256.newDigest();
    private volatile long hashed;
    private Optional<ByteBuffer> buffer = Optional.empty();

    Chain(PartFile part, Proofs proofs) {
        this.part = part;
        this.proofs = proofs;
    }

    /** How many bytes from the beginning the digest covers. */
    long hashed() {
        return hashed;
    }

    /** The digest of what is covered. */
    synchronized Sha256 soFar() {
        return Digests.soFar(digest);
    }

    /** Back to nothing. */
    synchronized void restart() {
        digest = Sha256.newDigest();
        hashed = 0;
        pieces.clear();
    }

    /**
     * Bytes that were just written; taken where they continue what is covered.
     *
     * @param frontier up to where everything is written
     */
    void offer(long position, List<ByteBuffer> bytes, long frontier) throws IOException {
        if (position > frontier || position - hashed > CATCH_UP_BYTES) {
            return;
        }
        synchronized (this) {
            while (hashed < position) {
                readBack(position);
            }
            if (hashed == position) {
                for (ByteBuffer some : bytes) {
                    take(some);
                }
            }
        }
    }

    /** Covers some of what is written and not covered yet; false where there is nothing to do. */
    synchronized boolean follow(long frontier) throws IOException {
        if (hashed >= frontier) {
            return false;
        }
        readBack(frontier);
        return true;
    }

    /** Covers everything up to here, where the file ends. */
    synchronized PieceHashes finish(long length) throws IOException {
        while (hashed < length) {
            readBack(length);
        }
        if (pieces.isEmpty() || length % PieceHashes.PIECE_BYTES != 0) {
            pieces.add(soFar());
        }
        return new PieceHashes(PieceHashes.PIECE_BYTES, pieces);
    }

    /** One that goes on from this moment in another part. */
    synchronized Chain fork(PartFile other) {
        Chain fork = new Chain(other, Proofs.NONE);
        fork.back(mark());
        return fork;
    }

    /** The state at this moment, to come back to. */
    synchronized Mark mark() {
        return new Mark(Digests.copy(digest), hashed, List.copyOf(pieces));
    }

    /** Goes to the state of that moment, its own or that of a fork. */
    synchronized void back(Mark mark) {
        digest = Digests.copy(mark.digest);
        hashed = mark.hashed;
        pieces.clear();
        pieces.addAll(mark.pieces);
    }

    private void readBack(long limit) throws IOException {
        ByteBuffer some = buffer.orElseGet(() -> ByteBuffer.allocate(READ_BYTES));
        buffer = Optional.of(some);
        some.clear().limit((int) Math.min(READ_BYTES, limit - hashed));
        part.read(hashed, some);
        take(some.flip());
    }

    private void take(ByteBuffer bytes) throws IOException {
        int end = bytes.limit();
        while (bytes.position() < end) {
            long covered = hashed;
            long left = PieceHashes.PIECE_BYTES - covered % PieceHashes.PIECE_BYTES;
            int some = (int) Math.min(left, end - bytes.position());
            bytes.limit(bytes.position() + some);
            digest.update(bytes);
            bytes.limit(end);
            hashed = covered + some;
            if (some == left) {
                Sha256 proof = soFar();
                pieces.add(proof);
                proofs.proven(hashed, proof);
            }
        }
    }

    /** Keeps what is proven. */
    @FunctionalInterface
    interface Proofs {
        /** Keeps nothing. */
        Proofs NONE = (length, digest) -> {};

        /** The first {@code length} bytes of the part have this digest. */
        void proven(long length, Sha256 digest) throws IOException;
    }

    /** A moment of a chain. */
    static final class Mark {
        private final MessageDigest digest;
        private final long hashed;
        private final List<Sha256> pieces;

        private Mark(MessageDigest digest, long hashed, List<Sha256> pieces) {
            this.digest = digest;
            this.hashed = hashed;
            this.pieces = pieces;
        }
    }
}
