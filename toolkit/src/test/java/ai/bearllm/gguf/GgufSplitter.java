package ai.bearllm.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a model as llama.cpp's gguf-split does: the metadata goes into the first part, the tensors one after the other into all
 * of them, and each part says which it is.
 */
public final class GgufSplitter {
    private static final int ALIGNMENT = 32;
    private static final int FIXED_HEADER = 24;

    private final byte[] file;
    private final Gguf gguf;
    private final int count;

    private GgufSplitter(byte[] file, Gguf gguf, int count) {
        this.file = file;
        this.gguf = gguf;
        this.count = count;
    }

    /** The parts of this little-endian file of version 3, in their order. */
    public static List<byte[]> split(Path file, int count) throws IOException {
        GgufSplitter splitter = new GgufSplitter(Files.readAllBytes(file), Gguf.read(file), count);
        List<byte[]> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(splitter.part(i));
        }
        return parts;
    }

    /** What the parts are called. */
    public static String name(String stem, int index, int count) {
        return String.format(java.util.Locale.ROOT, "%s-%05d-of-%05d.gguf", stem, index + 1, count);
    }

    private List<GgufTensor> tensors(int part) {
        int all = gguf.tensors().size();
        return gguf.tensors().subList(all * part / count, all * (part + 1) / count);
    }

    private byte[] part(int number) throws IOException {
        List<GgufTensor> mine = tensors(number);
        byte[] metadata = number == 0 ? metadata() : new byte[0];
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer head = little(FIXED_HEADER);
        head.put("GGUF".getBytes(StandardCharsets.US_ASCII)).putInt(3).putLong(mine.size());
        head.putLong((number == 0 ? gguf.metadata().values().size() : 0) + 3);
        out.write(head.array());
        out.write(metadata);
        out.write(key("split.no", ValueType.UINT16, little(2).putShort((short) number)));
        out.write(key("split.count", ValueType.UINT16, little(2).putShort((short) count)));
        out.write(key(
                "split.tensors.count",
                ValueType.INT32,
                little(4).putInt(gguf.tensors().size())));
        long offset = 0;
        for (GgufTensor tensor : mine) {
            out.write(info(tensor, offset));
            offset += padded(tensor.bytes());
        }
        out.write(new byte[(int) (padded(out.size()) - out.size())]);
        for (GgufTensor tensor : mine) {
            out.write(file, (int) tensor.offset(), (int) tensor.bytes());
            out.write(new byte[(int) (padded(tensor.bytes()) - tensor.bytes())]);
        }
        return out.toByteArray();
    }

    /** Everything between the fixed beginning and the tensor table. */
    private byte[] metadata() throws IOException {
        int table = 0;
        for (GgufTensor tensor : gguf.tensors()) {
            table += info(tensor, 0).length;
        }
        int length = (int) gguf.headerBytes() - table - FIXED_HEADER;
        return ByteBuffer.allocate(length).put(file, FIXED_HEADER, length).array();
    }

    private static byte[] info(GgufTensor tensor, long offset) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] name = tensor.name().getBytes(StandardCharsets.UTF_8);
        out.write(little(8).putLong(name.length).array());
        out.write(name);
        out.write(little(4).putInt(tensor.dimensions().size()).array());
        for (long dimension : tensor.dimensions()) {
            out.write(little(8).putLong(dimension).array());
        }
        out.write(little(12).putInt(tensor.type().id()).putLong(offset).array());
        return out.toByteArray();
    }

    private static byte[] key(String name, ValueType type, ByteBuffer value) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        out.write(little(8).putLong(text.length).array());
        out.write(text);
        out.write(little(4).putInt(type.ordinal()).array());
        out.write(value.array());
        return out.toByteArray();
    }

    private static long padded(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
