package ai.bearllm.validation;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufArray;
import ai.bearllm.gguf.GgufTensor;
import ai.bearllm.gguf.GgufValue;
import ai.bearllm.gguf.Metadata;
import ai.bearllm.gguf.ValueType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether the vocabulary agrees with itself: loaders index one array by another's length, and look up bytes by their names.
 *
 * <p>Source: what llama-vocab.cpp reads and assumes, and the known holes where it assumed too much.
 */
final class TokenizerRules {
    static final String PREFIX = "tokenizer.ggml.";
    static final String REFUSED = "llama.cpp refuses the file";
    private static final String INDEXED = "llama.cpp refuses the file; older builds read beyond the array's end";
    private static final Pattern BYTE_TOKEN = Pattern.compile("<0x[0-9A-F]{2}>");
    private static final int BYTE = 6;
    private static final int BYTES = 256;
    /** The kinds that llama.cpp of 2026 knows. */
    private static final Set<String> KINDS = Set.of(
            "llama",
            "gpt2",
            "bert",
            "t5",
            "rwkv",
            "plamo2",
            "gemma4",
            "hybriddna",
            "whitespace",
            "no_vocab",
            "none",
            "test");

    private final Gguf gguf;
    private final Metadata metadata;
    private final Findings findings = new Findings();

    TokenizerRules(Gguf gguf) {
        this.gguf = gguf;
        this.metadata = gguf.metadata();
    }

    /** For a file that holds a vocabulary. */
    List<Finding> findings() {
        GgufValue tokens = metadata.value(PREFIX + "tokens").orElseThrow();
        if (tokens instanceof GgufArray array && array.elementType() == ValueType.STRING && array.size() > 0) {
            vocabulary(array);
        } else {
            findings.error(
                    "tokens",
                    PREFIX + "tokens is " + tokens.type() + " " + shortened(tokens),
                    "an array of at least one STRING",
                    "a loader would take other data for text");
        }
        return findings.all();
    }

    static String shortened(GgufValue value) {
        String text = value.toString();
        return text.length() > 40 ? text.substring(0, 39) + "…" : text;
    }

    private void vocabulary(GgufArray tokens) {
        long size = tokens.size();
        kind();
        if (parallel("scores", size, Set.of(ValueType.FLOAT32, ValueType.INT32))) {
            scores();
        }
        long[] types = parallel("token_type", size, Set.of(ValueType.INT32))
                ? metadata.array(PREFIX + "token_type").orElseThrow().integers()
                : new long[0];
        types(types);
        new SpecialTokenRules(gguf, size, types, findings).check();
        new MergeRules(gguf, findings).check();
        charsmap();
        table("token_embd.weight", size);
        table("output.weight", size);
        texts(tokens, types);
    }

    private void kind() {
        Optional<GgufValue> kind = metadata.value(PREFIX + "model");
        if (kind.isPresent() && !(kind.get() instanceof GgufValue.Text)) {
            findings.error(
                    "tokenizer-model",
                    PREFIX + "model is " + kind.get().type(),
                    "the kind of tokenizer as text",
                    REFUSED);
        } else if (kind.isEmpty()) {
            findings.warning("tokenizer-model", PREFIX + "model is missing", "the kind of tokenizer", REFUSED);
        } else if (!KINDS.contains(gguf.tokenizer().orElse(""))) {
            findings.warning(
                    "tokenizer-model",
                    "the tokenizer is " + shortened(kind.get()),
                    "a kind that this toolkit knows",
                    "whether a loader knows it was not checked");
        }
    }

    /** An array that is indexed by token. */
    private boolean parallel(String suffix, long size, Set<ValueType> types) {
        Optional<GgufValue> value = metadata.value(PREFIX + suffix);
        if (value.isEmpty()) {
            return false;
        }
        boolean right =
                value.get() instanceof GgufArray array && types.contains(array.elementType()) && array.size() >= size;
        if (!right) {
            findings.error(
                    "token-arrays",
                    PREFIX + suffix + " is " + shortened(value.get()) + " of type "
                            + value.get().type(),
                    "an array of " + size + " " + types,
                    INDEXED);
        } else if (((GgufArray) value.get()).size() > size) {
            findings.warning(
                    "token-arrays", PREFIX + suffix + " is " + value.get(), size + " elements", "the rest is ignored");
        }
        return right;
    }

    /** Pieces are joined in the order of their scores; what cannot be ordered makes that order undefined. */
    private void scores() {
        GgufArray scores = metadata.array(PREFIX + "scores").orElseThrow();
        if (!scores.elementType().isDecimal()) {
            return;
        }
        double[] values = scores.decimals();
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                findings.once(
                        Severity.ERROR,
                        "token-scores",
                        "the score of token " + i + " is " + values[i],
                        "a finite number",
                        "sorting by it is undefined: a loader can crash or split texts at random");
            }
        }
    }

    private void types(long[] types) {
        for (int i = 0; i < types.length; i++) {
            if (types[i] < 0 || types[i] > BYTE) {
                findings.once(
                        Severity.WARNING,
                        "token-type",
                        "the type of token " + i + " is " + types[i],
                        "1 to " + BYTE,
                        "llama.cpp treats the token as undefined");
            }
        }
    }

    private void texts(GgufArray tokens, long[] types) {
        new Repeats(tokens)
                .first()
                .ifPresent(id -> findings.error(
                        "duplicate-token",
                        "the token " + id + " repeats the text of another",
                        "each text once",
                        "llama.cpp ends the whole process"));
        int[] count = new int[2];
        tokens.eachText(token -> {
            int id = count[0]++;
            if (id < types.length && types[id] == BYTE) {
                count[1]++;
                byteToken(id, token);
            }
        });
        if (count[1] > 0 && count[1] < BYTES && tokens.size() > 2 * BYTES) {
            findings.warning(
                    "byte-tokens",
                    count[1] + " tokens stand for bytes",
                    BYTES + ", one for each byte",
                    "characters outside of the vocabulary cannot be written");
        }
    }

    private void byteToken(int id, String token) {
        if (!BYTE_TOKEN.matcher(token).matches()) {
            findings.once(
                    Severity.ERROR,
                    "byte-token",
                    "the token " + id + " is declared a byte, but its text does not name one",
                    "<0x00> to <0xFF>",
                    "a loader that parses the text gets another number, or writes beyond its table");
        }
    }

    /** The rows of a table that is indexed by token. */
    private void table(String name, long size) {
        Optional<GgufTensor> table = gguf.tensor(name);
        if (table.isPresent()
                && table.get().dimensions().size() > 1
                && table.get().dimensions().get(1) < size) {
            findings.error(
                    "embedding",
                    name + " has " + table.get().dimensions().get(1) + " rows",
                    "one for each of the " + size + " tokens",
                    "a token beyond them would be read from other data");
        }
    }

    /** A table of character replacements, with the length of its index in its first four bytes. */
    private void charsmap() {
        String key = PREFIX + "precompiled_charsmap";
        Optional<GgufValue> value = metadata.value(key);
        if (value.isEmpty()) {
            return;
        }
        boolean bytes = value.get() instanceof GgufArray array
                && (array.elementType() == ValueType.UINT8 || array.elementType() == ValueType.INT8);
        long[] map = bytes && ((GgufArray) value.get()).size() < 1 << 24
                ? ((GgufArray) value.get()).integers()
                : new long[0];
        long index = 0;
        for (int i = Math.min(3, map.length - 1); i >= 0; i--) {
            index = index << 8 | (map[i] & 0xFF);
        }
        if (map.length < 4 || index + 4 >= map.length) {
            findings.error(
                    "charsmap",
                    key + " is " + shortened(value.get())
                            + (map.length < 4 ? "" : " with an index of " + index + " bytes"),
                    "bytes that hold the index whose length stands in the first four",
                    INDEXED);
        }
    }
}
