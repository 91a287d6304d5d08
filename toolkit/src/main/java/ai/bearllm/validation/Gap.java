package ai.bearllm.validation;

import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufTensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Bytes of a file that belong to nothing: padding before, between and after tensors. None is longer than the alignment, which
 * the reader has limited.
 *
 * @param from position of the first
 * @param to position behind the last
 * @param where in words
 */
record Gap(long from, long to, String where) {
    /** All of them that have a byte, in the file's order; what follows the last tensor's padding is not among them. */
    static List<Gap> of(Gguf gguf) {
        List<Gap> gaps = new ArrayList<>();
        long position = gguf.headerBytes();
        for (GgufTensor tensor : byPlace(gguf)) {
            add(gaps, position, tensor.offset(), "before tensor " + tensor.name());
            position = tensor.offset() + tensor.bytes();
        }
        add(gaps, position, Math.min(paddedEnd(gguf), gguf.size().bytes()), "after the last tensor");
        return gaps;
    }

    /** The tensors of a file as they lie in it: mostly as the table has them, but the format does not demand it. */
    static List<GgufTensor> byPlace(Gguf gguf) {
        return gguf.tensors().stream()
                .sorted(Comparator.comparingLong(GgufTensor::offset))
                .toList();
    }

    /** Where the file ends if it is padded as the format wants. */
    static long paddedEnd(Gguf gguf) {
        long end = gguf.tensors().stream()
                .mapToLong(tensor -> tensor.offset() + tensor.bytes())
                .max()
                .orElse(gguf.dataOffset());
        // Without tensors the data begins, and ends, behind the header, which need not be padded.
        return gguf.tensors().isEmpty() ? end : (end + gguf.alignment() - 1) / gguf.alignment() * gguf.alignment();
    }

    private static void add(List<Gap> gaps, long from, long to, String where) {
        if (from < to) {
            gaps.add(new Gap(from, to, where));
        }
    }
}
