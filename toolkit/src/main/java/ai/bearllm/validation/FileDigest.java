package ai.bearllm.validation;

import ai.bearllm.model.BearException;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Progress;
import ai.bearllm.progress.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Digests a whole file block by block. */
final class FileDigest {
    private static final int BLOCK = 1 << 20;
    /** A rate over less time is noise. */
    private static final long RATE_AFTER_NANOS = 200_000_000;

    private FileDigest() {}

    static Sha256 of(Path file, long size, String job, ProgressListener listener, Cancellation cancellation) {
        MessageDigest digest = Sha256.newDigest();
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        long started = System.nanoTime();
        long done = 0;
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            while (channel.read(block.clear()) >= 0) {
                cancellation.check();
                digest.update(block.flip());
                done += block.limit();
                listener.on(advanced(job, done, size, System.nanoTime() - started));
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        if (done != size) {
            throw new BearException(
                    file + " had " + size + " bytes, but " + done + " were read: something is writing to it.",
                    "Wait until nothing writes to it, then try again.");
        }
        return Sha256.of(digest.digest());
    }

    private static Progress.Advanced advanced(String job, long done, long size, long nanos) {
        OptionalDouble rate =
                nanos < RATE_AFTER_NANOS ? OptionalDouble.empty() : OptionalDouble.of(done / (nanos / 1e9));
        return new Progress.Advanced(
                job, done, OptionalLong.of(size), Progress.Unit.BYTES, Duration.ofNanos(nanos), rate);
    }

    static BearException unreadable(Path file, IOException cause) {
        return new BearException(
                file + " could not be read: " + cause + ".", "Check the disk and the file's permissions.", cause);
    }
}
