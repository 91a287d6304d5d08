package ai.bearllm.gguf;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one file's header, metadata and tensor table, in the order in which they stand, and refuses what a loader could trip
 * over. Memory stays a small multiple of these parts' length, whatever they declare.
 *
 * <p>Source: docs/gguf.md of ggml for the layout; where it says less than llama.cpp's reader checks, that reader's checks.
 */
final class GgufReader {
    /** Models have some dozens; each costs ten times its shortest form, so a hostile million would fill the memory. */
    private static final long MOST_KEYS = 1 << 16;

    /** The largest models have some ten thousand. */
    static final long MOST_TENSORS = 1 << 17;

    private static final long MOST_TEXT_BYTES = 256L << 20;
    private static final long LARGEST_ALIGNMENT = 1 << 20;
    private static final long DEFAULT_ALIGNMENT = 32;
    private static final int LONGEST_KEY = 65_535;
    private static final byte[] MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);

    private final ByteSource source;
    private final Window window;
    private final Findings findings;
    private final ValueReader values;

    private GgufReader(ByteSource source, Window window) {
        this.source = source;
        this.window = window;
        this.findings = window.findings();
        this.values = new ValueReader(source);
    }

    static Gguf read(ByteSource source) throws IOException {
        try (Window window = Window.open(source)) {
            return new GgufReader(source, window).read();
        }
    }

    private Gguf read() throws IOException {
        magic();
        int version = version();
        // A tensor's entry has at least a name, one dimension, two 32-bit numbers and an offset; a key its length,
        // type, value.
        long tensorCount = entries("the number of tensors", 2L * window.lengthBytes() + 16, MOST_TENSORS);
        long keyCount = entries("the number of metadata keys", window.lengthBytes() + 5L, MOST_KEYS);
        Metadata metadata = metadata(keyCount);
        long alignment = alignment(metadata);
        TensorTable table = TensorTable.read(window, alignment, (int) tensorCount);
        List<Finding> tolerated = findings.tolerated();
        GgufPart part = new GgufPart(
                source,
                new ByteSize(window.size()),
                window.position(),
                table.dataOffset(),
                table.tensors().size());
        return new Gguf(
                new Gguf.Header(version, window.order(), alignment, metadata),
                List.of(part),
                table.tensors(),
                tolerated);
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
            throw findings.fatal(
                    "version",
                    MAGIC.length,
                    "the version is " + Integer.toUnsignedString(version),
                    "1, 2 or 3",
                    "a loader would misread all that follows");
        }
        window.format(foreign ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, version == 1);
        if (version == 1) {
            findings.warning(
                    "version", MAGIC.length, "the version is 1", "2 or 3", "llama.cpp has not loaded it since 2023");
        }
        if (window.order() != ByteOrder.nativeOrder()) {
            findings.warning(
                    "byte-order",
                    MAGIC.length,
                    "the numbers are " + words(window.order()),
                    words(ByteOrder.nativeOrder()) + ", as this machine's",
                    "llama.cpp refuses it on this machine");
        }
        return version;
    }

    private static String words(ByteOrder order) {
        return order == ByteOrder.BIG_ENDIAN ? "big-endian" : "little-endian";
    }

    private long entries(String what, long leastBytesEach, long most) throws IOException {
        long start = window.position();
        long count = window.count(what, leastBytesEach);
        if (count > most) {
            throw findings.fatal(
                    "count-limit", start, what + " is " + count, "at most " + most, "it would fill the memory");
        }
        return count;
    }

    private Metadata metadata(long count) throws IOException {
        Map<String, GgufValue> all = new LinkedHashMap<>();
        long textBytes = 0;
        for (long i = 0; i < count; i++) {
            long start = window.position();
            String key = key();
            ValueType type = values.type(window, "the value type of ", key);
            GgufValue value = values.value(window, type, key, 1);
            textBytes += type == ValueType.ARRAY ? 0 : window.position() - start;
            if (textBytes > MOST_TEXT_BYTES) {
                throw findings.fatal(
                        "text-total",
                        start,
                        "the metadata so far holds " + textBytes + " bytes of text",
                        "at most " + MOST_TEXT_BYTES,
                        "it would fill the memory");
            }
            if (all.put(key, value) != null) {
                findings.error(
                        "duplicate-key",
                        start,
                        "the key " + Gguf.quoted(key) + " stands here a second time",
                        "each key once",
                        "one program would take the first value, another the last");
            }
        }
        return new Metadata(all);
    }

    /** The specification wants ASCII of at most 65,535 bytes, in segments of lower case; llama.cpp wants at least one. */
    private String key() throws IOException {
        long start = window.position();
        String key = window.text("a metadata key");
        if (key.isEmpty() || key.length() > LONGEST_KEY || !isPrintable(key)) {
            findings.error(
                    "key",
                    start,
                    "a metadata key is " + Gguf.quoted(key) + " of " + key.length() + " characters",
                    "1 to " + LONGEST_KEY + " printable ASCII characters",
                    "programs would not find it, or confuse it with another");
        } else if (!isInStyle(key)) {
            findings.warning(
                    "key-style",
                    start,
                    "a metadata key is " + Gguf.quoted(key),
                    "segments of lower case letters, digits and _, with dots between",
                    "programs that follow the specification ignore or refuse it");
        }
        return key;
    }

    private static boolean isPrintable(String key) {
        for (int i = 0; i < key.length(); i++) {
            if (key.charAt(i) < ' ' || key.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    /** Segments of lower case letters, digits and _, with dots between; architectures bring hyphens along. */
    private static boolean isInStyle(String key) {
        boolean inSegment = false;
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            boolean fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
            if (!fits && (c != '.' || !inSegment)) {
                return false;
            }
            inSegment = fits;
        }
        return inSegment;
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
            // Nothing can be said about places without it.
            throw findings.fatal(
                    "alignment",
                    window.position(),
                    key + " is " + Gguf.quoted(value.toString()) + " of type " + value.type(),
                    "a power of two from 8 to " + LARGEST_ALIGNMENT + " of type UINT32",
                    "padding computed from it would wrap around");
        }
        return alignment;
    }
}
