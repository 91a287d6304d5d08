package ai.bearllm.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads header, metadata and tensor table, in the order in which they stand in the file, and refuses what a loader could
 * trip over. Memory stays a small multiple of these parts' length, whatever they declare.
 *
 * <p>Source: docs/gguf.md of ggml for the layout; where it says less than llama.cpp's reader checks, that reader's checks.
 */
final class GgufReader {
    /** No file comes near; without an end, a hostile header of gigabytes would fill the memory with small objects. */
    private static final long MOST_ENTRIES = 1 << 20;

    private static final long MOST_TEXT_BYTES = 256L << 20;
    private static final long LARGEST_ALIGNMENT = 1 << 20;
    private static final long DEFAULT_ALIGNMENT = 32;
    private static final int LONGEST_KEY = 65_535;
    private static final byte[] MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);

    private final Source source;
    private final Window window;
    private final ValueReader values;

    private GgufReader(Source source, Window window) {
        this.source = source;
        this.window = window;
        this.values = new ValueReader(source);
    }

    static Gguf read(Source source) throws IOException {
        try (Window window = Window.open(source)) {
            return new GgufReader(source, window).read();
        }
    }

    private Gguf read() throws IOException {
        magic();
        int version = version();
        // A tensor's entry has at least a name, one dimension, two 32-bit numbers and an offset; a key its length,
        // type, value.
        long tensorCount = entries("the number of tensors", 2L * window.lengthBytes() + 16);
        long keyCount = entries("the number of metadata keys", window.lengthBytes() + 5L);
        Metadata metadata = metadata(keyCount);
        long alignment = alignment(metadata);
        TensorTable table = TensorTable.read(window, alignment, tensorCount);
        return new Gguf(source, window, version, metadata, alignment, table);
    }

    /** Four bytes that are "GGUF" in either byte order. */
    private void magic() throws IOException {
        byte[] start = window.left() == 0 ? new byte[0] : window.bytes((int) Math.min(window.left(), 64));
        if (start.length < MAGIC.length || !ByteBuffer.wrap(start, 0, 4).equals(ByteBuffer.wrap(MAGIC))) {
            throw Misnamed.refuse(source.name(), start);
        }
        window.position(MAGIC.length);
    }

    /**
     * The version, which also tells the byte order: written in the other order, a small number has its low half zero.
     */
    private int version() throws IOException {
        int raw = window.i32("the version");
        boolean foreign = (raw & 0xFFFF) == 0;
        int version = foreign ? Integer.reverseBytes(raw) : raw;
        if (version < 1 || version > 3) {
            throw window.refuse(
                    "version",
                    MAGIC.length,
                    "the version is " + Integer.toUnsignedString(version),
                    "1, 2 or 3",
                    "a loader would misread all that follows");
        }
        window.format(foreign ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, version == 1);
        return version;
    }

    private long entries(String what, long leastBytesEach) throws IOException {
        long start = window.position();
        long count = window.count(what, leastBytesEach);
        if (count > MOST_ENTRIES) {
            throw window.refuse(
                    "count-limit", start, what + " is " + count, "at most " + MOST_ENTRIES, "it would fill the memory");
        }
        return count;
    }

    private Metadata metadata(long count) throws IOException {
        Map<String, GgufValue> all = new LinkedHashMap<>();
        long textBytes = 0;
        for (long i = 0; i < count; i++) {
            long start = window.position();
            String key = key();
            ValueType type = values.type(window, "the value type of " + key);
            GgufValue value = values.value(window, type, "the value of " + key, 1);
            textBytes += type == ValueType.ARRAY ? 0 : window.position() - start;
            if (textBytes > MOST_TEXT_BYTES) {
                throw window.refuse(
                        "text-total",
                        start,
                        "the metadata so far holds " + textBytes + " bytes of text",
                        "at most " + MOST_TEXT_BYTES,
                        "it would fill the memory");
            }
            if (all.put(key, value) != null) {
                throw window.refuse(
                        "duplicate-key",
                        start,
                        "the key " + key + " stands here a second time",
                        "each key once",
                        "one program would take the first value, another the last");
            }
        }
        return new Metadata(all);
    }

    /** The specification wants ASCII of at most 65,535 bytes; llama.cpp wants at least one. */
    private String key() throws IOException {
        long start = window.position();
        String key = window.text("a metadata key");
        boolean printable = key.chars().allMatch(c -> c > ' ' && c < 0x7F);
        if (key.isEmpty() || key.length() > LONGEST_KEY || !printable) {
            throw window.refuse(
                    "key",
                    start,
                    "a metadata key is " + Gguf.quoted(key),
                    "1 to " + LONGEST_KEY + " printable ASCII characters",
                    "programs would not find it, or confuse it with another");
        }
        return key;
    }

    /** The specification wants a multiple of 8; llama.cpp a power of two, in a 32-bit unsigned integer. */
    private long alignment(Metadata metadata) {
        String key = "general.alignment";
        if (metadata.value(key).isEmpty()) {
            return DEFAULT_ALIGNMENT;
        }
        GgufValue value = metadata.value(key).get();
        long alignment = metadata.integer(key).orElse(0);
        if (value.type() != ValueType.UINT32
                || Long.bitCount(alignment) != 1
                || alignment < 8
                || alignment > LARGEST_ALIGNMENT) {
            throw window.refuse(
                    "alignment",
                    window.position(),
                    key + " is " + Gguf.quoted(value.toString()) + " of type " + value.type(),
                    "a power of two from 8 to " + LARGEST_ALIGNMENT + " of type UINT32",
                    "padding computed from it would wrap around");
        }
        return alignment;
    }
}
