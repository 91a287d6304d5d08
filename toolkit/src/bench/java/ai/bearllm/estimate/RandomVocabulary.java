package ai.bearllm.estimate;

import ai.bearllm.estimate.RandomModel.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A vocabulary of the right size and kind that a tokenizer accepts: SentencePiece for llama, byte pairs for phi-2. */
final class RandomVocabulary {
    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int BYTE = 6;
    private static final int STRING = 8;
    private static final int INT32 = 5;
    private static final int FLOAT32 = 6;

    private RandomVocabulary() {}

    /** Writes its keys and says how many. */
    static int write(KnownShape shape, Bytes keys) {
        return shape.isPhi2() ? pairs(shape, keys) : pieces(shape, keys);
    }

    private static int pieces(KnownShape shape, Bytes keys) {
        List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        for (int value = 0; value < 256; value++) {
            tokens.add(String.format(Locale.ROOT, "<0x%02X>", value));
        }
        for (char letter = 'a'; letter <= 'z'; letter++) {
            tokens.add("\u2581" + letter);
            tokens.add(String.valueOf(letter));
        }
        tokens.add("\u2581");
        while (tokens.size() < shape.vocabulary()) {
            tokens.add("\u2581w" + tokens.size());
        }
        keys.key("tokenizer.ggml.model", "llama");
        tokens(keys, tokens);
        keys.array("tokenizer.ggml.scores", FLOAT32, tokens.size());
        for (int id = 0; id < tokens.size(); id++) {
            keys.u32(Float.floatToRawIntBits(id < 259 ? 0 : -id));
        }
        keys.array("tokenizer.ggml.token_type", INT32, tokens.size());
        for (int id = 0; id < tokens.size(); id++) {
            keys.u32(id == 0 ? UNKNOWN : id < 3 ? CONTROL : id < 259 ? BYTE : NORMAL);
        }
        keys.key("tokenizer.ggml.unknown_token_id", 0);
        keys.key("tokenizer.ggml.bos_token_id", 1);
        keys.key("tokenizer.ggml.eos_token_id", 2);
        return 7;
    }

    private static int pairs(KnownShape shape, Bytes keys) {
        List<String> tokens = new ArrayList<>();
        for (int value = 0; value < 256; value++) {
            tokens.add(letter(value));
        }
        List<String> merges = new ArrayList<>();
        // phi-2 has 50,000 merges, one control token, and room that it does not use.
        for (int left = 0; merges.size() < 50_000; left++) {
            for (char right = 'a'; right <= 'z' && merges.size() < 50_000; right++) {
                merges.add(tokens.get(left) + " " + right);
                tokens.add(tokens.get(left) + right);
            }
        }
        int end = tokens.size();
        tokens.add("<|endoftext|>");
        while (tokens.size() < shape.vocabulary()) {
            tokens.add("<|unused" + tokens.size() + "|>");
        }
        keys.key("tokenizer.ggml.model", "gpt2");
        keys.key("tokenizer.ggml.pre", "default");
        tokens(keys, tokens);
        keys.array("tokenizer.ggml.token_type", INT32, tokens.size());
        for (int id = 0; id < tokens.size(); id++) {
            keys.u32(id == end ? CONTROL : NORMAL);
        }
        keys.array("tokenizer.ggml.merges", STRING, merges.size());
        merges.forEach(keys::text);
        keys.key("tokenizer.ggml.bos_token_id", end);
        keys.key("tokenizer.ggml.eos_token_id", end);
        return 7;
    }

    private static void tokens(Bytes keys, List<String> tokens) {
        keys.array("tokenizer.ggml.tokens", STRING, tokens.size());
        tokens.forEach(keys::text);
    }

    /** How GPT-2 writes a byte: itself where it prints, else from U+0100 on. Source: bytes_to_unicode of its encoder. */
    private static String letter(int value) {
        int shifted = 0;
        for (int other = 0; other <= value; other++) {
            boolean prints = other >= '!' && other <= '~' || other >= 0xA1 && other <= 0xAC || other >= 0xAE;
            if (other == value) {
                return Character.toString(prints ? value : 256 + shifted);
            }
            shifted += prints ? 0 : 1;
        }
        throw new IllegalArgumentException("no byte: " + value);
    }
}
