package ai.bearllm.run;

import ai.bearllm.gguf.Gguf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A file's special tokens.
 *
 * @param named texts under the names that chat templates use
 * @param control texts that become a single token wherever they stand, and are none of language
 */
record SpecialTokens(Map<String, String> named, List<String> control) {
    /** Types of tokens in {@code tokenizer.ggml.token_type}; source: {@code llama_token_type} in llama.h. */
    private static final int CONTROL = 3;

    private static final int USER_DEFINED = 4;

    /** Some files declare their markers as user-defined, together with harmless runs of white space. */
    private static final Pattern MARKER = Pattern.compile("<\\|.+\\|>");

    static SpecialTokens of(Gguf gguf) {
        List<String> vocabulary = gguf.metadata()
                .array("tokenizer.ggml.tokens")
                .map(tokens -> tokens.texts())
                .orElse(List.of());
        long[] types = gguf.metadata()
                .array("tokenizer.ggml.token_type")
                .map(array -> array.integers())
                .orElse(new long[0]);
        Map<String, String> named = new HashMap<>();
        put(named, "bos_token", vocabulary, gguf.bosToken());
        put(named, "eos_token", vocabulary, gguf.eosToken());
        List<String> control = new ArrayList<>();
        for (int i = 0; i < Math.min(types.length, vocabulary.size()); i++) {
            String text = vocabulary.get(i);
            boolean marker = types[i] == USER_DEFINED && MARKER.matcher(text).matches();
            if ((types[i] == CONTROL || marker) && !text.isEmpty()) {
                control.add(text);
            }
        }
        return new SpecialTokens(named, control);
    }

    private static void put(Map<String, String> named, String name, List<String> vocabulary, OptionalLong id) {
        if (id.isPresent() && id.getAsLong() >= 0 && id.getAsLong() < vocabulary.size()) {
            named.put(name, vocabulary.get((int) id.getAsLong()));
        }
    }
}
