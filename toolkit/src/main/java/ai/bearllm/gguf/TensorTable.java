package ai.bearllm.gguf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the tensor table and proves that the tensors lie one behind the other, inside the file. */
final class TensorTable {
    /** ggml keeps names in 64 bytes, the last of them a zero. */
    private static final int LONGEST_NAME = 63;

    private static final int MOST_DIMENSIONS = 4;

    private final Window window;
    private final long alignment;
    private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();
    private long dataOffset;

    private TensorTable(Window window, long alignment) {
        this.window = window;
        this.alignment = alignment;
    }

    static TensorTable read(Window window, long alignment, long count) throws IOException {
        TensorTable table = new TensorTable(window, alignment);
        table.entries(count);
        table.place();
        return table;
    }

    Map<String, GgufTensor> tensors() {
        return tensors;
    }

    /** Where the first tensor begins: the end of the table, padded. */
    long dataOffset() {
        return dataOffset;
    }

    private void entries(long count) throws IOException {
        long expected = 0;
        for (long i = 0; i < count; i++) {
            long start = window.position();
            GgufTensor tensor = entry(start);
            if (tensor.offset() != expected) {
                throw window.refuse(
                        "tensor-offset",
                        start,
                        "the tensor " + tensor.name() + " lies at " + Long.toUnsignedString(tensor.offset())
                                + " of the data",
                        expected + ", the padded end of the tensor before it",
                        "tensors would overlap, or lie outside the file");
            }
            expected = padded(sum(expected, tensor.bytes(), start), start);
            if (tensors.put(tensor.name(), tensor) != null) {
                throw window.refuse(
                        "duplicate-tensor",
                        start,
                        "the tensor " + tensor.name() + " stands here a second time",
                        "each name once",
                        "one program would take the first, another the last");
            }
        }
    }

    /** Name, number of dimensions, dimensions, type, and the distance from the beginning of the data. */
    private GgufTensor entry(long start) throws IOException {
        String name = name(start);
        List<Long> dimensions = dimensions(name);
        GgmlType type = type(name);
        long bytes = bytes(name, type, dimensions);
        long offset = window.i64("the offset of tensor " + name);
        return new GgufTensor(name, type, dimensions, offset, bytes);
    }

    private String name(long start) throws IOException {
        String name = window.text("a tensor's name");
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (name.isEmpty() || length > LONGEST_NAME || name.indexOf(0) >= 0) {
            throw window.refuse(
                    "tensor-name",
                    start,
                    "a tensor's name is " + Gguf.quoted(name) + " of " + length + " bytes",
                    "1 to " + LONGEST_NAME + " bytes, none of them zero",
                    "a loader that copies it into its 64 bytes would write beyond them or cut it");
        }
        return name;
    }

    private List<Long> dimensions(String name) throws IOException {
        long start = window.position();
        long count = window.u32("the number of dimensions of tensor " + name);
        if (count < 1 || count > MOST_DIMENSIONS) {
            throw window.refuse(
                    "dimension-count",
                    start,
                    "the tensor " + name + " has " + count + " dimensions",
                    "1 to " + MOST_DIMENSIONS,
                    "a loader would write beyond its four dimensions");
        }
        List<Long> dimensions = new ArrayList<>();
        long elements = 1;
        for (int i = 0; i < count; i++) {
            start = window.position();
            String what = "a dimension of tensor " + name;
            long dimension = window.isNarrow() ? window.u32(what) : window.i64(what);
            if (dimension < 1 || elements > Long.MAX_VALUE / dimension) {
                throw window.refuse(
                        "dimension",
                        start,
                        what + " is " + Long.toUnsignedString(dimension),
                        "at least 1, and a product of at most 2^63-1",
                        "a size computed from it would wrap around");
            }
            elements *= dimension;
            dimensions.add(dimension);
        }
        return dimensions;
    }

    private GgmlType type(String name) throws IOException {
        long start = window.position();
        long id = window.u32("the type of tensor " + name);
        GgmlType type = GgmlType.of(id)
                .orElseThrow(() -> window.refuse(
                        "tensor-type",
                        start,
                        "the tensor " + name + " has the type " + id,
                        "a type of ggml, 0 to "
                                + GgmlType.all().get(GgmlType.all().size() - 1).id(),
                        "a loader would read past its table of types"));
        if (type.isRemoved()) {
            throw window.refuse(
                    "tensor-type",
                    start,
                    "the tensor " + name + " has the type " + id + " (" + type.name() + ")",
                    "a type that ggml has not removed",
                    "nothing current reads it");
        }
        return type;
    }

    /** Rows are whole blocks: the first dimension is a multiple of the block. */
    private long bytes(String name, GgmlType type, List<Long> dimensions) {
        long row = dimensions.get(0);
        if (row % type.blockElements() != 0) {
            throw window.refuse(
                    "block",
                    window.position(),
                    "the tensor " + name + " of type " + type + " has rows of " + row + " elements",
                    "a multiple of " + type.blockElements(),
                    "the last block of a row would be read from the next row or beyond the end");
        }
        long blocks = row / type.blockElements();
        for (int i = 1; i < dimensions.size(); i++) {
            blocks *= dimensions.get(i);
        }
        if (blocks > Long.MAX_VALUE / type.blockBytes()) {
            throw overflow(window.position());
        }
        return blocks * type.blockBytes();
    }

    private long sum(long a, long b, long start) {
        if (a > Long.MAX_VALUE - b) {
            throw overflow(start);
        }
        return a + b;
    }

    private long padded(long offset, long start) {
        return sum(offset, alignment - 1, start) / alignment * alignment;
    }

    private GgufFormatException overflow(long start) {
        return window.refuse(
                "size-overflow",
                start,
                "the tensors up to here take more than 2^63-1 bytes",
                "at most the file's " + window.size() + " bytes",
                "the sum would wrap around and the loader allocate too little");
    }

    /** Each tensor ends inside the file; only now is it known where the data begins. */
    private void place() {
        long end = window.position();
        dataOffset = Math.min(padded(end, end), window.size());
        long available = window.size() - dataOffset;
        for (GgufTensor tensor : tensors.values()) {
            if (tensor.offset() > available - tensor.bytes()) {
                throw window.refuse(
                        "tensor-bounds",
                        end,
                        "the tensor " + tensor.name() + " takes " + tensor.bytes() + " bytes from " + tensor.offset()
                                + " of the data on",
                        "an end within the " + available + " bytes of data that the file has",
                        "a loader would read beyond the end; the file is cut off or its table is wrong");
            }
        }
        tensors.replaceAll((name, tensor) ->
                new GgufTensor(name, tensor.type(), tensor.dimensions(), dataOffset + tensor.offset(), tensor.bytes()));
    }
}
