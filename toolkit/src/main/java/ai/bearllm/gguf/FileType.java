package ai.bearllm.gguf;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What {@code general.file_type} says about a file as a whole.
 *
 * @param id the number in the file
 * @param name as people call it, for example {@code Q4_K_M}
 * @param mainType the tensor type that most tensors then have; empty where the file type was removed
 */
record FileType(int id, String name, String mainType) {
    /** Set in the number where a converter guessed. */
    static final int GUESSED = 1024;

    static Optional<FileType> of(long id) {
        return Optional.ofNullable(Known.BY_ID.get(id & ~GUESSED));
    }

    private static final class Known {
        static final Map<Long, FileType> BY_ID = Table.read("file-types.tsv").stream()
                .map(row -> new FileType(Integer.parseInt(row.get(0)), row.get(1), row.get(2)))
                .collect(Collectors.toUnmodifiableMap(type -> (long) type.id, Function.identity()));
    }
}
