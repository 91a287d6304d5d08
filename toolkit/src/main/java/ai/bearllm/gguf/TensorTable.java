package ai.bearllm.gguf;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the tensor table: each entry by itself, then, by {@link Placement}, whether their bytes lie where they may. */
final class TensorTable {
    /** ggml keeps names in 64 bytes, the last of them a zero. */
    private static final int LONGEST_NAME = 63;

    private static final int MOST_DIMENSIONS = 4;
    private static final String DIMENSION = "a tensor's dimension";

    private final Window window;
    private final Findings findings;
    private final List<GgufTensor> entries = new ArrayList<>();
    private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();
    private long[] starts = new long[16];
    private long dataOffset;

    private TensorTable(Window window) {
        this.window = window;
        this.findings = window.findings();
    }

    /** Where something is wrong, what was found stands in the window's findings, and the tensors are incomplete. */
    static TensorTable read(Window window, long alignment, int count) throws IOException {
        TensorTable table = new TensorTable(window);
        table.entries(count);
        Placement placement = new Placement(window, alignment, table.entries, table.starts);
        table.dataOffset = placement.dataOffset();
        if (table.entries.size() == count) {
            placement.check();
        }
        table.name();
        return table;
    }

    Map<String, GgufTensor> tensors() {
        return tensors;
    }

    /** Where the first tensor begins: the end of the table, padded. */
    long dataOffset() {
        return dataOffset;
    }

    /** Keeps the entries that are right by themselves, with the places where they stand. */
    private void entries(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            long start = window.position();
            GgufTensor tensor = entry(start);
            if (tensor == null) {
                continue;
            }
            if (starts.length == entries.size()) {
                starts = Arrays.copyOf(starts, 2 * starts.length);
            }
            starts[entries.size()] = start;
            entries.add(tensor);
        }
    }

    /** Puts them under their names, with their places in the file. */
    private void name() {
        for (int i = 0; i < entries.size(); i++) {
            GgufTensor tensor = entries.get(i);
            if (tensors.put(tensor.name(), tensor.at(dataOffset + tensor.offset())) != null) {
                findings.error(
                        "duplicate-tensor",
                        starts[i],
                        "the tensor " + Gguf.quoted(tensor.name()) + " stands here a second time",
                        "each name once",
                        "one program would take the first, another the last");
            }
        }
    }

    /**
     * Name, number of dimensions, dimensions, type, and the distance from the beginning of the data; null where one of them is
     * wrong, so that nothing can be said about the tensor's bytes.
     */
    private @Nullable GgufTensor entry(long start) throws IOException {
        String name = name(start);
        List<Long> dimensions = dimensions(name);
        GgmlType type = type(name);
        long typed = window.position();
        long offset = window.i64("a tensor's offset");
        if (type == null || dimensions.isEmpty()) {
            return null;
        }
        long bytes = bytes(name, type, dimensions, typed);
        return bytes < 0 ? null : new GgufTensor(name, type, dimensions, offset, bytes, 0);
    }

    /** The specification allows 64 bytes, ggml has room for 63. */
    private String name(long start) throws IOException {
        String name = window.text("a tensor's name");
        long length = window.position() - start - window.lengthBytes();
        if (name.isEmpty() || length > LONGEST_NAME || name.indexOf(0) >= 0) {
            findings.error(
                    "tensor-name",
                    start,
                    "a tensor's name is " + Gguf.quoted(name) + " of " + length + " bytes",
                    "1 to " + LONGEST_NAME + " bytes, none of them zero",
                    "a loader that copies it into its 64 bytes would write beyond them or cut it");
        } else if (hasControls(name)) {
            findings.warning(
                    "tensor-name-style",
                    start,
                    "a tensor's name is " + Gguf.quoted(name),
                    "no control characters",
                    "programs that print it would obey them");
        }
        return name;
    }

    private static boolean hasControls(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** Empty where one of them is wrong. */
    private List<Long> dimensions(String name) throws IOException {
        long start = window.position();
        long count = window.u32("a tensor's number of dimensions");
        if (count < 1 || count > MOST_DIMENSIONS) {
            throw findings.fatal(
                    "dimension-count",
                    start,
                    "the tensor " + Gguf.quoted(name) + " has " + count + " dimensions",
                    "1 to " + MOST_DIMENSIONS,
                    "a loader would write beyond its four dimensions");
        }
        Long[] dimensions = new Long[(int) count];
        long elements = 1;
        for (int i = 0; i < count; i++) {
            start = window.position();
            long dimension = window.isNarrow() ? window.u32(DIMENSION) : window.i64(DIMENSION);
            if (elements > 0 && (dimension < 1 || elements > Long.MAX_VALUE / dimension)) {
                findings.error(
                        "dimension",
                        start,
                        "a dimension of tensor " + Gguf.quoted(name) + " is " + Long.toUnsignedString(dimension),
                        "at least 1, and a product of at most 2^63-1",
                        "a size computed from it would wrap around");
                elements = 0;
            }
            elements *= dimension;
            dimensions[i] = dimension;
        }
        return elements == 0 ? List.of() : List.of(dimensions);
    }

    /** Null where nothing is known about the type. */
    private @Nullable GgmlType type(String name) throws IOException {
        long start = window.position();
        long id = window.u32("a tensor's type");
        GgmlType type = GgmlType.of(id).orElse(null);
        if (type == null) {
            findings.error(
                    "tensor-type",
                    start,
                    "the tensor " + Gguf.quoted(name) + " has the type " + id + ", which is unknown",
                    "a type of ggml, 0 to " + GgmlType.newest(),
                    "a loader would read past its table of types; a newer one may know it");
        } else if (type.isRemoved()) {
            findings.error(
                    "tensor-type",
                    start,
                    "the tensor " + Gguf.quoted(name) + " has the type " + id + " (" + type.name()
                            + "), which was removed",
                    "a type that ggml has not removed",
                    "nothing current reads it");
            return null;
        }
        return type;
    }

    /** Rows are whole blocks: the first dimension is a multiple of the block. Negative where they are not. */
    private long bytes(String name, GgmlType type, List<Long> dimensions, long place) {
        long row = dimensions.get(0);
        if (row % type.blockElements() != 0) {
            findings.error(
                    "block",
                    place,
                    "the tensor " + Gguf.quoted(name) + " of type " + type + " has rows of " + row + " elements",
                    "a multiple of " + type.blockElements(),
                    "the last block of a row would be read from the next row or beyond the end");
            return -1;
        }
        long blocks = row / type.blockElements();
        for (int i = 1; i < dimensions.size(); i++) {
            blocks *= dimensions.get(i);
        }
        if (blocks > Long.MAX_VALUE / type.blockBytes()) {
            Placement.overflow(window, place);
            return -1;
        }
        return blocks * type.blockBytes();
    }
}
