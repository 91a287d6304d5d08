package ai.bearllm.download;

import ai.bearllm.model.BearException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/** Brings bytes that are on this machine into a part. */
final class LocalCopy {
    private static final int COPY_BYTES = 128 * 1024;

    private final Source.Local source;
    private final PartFile part;
    private final Chain chain;
    private final Job job;

    LocalCopy(Source.Local source, PartFile part, Chain chain, Job job) {
        this.source = source;
        this.part = part;
        this.chain = chain;
        this.job = job;
    }

    void go(OptionalLong size) {
        byte[] buffer = new byte[COPY_BYTES];
        long length = 0;
        try (InputStream in = source.opener().open()) {
            for (int read; (read = in.read(buffer)) >= 0 && length <= size.orElse(Long.MAX_VALUE); ) {
                job.stop().check();
                write(length, ByteBuffer.wrap(buffer, 0, read));
                length += read;
                job.meter().reached(length);
            }
        } catch (IOException e) {
            throw new BearException(
                    source.words() + " cannot be read (" + e.getMessage() + ").",
                    "Install the toolkit again; its jar may be damaged.",
                    e);
        }
        job.meter().flush();
        if (size.isPresent() && length != size.getAsLong()) {
            throw new BearException(
                    source.words() + " has " + (length > size.getAsLong() ? "more than " : "")
                            + Math.min(length, size.getAsLong()) + " bytes but " + size.getAsLong() + " are declared.",
                    "Install the toolkit again; its jar may be damaged.");
        }
    }

    /** Unchecked, so that the disk's failure is not taken for the source's. */
    private void write(long position, ByteBuffer bytes) {
        try {
            ByteBuffer copy = bytes.duplicate();
            part.write(position, List.of(bytes));
            chain.offer(position, List.of(copy), position);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
