package ai.bearllm.download;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sha256;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A file that was fetched and checked.
 *
 * @param file where it is
 * @param sizeBytes its size
 * @param sha256 the digest of its bytes, computed while they arrived
 * @param proof what the digest was compared with
 * @param commit the commit it came from; empty where the source has none
 * @param etag the source's name for these bytes; empty where it has none
 * @param elapsed from the start to the verified file, waiting included
 * @param attempts how often bytes were asked for; 1 where one connection brought everything at once, 0 where somebody else did
 * @param pieces what each piece of it is, kept for a later {@link Downloader#repair}; empty where somebody else fetched it
 */
public record DownloadResult(
        Path file,
        long sizeBytes,
        Sha256 sha256,
        Proof proof,
        Optional<String> commit,
        Optional<String> etag,
        Duration elapsed,
        int attempts,
        Optional<PieceHashes> pieces) {

    /** What a file's digest was compared with. */
    public enum Proof {
        /** The digest that the request declared, from the catalog or the user. */
        DECLARED("as declared"),
        /** The digest that the hub declared before the first byte. */
        HUB("as the hub declares"),
        /** Nobody declared one: the file's own digest is pinned from now on. */
        PINNED("pinned on first download");

        private final String words;

        Proof(String words) {
            this.words = words;
        }

        /** For people, after the digest. */
        public String words() {
            return words;
        }
    }

    /** Size, digest and proof. */
    @Override
    public String toString() {
        return new ByteSize(sizeBytes) + ", SHA-256 " + sha256.brief() + " " + proof.words();
    }
}
