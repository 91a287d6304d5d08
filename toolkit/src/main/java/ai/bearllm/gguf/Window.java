package ai.bearllm.gguf;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * Reads numbers and texts through a small buffer and compares each length with the bytes that are left before it allocates.
 */
final class Window implements AutoCloseable {
    /** No metadata text comes near; an embedded tokenizer.json, the longest there is, has about 33 MB. */
    static final int LONGEST_TEXT = 64 << 20;

    private static final int CAPACITY = 64 << 10;
    private static final String ENDS = "a loader would read beyond the end of the file";

    private final String source;
    private final Findings findings;
    private final SeekableByteChannel channel;
    private final long size;
    private final ByteBuffer buffer;
    private long base;
    private boolean narrow;

    private Window(String source, SeekableByteChannel channel, long size) {
        this.source = source;
        this.findings = new Findings(source);
        this.channel = channel;
        this.size = size;
        this.buffer = ByteBuffer.allocate((int) Math.min(CAPACITY, Math.max(size, 16)))
                .order(ByteOrder.LITTLE_ENDIAN)
                .limit(0);
    }

    static Window open(ByteSource source) throws IOException {
        SeekableByteChannel channel = source.open();
        try {
            return new Window(source.name(), channel, channel.size());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Counts and lengths have 32 bits where narrow, as in version 1, else 64. */
    Window format(ByteOrder order, boolean lengthsAreNarrow) {
        buffer.order(order);
        narrow = lengthsAreNarrow;
        return this;
    }

    ByteOrder order() {
        return buffer.order();
    }

    boolean isNarrow() {
        return narrow;
    }

    /** Bytes of a count or length. */
    int lengthBytes() {
        return narrow ? 4 : 8;
    }

    /** What is wrong with the file so far. */
    Findings findings() {
        return findings;
    }

    long size() {
        return size;
    }

    long position() {
        return base + buffer.position();
    }

    long left() {
        return size - position();
    }

    Window position(long position) {
        long inside = position - base;
        if (inside >= 0 && inside <= buffer.limit()) {
            buffer.position((int) inside);
        } else {
            base = position;
            buffer.limit(0);
        }
        return this;
    }

    int u8(String what) throws IOException {
        require(1, what);
        return buffer.get() & 0xFF;
    }

    short i16(String what) throws IOException {
        require(2, what);
        return buffer.getShort();
    }

    int i32(String what) throws IOException {
        require(4, what);
        return buffer.getInt();
    }

    long u32(String what) throws IOException {
        return Integer.toUnsignedLong(i32(what));
    }

    long i64(String what) throws IOException {
        require(8, what);
        return buffer.getLong();
    }

    /** A number of things that each take at least so many bytes, compared with the bytes that are left behind it. */
    long count(String what, long leastBytesEach) throws IOException {
        return count("", what, leastBytesEach);
    }

    /** The two words are put together only for a message: vocabularies have hundreds of thousands of lengths. */
    long count(String of, String what, long leastBytesEach) throws IOException {
        long start = position();
        long count = narrow ? u32(what) : i64(what);
        long most = left() / leastBytesEach;
        if (count < 0 || count > most) {
            throw findings.fatal(
                    "count-bounds",
                    start,
                    of + what + " is " + Long.toUnsignedString(count),
                    "at most " + most + ", because only " + left() + " bytes follow",
                    "a loader would allocate for, or read, what is not there");
        }
        return count;
    }

    /** UTF-8 with its length in front. */
    String text(String what) throws IOException {
        int length = textLength(what);
        long start = position();
        byte[] bytes = bytes(length);
        checkUtf8(bytes, 0, length, start, what);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Goes past a text, checking it as {@link #text} does. */
    void skipText(String what) throws IOException {
        int length = textLength(what);
        long start = position();
        if (length <= buffer.capacity()) {
            require(length, what);
            checkUtf8(buffer.array(), buffer.position(), length, start, what);
            buffer.position(buffer.position() + length);
        } else {
            checkUtf8(bytes(length), 0, length, start, what);
        }
    }

    private int textLength(String what) throws IOException {
        long start = position();
        long length = count("the length of ", what, 1);
        if (length > LONGEST_TEXT) {
            throw findings.fatal(
                    "text-length",
                    start,
                    "the length of " + what + " is " + length,
                    "at most " + LONGEST_TEXT,
                    "a loader would fill its memory with it");
        }
        return (int) length;
    }

    private void checkUtf8(byte[] bytes, int from, int length, long start, String what) {
        int invalid = Utf8.firstInvalid(bytes, from, from + length);
        if (invalid >= 0) {
            findings.error(
                    "utf-8",
                    start + invalid - from,
                    what + " holds the byte 0x" + Integer.toHexString(bytes[invalid] & 0xFF) + " out of place",
                    "UTF-8",
                    "programs that read it as text fail, or disagree about it");
        }
    }

    /** The next bytes; the caller has compared their number with those left. */
    byte[] bytes(int count) throws IOException {
        byte[] bytes = new byte[count];
        int done = Math.min(count, buffer.remaining());
        buffer.get(bytes, 0, done);
        if (done < count) {
            long start = position();
            ByteBuffer rest = ByteBuffer.wrap(bytes, done, count - done);
            channel.position(start);
            while (rest.hasRemaining()) {
                if (channel.read(rest) < 0) {
                    throw shrank();
                }
            }
            position(start + count - done);
        }
        return bytes;
    }

    /** Goes forward; the caller has compared the number with the bytes left. */
    void skip(long count) {
        position(position() + count);
    }

    private void require(int count, String what) throws IOException {
        if (buffer.remaining() >= count) {
            return;
        }
        if (left() < count) {
            throw findings.fatal(
                    "truncated",
                    position(),
                    "the file ends inside " + what + ", with " + left() + " bytes left",
                    count + " bytes",
                    ENDS);
        }
        base += buffer.position();
        buffer.compact();
        channel.position(base + buffer.position());
        while (buffer.position() < count) {
            if (channel.read(buffer) < 0) {
                throw shrank();
            }
        }
        buffer.flip();
    }

    private BearException shrank() {
        return new BearException(
                source + " became shorter while it was read.", "Wait until nothing writes to it, then try again.");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
