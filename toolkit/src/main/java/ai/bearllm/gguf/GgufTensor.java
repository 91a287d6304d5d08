package ai.bearllm.gguf;

import java.util.List;

/**
 * One entry of the tensor table.
 *
 * @param name unique in its model, at most 63 bytes
 * @param type how its elements are stored
 * @param dimensions one to four sizes; the first is the one whose elements lie next to each other
 * @param offset where its first byte stands, counted from the beginning of the file that holds it
 * @param bytes its length in the file, without padding
 * @param part which of {@link Gguf#parts()} holds it, counted from 0; always 0 where the model is one file
 */
public record GgufTensor(String name, GgmlType type, List<Long> dimensions, long offset, long bytes, int part) {
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

    GgufTensor at(long start) {
        return new GgufTensor(name, type, dimensions, start, bytes, part);
    }

    GgufTensor inPart(int number) {
        return new GgufTensor(name, type, dimensions, offset, bytes, number);
    }
}
