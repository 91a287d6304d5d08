package ai.bearllm.estimate;

import ai.bearllm.gguf.GgmlType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Writes a GGUF file that has a known model's exact shape, tensor types and vocabulary size, and random weights: it loads, takes
 * the memory and the time that the model takes, and talks nonsense. For measuring memory without the model.
 */
final class RandomModel {
    private static final int ALIGNMENT = 32;
    private static final int CHUNK = 8 << 20;

    private final KnownShape shape;
    private final Random random = new Random(20261123);
    private final List<Tensor> tensors = new ArrayList<>();
    private final Map<GgmlType, byte[]> chunks = new HashMap<>();

    private RandomModel(KnownShape shape) {
        this.shape = shape;
    }

    private record Tensor(String name, GgmlType type, long[] dimensions) {
        long bytes() {
            long elements = 1;
            for (long dimension : dimensions) {
                elements *= dimension;
            }
            return elements / type.blockElements() * type.blockBytes();
        }
    }

    /** Writes the file; one that is there is replaced. */
    static void write(KnownShape shape, Path file) throws IOException {
        RandomModel model = new RandomModel(shape);
        if (shape.isPhi2()) {
            model.phi2();
        } else {
            model.llama();
        }
        model.to(file);
    }

    private void llama() {
        long width = shape.width();
        long keys = width / shape.heads() * shape.keyValueHeads();
        add("token_embd.weight", shape.type("token_embd", 0), width, shape.vocabulary());
        add("output_norm.weight", "F32", width);
        add("output.weight", shape.type("output", 0), width, shape.vocabulary());
        for (int layer = 0; layer < shape.layers(); layer++) {
            String block = "blk." + layer + ".";
            add(block + "attn_norm.weight", "F32", width);
            add(block + "attn_q.weight", shape.type("attn_q", layer), width, width);
            add(block + "attn_k.weight", shape.type("attn_k", layer), width, keys);
            add(block + "attn_v.weight", shape.type("attn_v", layer), width, keys);
            add(block + "attn_output.weight", shape.type("attn_output", layer), width, width);
            add(block + "ffn_norm.weight", "F32", width);
            add(block + "ffn_gate.weight", shape.type("ffn_gate", layer), width, shape.inner());
            add(block + "ffn_up.weight", shape.type("ffn_up", layer), width, shape.inner());
            add(block + "ffn_down.weight", shape.type("ffn_down", layer), shape.inner(), width);
        }
    }

    private void phi2() {
        long width = shape.width();
        add("token_embd.weight", shape.type("token_embd", 0), width, shape.vocabulary());
        withBias("output_norm", "F32", width);
        withBias("output", shape.type("output", 0), width, shape.vocabulary());
        for (int layer = 0; layer < shape.layers(); layer++) {
            String block = "blk." + layer + ".";
            withBias(block + "attn_norm", "F32", width);
            withBias(block + "attn_qkv", shape.type("attn_qkv", layer), width, 3 * width);
            withBias(block + "attn_output", shape.type("attn_output", layer), width, width);
            withBias(block + "ffn_up", shape.type("ffn_up", layer), width, shape.inner());
            withBias(block + "ffn_down", shape.type("ffn_down", layer), shape.inner(), width);
        }
    }

    private void withBias(String name, String type, long... dimensions) {
        add(name + ".weight", type, dimensions);
        add(name + ".bias", "F32", dimensions[dimensions.length - 1]);
    }

    private void add(String name, String type, long... dimensions) {
        GgmlType known = GgmlType.all().stream()
                .filter(candidate -> candidate.name().equals(type))
                .findFirst()
                .orElseThrow();
        tensors.add(new Tensor(name, known, dimensions));
    }

    private void to(Path file) throws IOException {
        Bytes header = new Bytes();
        header.ascii("GGUF").u32(3).u64(tensors.size());
        Bytes keys = new Bytes();
        int count = RandomVocabulary.write(shape, keys) + metadata(keys);
        header.u64(count).all(keys);
        long offset = 0;
        for (Tensor tensor : tensors) {
            header.text(tensor.name).u32(tensor.dimensions.length);
            for (long dimension : tensor.dimensions) {
                header.u64(dimension);
            }
            header.u32(tensor.type.id()).u64(offset);
            offset = padded(offset + tensor.bytes());
        }
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            write(out, header.padded(ALIGNMENT), header.paddedLength(ALIGNMENT));
            for (Tensor tensor : tensors) {
                long left = tensor.bytes();
                byte[] chunk = chunks.computeIfAbsent(tensor.type, this::chunk);
                for (; left > 0; left -= chunk.length) {
                    write(out, chunk, (int) Math.min(left, chunk.length));
                }
                write(out, new byte[ALIGNMENT], (int) (padded(tensor.bytes()) - tensor.bytes()));
            }
        }
    }

    private int metadata(Bytes keys) {
        String name = shape.isPhi2() ? "phi2" : "llama";
        keys.key("general.architecture", name);
        keys.key("general.name", "Random weights in the shape of " + shape.name());
        keys.key("general.file_type", shape.fileType());
        keys.key(name + ".context_length", shape.context());
        keys.key(name + ".embedding_length", shape.width());
        keys.key(name + ".block_count", shape.layers());
        keys.key(name + ".feed_forward_length", shape.inner());
        keys.key(name + ".rope.dimension_count", shape.isPhi2() ? 32 : shape.width() / shape.heads());
        keys.key(name + ".attention.head_count", shape.heads());
        keys.key(name + ".attention.head_count_kv", shape.keyValueHeads());
        String norm = shape.isPhi2() ? "layer_norm_epsilon" : "layer_norm_rms_epsilon";
        keys.key(name + ".attention." + norm, 1e-5f);
        return 11;
    }

    private static long padded(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static void write(FileChannel out, byte[] bytes, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
    }

    /** Random blocks whose scales make weights of about 0.02, so that nothing overflows on the way. */
    private byte[] chunk(GgmlType type) {
        int blocks = CHUNK / type.blockBytes();
        byte[] bytes = new byte[blocks * type.blockBytes()];
        random.nextBytes(bytes);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < bytes.length; at += type.blockBytes()) {
            switch (type.name()) {
                case "F32" -> buffer.putFloat(at, 1);
                case "Q4_0" -> buffer.putShort(at, half(0.004f));
                case "Q4_K" -> buffer.putShort(at, half(8e-5f)).putShort(at + 2, half(6e-4f));
                case "Q5_K" -> buffer.putShort(at, half(4e-5f)).putShort(at + 2, half(6e-4f));
                case "Q6_K" -> buffer.putShort(at + 208, half(1.5e-5f));
                default -> throw new IllegalArgumentException("no random blocks of " + type);
            }
        }
        return bytes;
    }

    /** IEEE 754 half precision of a positive number below 1, by scaling: 2^-24 is its smallest step. */
    private static short half(float value) {
        int bits = Float.floatToRawIntBits(value);
        int exponent = (bits >> 23 & 0xff) - 127;
        return exponent >= -14
                ? (short) (exponent + 15 << 10 | bits >> 13 & 0x3ff)
                : (short) Math.round(value * (1 << 24));
    }

    /** Little-endian bytes as the format writes them. */
    static final class Bytes {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Bytes u32(long value) {
            out.writeBytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt((int) value)
                    .array());
            return this;
        }

        Bytes u64(long value) {
            out.writeBytes(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(value)
                    .array());
            return this;
        }

        Bytes ascii(String text) {
            out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
            return this;
        }

        Bytes text(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            u64(bytes.length);
            out.writeBytes(bytes);
            return this;
        }

        Bytes all(Bytes other) {
            out.writeBytes(other.out.toByteArray());
            return this;
        }

        void key(String key, String value) {
            text(key).u32(8).text(value);
        }

        void key(String key, long value) {
            text(key).u32(4).u32(value);
        }

        void key(String key, float value) {
            text(key).u32(6).u32(Float.floatToRawIntBits(value));
        }

        /** Begins an array of so many elements of this type. */
        void array(String key, int type, int count) {
            text(key).u32(9).u32(type).u64(count);
        }

        int paddedLength(int to) {
            return (out.size() + to - 1) / to * to;
        }

        byte[] padded(int to) {
            byte[] bytes = new byte[paddedLength(to)];
            System.arraycopy(out.toByteArray(), 0, bytes, 0, out.size());
            return bytes;
        }
    }
}
