package ai.bearllm.gguf;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A kind of network that llama.cpp knows, and what it needs to be told about it.
 *
 * @param name as in {@code general.architecture}
 * @param requiredKeys metadata keys, each without the name and the dot in front, without which llama.cpp loads no such model
 */
public record Architecture(String name, List<String> requiredKeys) {
    private static final List<String> ALL_NEED = List.of("context_length", "embedding_length", "block_count");

    /** Where the network has no attention at all, or not in every layer, heads may be none. */
    private static final List<String> RECURRENT = List.of("ssm.conv_kernel", "wkv.head_size");

    public Architecture {
        requiredKeys = List.copyOf(requiredKeys);
    }

    /** The architecture of this name; empty where it is newer than this toolkit's table {@code architectures.tsv}. */
    public static Optional<Architecture> of(String name) {
        return Optional.ofNullable(Known.BY_NAME.get(name));
    }

    /** What every architecture of language models needs. */
    public static List<String> allNeed() {
        return ALL_NEED;
    }

    /** Whether some layers are recurrent instead of attending. */
    public boolean isRecurrent() {
        return requiredKeys.stream().anyMatch(RECURRENT::contains);
    }

    /** Read when first needed. */
    private static final class Known {
        static final Map<String, Architecture> BY_NAME = Table.read("architectures.tsv").stream()
                .map(row -> new Architecture(row.get(0), required(row.get(1))))
                .collect(Collectors.toUnmodifiableMap(Architecture::name, Function.identity()));

        private static List<String> required(String list) {
            return list.isEmpty() ? List.of() : List.of(list.split(","));
        }
    }
}
