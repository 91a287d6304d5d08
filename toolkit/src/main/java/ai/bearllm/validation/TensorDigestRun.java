package ai.bearllm.validation;

import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufTensor;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Digests the tensors of one file, several at once where there are processors for it. */
final class TensorDigestRun {
    private static final int CHUNK = 256 << 10;
    private static final int MOST_THREADS = 4;

    private final Path file;
    private final Reading reading;
    private final Cancellation cancellation;
    private long total;
    private long done;

    TensorDigestRun(Path file, ProgressListener listener, Cancellation cancellation) {
        this.file = file;
        this.cancellation = cancellation;
        this.reading = new Reading(file, "digests of the tensors of " + file.getFileName(), listener, cancellation);
    }

    TensorDigests run() {
        Gguf gguf = Gguf.read(file);
        Snapshot before = Snapshot.of(file, gguf);
        List<GgufTensor> tensors = gguf.tensors();
        total = gguf.tensorBytes();
        reading.start(total);
        try {
            Sha256[] digests = new Sha256[tensors.size()];
            int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
            AtomicInteger next = new AtomicInteger();
            Workers.all("bear-tensor-digest", threads, cancellation, () -> work(gguf, tensors, digests, next));
            before.requireUnchanged();
            Map<String, TensorDigests.Entry> entries = new LinkedHashMap<>();
            IntStream.range(0, digests.length).forEach(i -> {
                GgufTensor tensor = tensors.get(i);
                entries.put(tensor.name(), new TensorDigests.Entry(tensor.type().name(), tensor.bytes(), digests[i]));
            });
            reading.end(tensors.size() + " tensors");
            return new TensorDigests(file, entries);
        } catch (RuntimeException e) {
            reading.fail(e);
            throw e;
        }
    }

    private synchronized void advance(long bytes) {
        done += bytes;
        reading.advance(done, total);
    }

    /** Digests one tensor after the other, with its own view of the files, until none is left. */
    private @Nullable Void work(Gguf gguf, List<GgufTensor> tensors, Sha256[] digests, AtomicInteger next) {
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        MessageDigest digest = Sha256.newDigest();
        try (Channels channels = new Channels(gguf)) {
            for (int i = next.getAndIncrement(); i < digests.length; i = next.getAndIncrement()) {
                update(digest, channels.of(tensors.get(i)), tensors.get(i), buffer);
                digests[i] = Sha256.of(digest.digest());
            }
            return null;
        } catch (IOException e) {
            throw FilePass.unreadable(file, e);
        }
    }

    private void update(MessageDigest digest, SeekableByteChannel channel, GgufTensor tensor, ByteBuffer buffer)
            throws IOException {
        channel.position(tensor.offset());
        long left = tensor.bytes();
        while (left > 0) {
            cancellation.check();
            buffer.clear().limit((int) Math.min(CHUNK, left));
            if (channel.read(buffer) < 0) {
                throw FilePass.changed(file, "it became shorter while it was read");
            }
            buffer.flip();
            left -= buffer.limit();
            advance(buffer.limit());
            digest.update(buffer);
        }
    }
}
