package ai.bearllm.signature;

import ai.bearllm.model.BearException;
import ai.bearllm.model.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.Function;

/** Digests files, or takes the digests that the caller already has. */
final class FileHasher {
    /** Larger buffers hash no faster. */
    private static final int BUFFER_BYTES = 1 << 20;

    private final Function<Path, Optional<Sha256>> known;
    private final HashListener listener;
    private long total;
    private long done;
    private byte[] buffer = new byte[0];

    FileHasher(Function<Path, Optional<Sha256>> known, HashListener listener) {
        this.known = known;
        this.listener = listener;
    }

    /** The digest that the caller has of a file; where there is none, the file counts for what is to be hashed. */
    Optional<Sha256> known(Path file, long size) {
        Optional<Sha256> digest = known.apply(file);
        if (digest.isEmpty()) {
            total += size;
        }
        return digest;
    }

    Sha256 hash(Path file) {
        if (buffer.length == 0) {
            buffer = new byte[BUFFER_BYTES];
        }
        MessageDigest digest = Sha256.newDigest();
        try (InputStream in = Files.newInputStream(file)) {
            for (int read; (read = in.read(buffer)) >= 0; ) {
                digest.update(buffer, 0, read);
                done += read;
                listener.hashed(done, Math.max(done, total));
            }
        } catch (IOException e) {
            throw new BearException(
                    "The file " + file + " cannot be read: " + e + ".", "Check its permissions and the disk.", e);
        }
        return Sha256.of(digest.digest());
    }
}
