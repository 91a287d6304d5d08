package ai.bearllm.gguf;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How a tensor's elements are stored: in blocks of so many elements that take so many bytes.
 *
 * @param id the number in the file
 * @param name as ggml writes it, for example {@code Q4_K}
 * @param blockElements elements of one block; 1 where elements stand alone, 0 where the type was removed
 * @param blockBytes bytes of one block; 0 where the type was removed
 * @param isQuantized whether a block holds small integers with common scales
 * @param isRemoved whether ggml no longer reads the type, so that nothing loads it
 */
public record GgmlType(int id, String name, int blockElements, int blockBytes, boolean isQuantized, boolean isRemoved) {
    /** The types that this toolkit knows, by number; the file {@code tensor-types.tsv} beside this class names its source. */
    public static List<GgmlType> all() {
        return Known.BY_ID.values().stream().sorted((a, b) -> a.id - b.id).toList();
    }

    /** The type with this number; empty where it is newer than this toolkit, or nonsense. */
    public static Optional<GgmlType> of(long id) {
        return Optional.ofNullable(Known.BY_ID.get(id));
    }

    /** The highest number that this toolkit knows. */
    static int newest() {
        return Known.BY_ID.values().stream().mapToInt(GgmlType::id).max().orElse(0);
    }

    /** Bits that one element takes on average, scales included. */
    public double bitsPerElement() {
        return 8.0 * blockBytes / blockElements;
    }

    @Override
    public String toString() {
        return name;
    }

    /** Read when first needed. */
    private static final class Known {
        static final Map<Long, GgmlType> BY_ID = Table.read("tensor-types.tsv").stream()
                .map(row -> new GgmlType(
                        Integer.parseInt(row.get(0)),
                        row.get(1),
                        Integer.parseInt(row.get(2)),
                        Integer.parseInt(row.get(3)),
                        row.get(4).equals("1"),
                        row.get(5).equals("removed")))
                .collect(Collectors.toUnmodifiableMap(type -> (long) type.id, Function.identity()));
    }
}
