package ai.bearllm.gguf;

import java.util.List;

/**
 * One entry of the tensor table.
 *
 * @param name unique in its file, at most 63 bytes
 * @param type how its elements are stored
 * @param dimensions one to four sizes; the first is the one whose elements lie next to each other
 * @param offset where its first byte stands, counted from the beginning of the file
 * @param bytes its length in the file, without padding
 */
public record GgufTensor(String name, GgmlType type, List<Long> dimensions, long offset, long bytes) {
    public GgufTensor {
        dimensions = List.copyOf(dimensions);
    }

    /** Number of elements: the product of the dimensions. */
    public long elements() {
        long product = 1;
        for (long dimension : dimensions) {
            product = Math.multiplyExact(product, dimension);
        }
        return product;
    }
}
