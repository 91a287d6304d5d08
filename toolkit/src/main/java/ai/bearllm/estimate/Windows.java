package ai.bearllm.estimate;

import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufArray;
import ai.bearllm.gguf.ValueType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Which layers see only the last tokens.
 *
 * <p>Source: load_swa_pattern and the models of llama.cpp of 2026: every so many layers one sees all, by default the last of
 * each group; the file can say otherwise.
 */
final class Windows {
    private static final String PATTERN = "attention.sliding_window_pattern";
    private static final Map<String, Integer> GROUPS = Map.ofEntries(
            Map.entry("afmoe", 4),
            Map.entry("cohere2", 4),
            Map.entry("cohere2moe", 4),
            Map.entry("exaone4", 4),
            Map.entry("exaone-moe", 4),
            Map.entry("gemma2", 2),
            Map.entry("gemma3", 6),
            Map.entry("gemma3n", 5),
            Map.entry("gpt-oss", 2),
            Map.entry("llama4", 4),
            Map.entry("mellum", 4),
            Map.entry("muse-glimmer", 4),
            Map.entry("olmo2", 4),
            Map.entry("plamo3", 8),
            Map.entry("smallthinker", 4));
    private static final Set<String> FIRST_SEES_ALL = Set.of("cohere2moe", "smallthinker");
    /** They have the key, and llama.cpp ignores it. */
    private static final Set<String> IGNORED = Set.of("phi3", "llama", "qwen2", "mistral3");

    private final Gguf gguf;
    private final String architecture;

    Windows(Gguf gguf) {
        this.gguf = gguf;
        this.architecture = gguf.architecture().orElse("");
    }

    /** How many tokens back such layers see; empty where no layer is limited. */
    OptionalLong tokens() {
        OptionalLong window = gguf.ofArchitecture("attention.sliding_window");
        boolean some = window.isPresent() && window.getAsLong() > 0 && !IGNORED.contains(architecture);
        return some ? window : OptionalLong.empty();
    }

    /** Whether a layer is limited; empty where it is not known which ones are. */
    Optional<Boolean> isLimited(int layer) {
        if (tokens().isEmpty()) {
            return Optional.of(false);
        }
        Optional<GgufArray> list = gguf.metadata().array(architecture + "." + PATTERN);
        if (list.isPresent()) {
            return listed(list.get(), layer);
        }
        long group = gguf.ofArchitecture(PATTERN).orElse(GROUPS.getOrDefault(architecture, -1));
        if (group < 0) {
            return Optional.empty();
        }
        return Optional.of(
                group == 0 || (FIRST_SEES_ALL.contains(architecture) ? layer % group != 0 : layer % group < group - 1));
    }

    private static Optional<Boolean> listed(GgufArray list, int layer) {
        if (layer >= list.size() || list.size() > 512) {
            return Optional.empty();
        }
        List<String> values = list.values().stream().map(Object::toString).toList();
        boolean known =
                list.elementType() == ValueType.BOOL || list.elementType().isWhole();
        return known ? Optional.of(!Set.of("false", "0").contains(values.get(layer))) : Optional.empty();
    }
}
