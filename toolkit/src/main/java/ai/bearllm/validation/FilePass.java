package ai.bearllm.validation;

import ai.bearllm.model.BearException;
import ai.bearllm.model.FileStamp;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/**
 * Reads a file once, from beginning to end: one thread reads and scans, another digests the same buffers, so that with a second
 * processor the pass takes no longer than the digest alone. Memory is that of a few buffers, whatever the file's size.
 */
final class FilePass {
    private static final int CHUNK = 256 << 10;
    private static final int BUFFERS = 4;
    /** Room before a chunk for what the scan left of the one before: less than the largest block. */
    private static final int HEADROOM = 512;

    /** Looks at a file's bytes as they come. */
    @FunctionalInterface
    interface Scan {
        /** Looks at nothing. */
        Scan NONE = (bytes, from, to, position) -> to;

        /**
         * Looks at the next bytes.
         *
         * @param position of the first byte in the file
         * @return where the part begins that makes sense only with more; it comes again, in front of the next bytes
         */
        int accept(byte[] bytes, int from, int to, long position);
    }

    private final Path file;
    private final long size;
    private final Scan scan;
    private final LongConsumer progress;
    private final Cancellation cancellation;
    private final MessageDigest digest = Sha256.newDigest();
    private final List<byte[]> buffers = new ArrayList<>();
    private final List<Future<?>> digested = new ArrayList<>();

    private FilePass(Path file, long size, Scan scan, LongConsumer progress, Cancellation cancellation) {
        this.file = file;
        this.size = size;
        this.scan = scan;
        this.progress = progress;
        this.cancellation = cancellation;
    }

    /**
     * Reads the file and returns its digest.
     *
     * @param before the file when the work on it began
     * @param progress told the number of bytes read so far
     * @throws BearException if the file cannot be read, or has changed since
     */
    static Sha256 digest(Path file, FileStamp before, Scan scan, LongConsumer progress, Cancellation cancellation) {
        Sha256 sha256 = new FilePass(file, before.sizeBytes(), scan, progress, cancellation).run();
        if (!stamp(file).isSameContent(before)) {
            throw changed(file, "it was changed while it was read");
        }
        return sha256;
    }

    /**
     * The file as it is now.
     *
     * @throws BearException where it cannot be looked at
     */
    static FileStamp stamp(Path file) {
        try {
            return FileStamp.of(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private Sha256 run() {
        try (Workers digester = new Workers("bear-digest", 1);
                SeekableByteChannel channel = Files.newByteChannel(file)) {
            return read(channel, digester);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private Sha256 read(SeekableByteChannel channel, Workers digester) throws IOException {
        long done = 0;
        int carried = 0;
        byte[] last = new byte[HEADROOM];
        int lastEnd = HEADROOM;
        for (int turn = 0; ; turn = (turn + 1) % BUFFERS) {
            byte[] buffer = free(turn);
            System.arraycopy(last, lastEnd - carried, buffer, HEADROOM - carried, carried);
            int end = fill(channel, buffer);
            cancellation.check();
            if (end == HEADROOM) {
                break;
            }
            digested.set(turn, digester.submit(() -> digest.update(buffer, HEADROOM, end - HEADROOM)));
            int from = HEADROOM - carried;
            carried = end - scan.accept(buffer, from, end, done - carried);
            done += end - HEADROOM;
            if (done > size) {
                break;
            }
            progress.accept(done);
            last = buffer;
            lastEnd = end;
        }
        for (Future<?> each : digested) {
            Workers.await(each);
        }
        if (done != size) {
            throw changed(file, "it had " + size + " bytes, but " + (done > size ? "more" : done) + " were read");
        }
        return Sha256.of(digest.digest());
    }

    /** A buffer that the digesting thread is done with. */
    private byte[] free(int turn) {
        if (turn == buffers.size()) {
            buffers.add(new byte[HEADROOM + (int) Math.min(CHUNK, size + 1)]);
            digested.add(CompletableFuture.completedFuture(null));
        }
        Workers.await(digested.get(turn));
        return buffers.get(turn);
    }

    private static int fill(SeekableByteChannel channel, byte[] buffer) throws IOException {
        ByteBuffer target = ByteBuffer.wrap(buffer).position(HEADROOM);
        int read = 0;
        while (read >= 0 && target.hasRemaining()) {
            read = channel.read(target);
        }
        return target.position();
    }

    static BearException unreadable(Path file, IOException cause) {
        return new BearException(
                file + " could not be read: " + cause + ".", "Check the disk and the file's permissions.", cause);
    }

    static BearException changed(Path file, String how) {
        return new BearException(
                file + " is being written to: " + how + ".", "Wait until nothing writes to it, then try again.");
    }
}
