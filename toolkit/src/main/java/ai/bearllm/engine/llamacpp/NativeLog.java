package ai.bearllm.engine.llamacpp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * The file that llama.cpp logs to, read as it grows: the only place where the binding tells exact counts, times and sizes.
 *
 * <p>A thread of the library writes it, a little after the event: whoever needs a line waits for it. It holds no prompt and
 * no answer, but two lines a token, so what was read is cut away now and then (the library writes on behind the hole).
 */
final class NativeLog {
    private static final long KEPT_BYTES = 4 << 20;
    private static final long PAUSE_NANOS = 100_000;

    private final Path file;
    private final StringBuilder pending = new StringBuilder();
    private long position;
    private long cut;

    NativeLog(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    /** Everything since the last reading, without waiting; an unfinished last line stays for the next. */
    String read() {
        String text = pending + fresh();
        pending.setLength(0);
        return text;
    }

    /** Waits until this has come, or this long, and leaves everything for the next reading. */
    void mark(String marker, Duration atMost) {
        pending.append(readUntil(marker, atMost));
    }

    private String fresh() {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long bytes = Math.min(channel.size() - position, Integer.MAX_VALUE - 8L);
            if (bytes <= 0) {
                return "";
            }
            ByteBuffer buffer = ByteBuffer.allocate((int) bytes);
            while (buffer.hasRemaining() && channel.read(buffer, position + buffer.position()) >= 0) {
                // Until it is full or the file ends.
            }
            String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1);
            int complete = text.lastIndexOf('\n') + 1;
            position += complete;
            return text.substring(0, complete);
        } catch (IOException e) {
            return "";
        }
    }

    /** Reads until one of the line endings has come, or this long; returns everything read. */
    String readUntil(String marker, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        StringBuilder text = new StringBuilder(read());
        while (text.indexOf(marker) < 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(PAUSE_NANOS);
            text.append(read());
        }
        return text.toString();
    }

    /** Gives back the room of what was read; the next lines stand where they would have stood. */
    void forget() {
        if (position - cut < KEPT_BYTES) {
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
            cut = position;
        } catch (IOException e) {
            // It only grows on, and the next request tries again.
            cut = position - KEPT_BYTES;
        }
    }
}
