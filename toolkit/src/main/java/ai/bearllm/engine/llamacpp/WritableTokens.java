package ai.bearllm.engine.llamacpp;

import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufArray;
import ai.bearllm.grammar.Grammar;
import ai.bearllm.model.BearException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a model's tokens can write under a grammar. The library ends its process where a grammar leaves it no token at all: it
 * chooses one nevertheless and does not survive that the grammar refuses it.
 *
 * @param hidden tokens whose text a grammar sees and a reader does not
 * @param bytes bytes that have a token of their own; empty where the tokenizer is not one that is understood here
 */
record WritableTokens(List<Integer> hidden, BitSet bytes) {
    /** {@code llama_token_type} of llama.h. */
    private static final int UNKNOWN = 2;

    private static final int CONTROL = 3;
    private static final int BYTE = 6;

    private static final Pattern BYTE_TOKEN = Pattern.compile("<0x([0-9A-F]{2})>");

    static WritableTokens of(Gguf gguf, List<Integer> ends) {
        long[] types = gguf.metadata()
                .array("tokenizer.ggml.token_type")
                .map(GgufArray::integers)
                .orElse(new long[0]);
        Set<Integer> end = new HashSet<>(ends);
        List<Integer> hidden = new ArrayList<>();
        for (int id = 0; id < types.length; id++) {
            if ((types[id] == CONTROL || types[id] == UNKNOWN) && !end.contains(id)) {
                hidden.add(id);
            }
        }
        List<String> texts = gguf.metadata()
                .array("tokenizer.ggml.tokens")
                .map(GgufArray::texts)
                .orElse(List.of());
        return new WritableTokens(List.copyOf(hidden), bytes(gguf.tokenizer().orElse(""), texts, types));
    }

    private static BitSet bytes(String tokenizer, List<String> texts, long[] types) {
        BitSet bytes = new BitSet(256);
        if (tokenizer.equals("llama")) {
            for (int id = 0; id < Math.min(texts.size(), types.length); id++) {
                Matcher value = BYTE_TOKEN.matcher(texts.get(id));
                if (types[id] == BYTE && value.matches()) {
                    bytes.set(Integer.parseInt(value.group(1), 16));
                }
            }
        } else if (tokenizer.equals("gpt2")) {
            Set<String> known = new HashSet<>(texts);
            for (int value = 0, stand = 256; value < 256; value++) {
                boolean itself =
                        (value > 32 && value < 127) || (value > 160 && value < 173) || (value > 173 && value < 256);
                int letter = itself ? value : stand++;
                if (known.contains(Character.toString(letter))) {
                    bytes.set(value);
                }
            }
        }
        return bytes;
    }

    /**
     * Refuses a grammar that could come to a place where no token fits.
     *
     * @throws BearException with the place
     */
    void require(Grammar grammar, List<Integer> ends) {
        if (ends.isEmpty()) {
            throw new BearException(
                    "This model has no token that ends a text, so a text under a grammar could not end.",
                    "Use another model, or leave the grammar out.");
        }
        // Behind the first byte of a character every other one may be asked for.
        if (bytes.nextClearBit(0x80) < 0xC0) {
            throw new BearException(
                    "This model's tokens cannot write every character byte by byte, which grammars need.",
                    "Use a model with the tokenizer of Llama or GPT-2 and all byte tokens, or leave the grammar out.");
        }
        Optional<String> place = grammar.unfillable(this::writes);
        if (place.isPresent()) {
            throw new BearException(
                    "This model's tokens cannot write " + place.get() + ", which the grammar asks for.",
                    "Leave it out of the grammar, or use another model.");
        }
    }

    private boolean writes(int point) {
        for (byte value : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
            if (!bytes.get(value & 0xFF)) {
                return false;
            }
        }
        return true;
    }
}
