package ai.bearllm.gguf;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Numbers of heads: one for all layers, or an array with one for each. */
final class Heads {
    private Heads() {}

    static List<Long> perLayer(Gguf gguf, String suffix) {
        long layers = gguf.blockCount().orElse(0);
        if (layers < 1 || layers > Integer.MAX_VALUE) {
            return List.of();
        }
        OptionalLong each = gguf.ofArchitecture(suffix);
        if (each.isPresent()) {
            // Not spread out: a hostile file can have a billion layers.
            return Collections.nCopies((int) layers, each.getAsLong());
        }
        Optional<GgufArray> array = gguf.architecture()
                .flatMap(name -> gguf.metadata().array(name + "." + suffix))
                .filter(heads -> heads.elementType().isWhole() && heads.size() >= layers);
        // Some converters write as many as the longest model of the family has layers.
        return array.isEmpty()
                ? List.of()
                : Arrays.stream(array.get().integers()).limit(layers).boxed().toList();
    }

    /** What all layers have in common, also where their number is not written. */
    static OptionalLong common(Gguf gguf, String suffix) {
        OptionalLong each = gguf.ofArchitecture(suffix);
        if (each.isPresent()) {
            return each;
        }
        List<Long> layers = perLayer(gguf, suffix);
        boolean same = !layers.isEmpty() && layers.stream().allMatch(layers.get(0)::equals);
        return same ? OptionalLong.of(layers.get(0)) : OptionalLong.empty();
    }

    /** Whether the file says how many key and value heads there are. */
    static boolean areGrouped(Gguf gguf) {
        return gguf.architecture()
                .flatMap(name -> gguf.metadata().value(name + ".attention.head_count_kv"))
                .isPresent();
    }
}
