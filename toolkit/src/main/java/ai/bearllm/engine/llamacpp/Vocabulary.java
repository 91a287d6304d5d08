package ai.bearllm.engine.llamacpp;

import ai.bearllm.gguf.Gguf;
import ai.bearllm.grammar.Grammar;
import ai.bearllm.model.BearException;
import de.kherud.llama.LlamaModel;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The model's tokens, as far as requests need them.
 *
 * @param size ids are below it; a larger one ends the process
 * @param added how many tokens the library puts before a prompt
 * @param beginning the text of the beginning-of-text token; empty where there is none
 * @param ends the tokens that end a text
 * @param writable what grammars may use of them
 * @param longest no token stands for more characters; 0 where that is not known
 */
record Vocabulary(
        int size, int added, String beginning, List<Integer> ends, Once<WritableTokens> writable, int longest) {
    /** Longer texts are tokenized in parts by their owners: the library takes memory and time without a limit. */
    private static final int LONGEST_TEXT = 4 << 20;

    /** Prompts below it are counted exactly, whatever the context. */
    private static final int ALWAYS_COUNTED = 1 << 20;

    Vocabulary {
        ends = List.copyOf(ends);
    }

    /** A value that is made when it is first needed. */
    static final class Once<T> {
        private final Supplier<T> maker;
        private @Nullable T value;

        Once(Supplier<T> maker) {
            this.maker = maker;
        }

        synchronized T get() {
            T made = value;
            if (made == null) {
                made = maker.get();
                value = made;
            }
            return made;
        }
    }

    static Vocabulary of(LlamaModel model, LoadLog log, Gguf gguf, int added) {
        int size = log.vocabulary().orElse((int) gguf.vocabularySize().orElse(0));
        String beginning = log.beginningToken().isPresent() && added > 0
                ? model.decode(new int[] {log.beginningToken().getAsInt()})
                : "";
        List<Integer> ends = log.endTokens();
        return new Vocabulary(
                size, added, beginning, ends, new Once<>(() -> WritableTokens.of(gguf, ends)), longest(gguf));
    }

    /** The prompt without the beginning-of-text that the library is going to add: else it would stand there twice. */
    String withoutBeginning(String prompt) {
        return !beginning.isEmpty() && prompt.startsWith(beginning) ? prompt.substring(beginning.length()) : prompt;
    }

    /** Bytes of the longest token; 0 where a tokenizer could make fewer tokens of a text than this tells. */
    private static int longest(Gguf gguf) {
        String tokenizer = gguf.tokenizer().orElse("");
        if (!tokenizer.equals("llama") && !tokenizer.equals("gpt2")) {
            return 0;
        }
        int[] longest = {1};
        gguf.metadata()
                .array("tokenizer.ggml.tokens")
                .ifPresent(all -> all.eachText(text -> longest[0] = Math.max(longest[0], text.length() * 4)));
        return longest[0];
    }

    /**
     * Refuses a prompt of so many bytes that it cannot fit, before the library takes minutes to count its tokens.
     *
     * @throws BearException with what it has at least
     */
    void requirePossible(String prompt, int context) {
        if (prompt.length() > ALWAYS_COUNTED && longest > 0 && prompt.length() / longest >= context) {
            throw new BearException(
                    "The prompt has " + prompt.length() + " characters, at least " + prompt.length() / longest
                            + " tokens, but the context holds " + context + ".",
                    "Shorten the prompt, or open the session with a larger context.");
        }
        requireTokenizable(prompt);
    }

    static void requireTokenizable(String text) {
        if (text.length() > LONGEST_TEXT) {
            throw new BearException(
                    "The text has " + text.length() + " characters; llama.cpp is given at most " + LONGEST_TEXT
                            + " at a time.",
                    "Cut it into parts.");
        }
    }

    void requireWritable(Grammar grammar) {
        writable.get().require(grammar, ends);
    }

    /** Tokens that a grammar must not choose: readers would not see them. */
    List<Integer> hidden() {
        return writable.get().hidden();
    }

    int[] require(List<Integer> tokens) {
        return require(tokens, size);
    }

    /** The library reads beyond its table for any other id. */
    static int[] require(List<Integer> tokens, int size) {
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
