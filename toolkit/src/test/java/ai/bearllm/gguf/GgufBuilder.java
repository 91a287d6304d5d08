package ai.bearllm.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Writes GGUF files for tests: right ones, and ones that are wrong in exactly the way a test asks for. It shares no code with
 * the reader.
 */
public final class GgufBuilder {
    private static final int STRING = 8;
    private static final int ARRAY = 9;

    private record Key(String name, int type, byte[] value) {}

    private record Tensor(byte[] name, int type, long[] dimensions, OptionalLong offset, byte[] data) {}

    private final int version;
    private final ByteOrder order;
    private final List<Key> keys = new ArrayList<>();
    private final List<Tensor> tensors = new ArrayList<>();
    private int alignment = 32;
    private int padding;
    private boolean padded = true;
    private byte[] trailing = {};
    private OptionalLong keyCount = OptionalLong.empty();
    private OptionalLong tensorCount = OptionalLong.empty();

    private GgufBuilder(int version, ByteOrder order) {
        this.version = version;
        this.order = order;
    }

    /** A file of version 3, little-endian, with nothing in it. */
    public static GgufBuilder empty() {
        return empty(3, ByteOrder.LITTLE_ENDIAN);
    }

    /** A file with nothing in it. */
    public static GgufBuilder empty(int version, ByteOrder order) {
        return new GgufBuilder(version, order);
    }

    /** A small file that passes every check: metadata, vocabulary and a few tensors of a llama of one layer. */
    public static GgufBuilder model() {
        return model(3, ByteOrder.LITTLE_ENDIAN);
    }

    /** As {@link #model()}, in this version and byte order. */
    public static GgufBuilder model(int version, ByteOrder order) {
        GgufBuilder file = empty(version, order)
                .text("general.architecture", "llama")
                .text("general.name", "Test Model")
                .u32("llama.context_length", 128)
                .u32("llama.embedding_length", 32)
                .u32("llama.block_count", 1)
                .u32("llama.feed_forward_length", 64)
                .u32("llama.attention.head_count", 4)
                .u32("llama.attention.head_count_kv", 2)
                .f32("llama.attention.layer_norm_rms_epsilon", 1e-5f)
                .u32("general.file_type", 7)
                .text("tokenizer.ggml.model", "llama")
                .texts("tokenizer.ggml.tokens", "<unk>", "<s>", "</s>", "<0x0A>", "\u2581bear")
                .f32s("tokenizer.ggml.scores", 0, 0, 0, 0, -1)
                .i32s("tokenizer.ggml.token_type", 2, 3, 3, 6, 1)
                .u32("tokenizer.ggml.unknown_token_id", 0)
                .u32("tokenizer.ggml.bos_token_id", 1)
                .u32("tokenizer.ggml.eos_token_id", 2)
                .text("tokenizer.chat_template", "{% for m in messages %}{{ m['content'] }}{% endfor %}");
        return file.tensor("token_embd.weight", 0, 32, 5)
                .tensor("output_norm.weight", 0, 32)
                .tensor("blk.0.attn_norm.weight", 0, 32)
                .tensor("blk.0.attn_q.weight", 8, 32, 32);
    }

    /** Text under a key. */
    public GgufBuilder text(String key, String value) {
        return raw(key, STRING, string(value.getBytes(StandardCharsets.UTF_8)));
    }

    /** A UINT32 under a key. */
    public GgufBuilder u32(String key, long value) {
        return raw(key, ValueType.UINT32.ordinal(), i32((int) value));
    }

    /** A UINT16 under a key. */
    public GgufBuilder u16(String key, int value) {
        byte[] bytes =
                ByteBuffer.allocate(2).order(order).putShort((short) value).array();
        return raw(key, ValueType.UINT16.ordinal(), bytes);
    }

    /** What llama.cpp's splitter writes into each part: its number from 0 on, and how many parts and tensors there are. */
    public GgufBuilder part(int number, int count, int tensorsOfAll) {
        return u16("split.no", number)
                .u16("split.count", count)
                .raw("split.tensors.count", ValueType.INT32.ordinal(), i32(tensorsOfAll));
    }

    /** A FLOAT32 under a key. */
    public GgufBuilder f32(String key, float value) {
        return raw(key, ValueType.FLOAT32.ordinal(), i32(Float.floatToRawIntBits(value)));
    }

    /** An array of texts under a key. */
    public GgufBuilder texts(String key, String... values) {
        byte[][] elements = Arrays.stream(values)
                .map(value -> string(value.getBytes(StandardCharsets.UTF_8)))
                .toArray(byte[][]::new);
        return array(key, STRING, values.length, join(elements));
    }

    /** An array of FLOAT32 under a key. */
    public GgufBuilder f32s(String key, float... values) {
        byte[] bytes = {};
        for (float value : values) {
            bytes = join(bytes, i32(Float.floatToRawIntBits(value)));
        }
        return array(key, ValueType.FLOAT32.ordinal(), values.length, bytes);
    }

    /** An array of INT32 under a key. */
    public GgufBuilder i32s(String key, int... values) {
        byte[] bytes = {};
        for (int value : values) {
            bytes = join(bytes, i32(value));
        }
        return array(key, ValueType.INT32.ordinal(), values.length, bytes);
    }

    /** An array under a key that declares this element type and number, whatever its bytes are. */
    public GgufBuilder array(String key, int elementType, long count, byte[] elements) {
        return raw(key, ARRAY, join(i32(elementType), length(count), elements));
    }

    /** A value under a key; it takes the place of an earlier one. */
    public GgufBuilder raw(String key, int type, byte[] value) {
        Key entry = new Key(key, type, value);
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).name.equals(key)) {
                keys.set(i, entry);
                return this;
            }
        }
        keys.add(entry);
        return this;
    }

    /** Writes a key once more. */
    public GgufBuilder again(String key) {
        keys.add(keys.stream()
                .filter(entry -> entry.name.equals(key))
                .findFirst()
                .orElseThrow());
        return this;
    }

    /** Takes a key away. */
    public GgufBuilder without(String key) {
        keys.removeIf(entry -> entry.name.equals(key));
        return this;
    }

    /** Takes all tensors away. */
    public GgufBuilder withoutTensors() {
        tensors.clear();
        return this;
    }

    /** A tensor of zeros in its place, its length from the type's table. */
    public GgufBuilder tensor(String name, int type, long... dimensions) {
        Optional<GgmlType> known = GgmlType.of(type);
        long elements = Arrays.stream(dimensions).reduce(1, (a, b) -> a * b);
        int bytes = known.isPresent() && known.get().blockElements() > 0
                ? (int) (elements / known.get().blockElements() * known.get().blockBytes())
                : 0;
        return tensor(name.getBytes(StandardCharsets.UTF_8), type, OptionalLong.empty(), new byte[bytes], dimensions);
    }

    /** A tensor exactly as given; where no offset is, the one that follows from the tensors before. */
    public GgufBuilder tensor(byte[] name, int type, OptionalLong offset, byte[] data, long... dimensions) {
        tensors.add(new Tensor(name, type, dimensions, offset, data));
        return this;
    }

    /** Pads to this, and says so in the metadata. */
    public GgufBuilder alignment(int bytes) {
        alignment = bytes;
        return u32("general.alignment", bytes);
    }

    /** Fills padding with this byte instead of zero. */
    public GgufBuilder padding(int value) {
        padding = value;
        return this;
    }

    /** Ends with the last tensor's last byte. */
    public GgufBuilder unpaddedEnd() {
        padded = false;
        return this;
    }

    /** Appends bytes behind everything. */
    public GgufBuilder trailing(byte... bytes) {
        trailing = bytes;
        return this;
    }

    /** Declares another number of keys than there are. */
    public GgufBuilder keyCount(long count) {
        keyCount = OptionalLong.of(count);
        return this;
    }

    /** Declares another number of tensors than there are. */
    public GgufBuilder tensorCount(long count) {
        tensorCount = OptionalLong.of(count);
        return this;
    }

    /** The file. */
    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(i32(version));
        out.writeBytes(length(tensorCount.orElse(tensors.size())));
        out.writeBytes(length(keyCount.orElse(keys.size())));
        for (Key key : keys) {
            out.writeBytes(string(key.name.getBytes(StandardCharsets.UTF_8)));
            out.writeBytes(i32(key.type));
            out.writeBytes(key.value);
        }
        table(out);
        for (int i = 0; i < tensors.size(); i++) {
            pad(out);
            out.writeBytes(tensors.get(i).data);
        }
        if (padded && !tensors.isEmpty()) {
            pad(out);
        }
        out.writeBytes(trailing);
        return out.toByteArray();
    }

    private void table(ByteArrayOutputStream out) {
        long offset = 0;
        for (Tensor tensor : tensors) {
            out.writeBytes(string(tensor.name));
            out.writeBytes(i32(tensor.dimensions.length));
            for (long dimension : tensor.dimensions) {
                out.writeBytes(length(dimension));
            }
            out.writeBytes(i32(tensor.type));
            out.writeBytes(i64(tensor.offset.orElse(offset)));
            offset = (offset + tensor.data.length + alignment - 1) / alignment * alignment;
        }
    }

    private void pad(ByteArrayOutputStream out) {
        while (out.size() % alignment != 0) {
            out.write(padding);
        }
    }

    /** The file, written. */
    public Path write(Path file) {
        try {
            return Files.write(file, bytes());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Bytes with their length in front, as this version writes texts. */
    public byte[] string(byte... bytes) {
        return join(length(bytes.length), bytes);
    }

    /** A count or length as this version writes it. */
    public byte[] length(long value) {
        return version == 1 ? i32((int) value) : i64(value);
    }

    /** Four bytes in the file's order. */
    public byte[] i32(int value) {
        return ByteBuffer.allocate(4).order(order).putInt(value).array();
    }

    /** Eight bytes in the file's order. */
    public byte[] i64(long value) {
        return ByteBuffer.allocate(8).order(order).putLong(value).array();
    }

    /** One after the other. */
    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
