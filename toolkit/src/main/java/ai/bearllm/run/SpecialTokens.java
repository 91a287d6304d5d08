package ai.bearllm.run;

import ai.bearllm.gguf.Gguf;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The texts of a file's special tokens under the names that chat templates use. */
final class SpecialTokens {
    private SpecialTokens() {}

    static Map<String, String> of(Gguf gguf) {
        Optional<List<String>> vocabulary =
                gguf.metadata().array("tokenizer.ggml.tokens").map(tokens -> tokens.texts());
        Map<String, String> named = new HashMap<>();
        if (vocabulary.isPresent()) {
            put(named, "bos_token", vocabulary.get(), gguf.bosToken());
            put(named, "eos_token", vocabulary.get(), gguf.eosToken());
        }
        return named;
    }

    private static void put(Map<String, String> named, String name, List<String> vocabulary, OptionalLong id) {
        if (id.isPresent() && id.getAsLong() >= 0 && id.getAsLong() < vocabulary.size()) {
            named.put(name, vocabulary.get((int) id.getAsLong()));
        }
    }
}
