package ai.bearllm.gguf;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Proves that the tensors' bytes lie inside the file, aligned, one behind the other and with nothing but padding between.
 *
 * <p>llama.cpp wants more, namely that they lie in the order of the table; the specification does not, so that is a warning.
 */
final class Placement {
    private final Window window;
    private final Findings findings;
    private final long alignment;
    private final List<GgufTensor> tensors;
    private final long[] starts;
    private final long dataOffset;

    /**
     * @param tensors with offsets counted from the beginning of the data
     * @param starts where each one's entry stands in the table
     */
    Placement(Window window, long alignment, List<GgufTensor> tensors, long[] starts) {
        this.window = window;
        this.findings = window.findings();
        this.alignment = alignment;
        this.tensors = tensors;
        this.starts = starts;
        // A file without tensors may end with its metadata, unpadded.
        this.dataOffset = Math.min(padded(window.position()), window.size());
    }

    /** The end of the table, padded: only now is it known where the data begins. */
    long dataOffset() {
        return dataOffset;
    }

    void check() {
        if (sumFits() && eachFits()) {
            neighbors();
        }
    }

    /** llama.cpp, and whoever loads all tensors into one buffer, sums their padded sizes. */
    private boolean sumFits() {
        long sum = 0;
        for (int i = 0; i < tensors.size(); i++) {
            long bytes = tensors.get(i).bytes();
            if (bytes > Long.MAX_VALUE - sum || sum + bytes > Long.MAX_VALUE - alignment) {
                overflow(window, starts[i]);
                return false;
            }
            sum = padded(sum + bytes);
        }
        return true;
    }

    static void overflow(Window window, long place) {
        window.findings()
                .error(
                        "size-overflow",
                        place,
                        "the tensors up to here take more than 2^63-1 bytes",
                        "at most the file's " + window.size() + " bytes",
                        "the sum would wrap around and the loader allocate too little");
    }

    private boolean eachFits() {
        long available = window.size() - dataOffset;
        boolean fits = true;
        for (int i = 0; i < tensors.size(); i++) {
            GgufTensor tensor = tensors.get(i);
            if (Long.remainderUnsigned(tensor.offset(), alignment) != 0) {
                findings.error(
                        "tensor-alignment",
                        starts[i],
                        place(tensor),
                        "a multiple of " + alignment,
                        "programs that map the file would read numbers from odd addresses, or crash");
                fits = false;
            } else if (tensor.offset() < 0 || tensor.offset() > available - tensor.bytes()) {
                findings.error(
                        "tensor-bounds",
                        starts[i],
                        place(tensor) + " and takes " + tensor.bytes() + " bytes",
                        "an end within the " + available + " bytes of data that the file has",
                        "a loader would read beyond the end; the file is cut off or its table is wrong");
                fits = false;
            }
        }
        return fits;
    }

    private static String place(GgufTensor tensor) {
        return "the tensor " + Gguf.quoted(tensor.name()) + " lies at " + Long.toUnsignedString(tensor.offset())
                + " of the data";
    }

    private void neighbors() {
        Integer[] byPlace = new Integer[tensors.size()];
        boolean ordered = true;
        for (int i = 0; i < byPlace.length; i++) {
            byPlace[i] = i;
            ordered &= i == 0 || tensors.get(i).offset() > tensors.get(i - 1).offset();
        }
        if (!ordered) {
            Arrays.sort(byPlace, Comparator.comparingLong(i -> tensors.get(i).offset()));
        }
        long end = 0;
        for (int i : byPlace) {
            GgufTensor tensor = tensors.get(i);
            if (tensor.offset() < end) {
                findings.error(
                        "tensor-overlap",
                        starts[i],
                        place(tensor),
                        "at least " + end + ", where the one before it ends",
                        "two tensors would share bytes, and writing one change the other");
            } else if (tensor.offset() > end) {
                findings.error(
                        "tensor-gap",
                        starts[i],
                        place(tensor),
                        end + ", where the one before it ends, padded",
                        "llama.cpp refuses the file; what lies between belongs to nothing and can hold anything");
            }
            end = padded(tensor.offset() + tensor.bytes());
        }
        if (!ordered && !findings.hasErrors()) {
            findings.warning(
                    "tensor-order",
                    starts[0],
                    "the tensors lie in another order than their table",
                    "the same order",
                    "llama.cpp refuses the file");
        }
    }

    private long padded(long offset) {
        return (offset + alignment - 1) / alignment * alignment;
    }
}
