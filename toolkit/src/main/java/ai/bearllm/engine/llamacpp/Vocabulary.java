package ai.bearllm.engine.llamacpp;

import ai.bearllm.gguf.Gguf;
import de.kherud.llama.LlamaModel;
import java.util.List;

/**
 * The model's tokens, as far as requests need them.
 *
 * @param size ids are below it; a larger one ends the process
 * @param added how many tokens the library puts before a prompt
 * @param beginning the text of the beginning-of-text token; empty where there is none
 * @param ends the tokens that end a text
 */
record Vocabulary(int size, int added, String beginning, List<Integer> ends) {
    Vocabulary {
        ends = List.copyOf(ends);
    }

    static Vocabulary of(LlamaModel model, LoadLog log, Gguf gguf, int added) {
        int size = log.vocabulary().orElse((int) gguf.vocabularySize().orElse(0));
        String beginning = log.beginningToken().isPresent() && added > 0
                ? model.decode(new int[] {log.beginningToken().getAsInt()})
                : "";
        return new Vocabulary(size, added, beginning, log.endTokens());
    }

    /** The prompt without the beginning-of-text that the library is going to add: else it would stand there twice. */
    String withoutBeginning(String prompt) {
        return !beginning.isEmpty() && prompt.startsWith(beginning) ? prompt.substring(beginning.length()) : prompt;
    }

    int[] require(List<Integer> tokens) {
        int[] ids = new int[tokens.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = tokens.get(i);
            if (ids[i] < 0 || ids[i] >= size) {
                throw new IllegalArgumentException(
                        "a token of this model is 0 to " + (size - 1) + " but was " + ids[i]);
            }
        }
        return ids;
    }
}
