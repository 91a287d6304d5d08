package ai.bearllm.engine.llamacpp;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What llama.cpp b4916 logs while it loads.
 *
 * @param text the log so far
 */
record LoadLog(String text) {
    private static final Pattern CONTEXT = Pattern.compile("new slot n_ctx_slot = (\\d+)");
    private static final Pattern VOCABULARY = Pattern.compile("print_info: n_vocab\\s+= (\\d+)");
    private static final Pattern BEGINNING = Pattern.compile("print_info: BOS token\\s+= (\\d+) ");
    private static final Pattern END = Pattern.compile("print_info: EO[GST] token\\s+= (\\d+) ");
    private static final Pattern WEIGHTS = size("model buffer size");
    private static final Pattern CACHE = size("KV self size");
    private static final Pattern COMPUTE = size("compute buffer size");
    private static final Pattern OUTPUT = size("output buffer size");
    private static final Pattern OFFLOADED = Pattern.compile("offloaded (\\d+)/\\d+ layers to GPU");
    private static final Pattern STEP = Pattern.compile("llama_context: n_ubatch\\s+= (\\d+)");
    private static final Pattern FLASH = Pattern.compile("llama_context: flash_attn\\s+= (\\d)");
    private static final Pattern CACHE_TYPE = Pattern.compile("type_k = '(\\w+)', type_v = '(\\w+)'");

    private static Pattern size(String name) {
        return Pattern.compile(name + "\\s*=\\s*(\\d+\\.\\d+) MiB");
    }

    OptionalInt contextTokens() {
        return number(CONTEXT);
    }

    OptionalInt vocabulary() {
        return number(VOCABULARY);
    }

    OptionalInt beginningToken() {
        return number(BEGINNING);
    }

    /** Every token that ends a generation. */
    List<Integer> endTokens() {
        return END.matcher(text)
                .results()
                .map(found -> Integer.valueOf(found.group(1)))
                .distinct()
                .toList();
    }

    OptionalLong weightsBytes() {
        return bytes(WEIGHTS);
    }

    OptionalLong cacheBytes() {
        return bytes(CACHE);
    }

    /** Intermediate results and the output's logits. */
    OptionalLong computeBytes() {
        OptionalLong compute = bytes(COMPUTE);
        return compute.isEmpty()
                ? compute
                : OptionalLong.of(compute.getAsLong() + bytes(OUTPUT).orElse(0));
    }

    /** Layers on a GPU; empty where this build cannot offload. */
    OptionalInt offloadedLayers() {
        return number(OFFLOADED);
    }

    OptionalInt stepTokens() {
        return number(STEP);
    }

    OptionalInt flashAttention() {
        return number(FLASH);
    }

    /** Types of keys and values in the cache, for example {@code f16/f16}; empty where it does not tell. */
    String cacheTypes() {
        Matcher types = CACHE_TYPE.matcher(text);
        return types.find() ? types.group(1) + "/" + types.group(2) : "";
    }

    private OptionalInt number(Pattern pattern) {
        Matcher found = pattern.matcher(text);
        return found.find() ? OptionalInt.of(Integer.parseInt(found.group(1))) : OptionalInt.empty();
    }

    /** The sum over all devices, rounded as the log rounds: to 0.01 MiB each. */
    private OptionalLong bytes(Pattern pattern) {
        List<Double> sizes = pattern.matcher(text)
                .results()
                .map(found -> Double.valueOf(found.group(1)))
                .toList();
        double sum = sizes.stream().mapToDouble(Double::doubleValue).sum();
        return sizes.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Math.round(sum * (1 << 20)));
    }
}
