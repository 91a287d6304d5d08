package ai.bearllm.validation;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufArray;
import ai.bearllm.gguf.GgufTensor;
import ai.bearllm.gguf.GgufValue;
import ai.bearllm.gguf.Metadata;
import ai.bearllm.gguf.ValueType;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Whether the vocabulary agrees with itself: loaders index one array by another's length, and look up bytes by their names.
 *
 * <p>Source: what llama-vocab.cpp assumes, and the known holes where it assumed too much.
 */
final class TokenizerRules {
    private static final String PREFIX = "tokenizer.ggml.";
    private static final String REFUSED = "llama.cpp refuses the file; older builds read beyond the array's end";
    private static final Pattern BYTE_TOKEN = Pattern.compile("<0x[0-9A-F]{2}>");
    private static final int BYTE = 6;
    /** What converters write for "there is none". */
    private static final long NONE = 0xFFFF_FFFFL;

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
                    PREFIX + "tokens is " + tokens.type() + " " + tokens,
                    "an array of at least one STRING",
                    "a loader would take other data for text");
        }
        return findings.all();
    }

    private void vocabulary(GgufArray tokens) {
        long size = tokens.size();
        parallel("scores", size, Set.of(ValueType.FLOAT32, ValueType.INT32));
        boolean typed = parallel("token_type", size, Set.of(ValueType.INT32));
        metadata.keys().stream().filter(TokenizerRules::isTokenId).forEach(key -> tokenId(key, size));
        merges();
        embedding(size);
        texts(tokens, typed ? metadata.array(PREFIX + "token_type") : Optional.empty());
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
                    PREFIX + suffix + " is " + value.get() + " of type "
                            + value.get().type(),
                    "an array of " + size + " " + types,
                    REFUSED);
        } else if (((GgufArray) value.get()).size() > size) {
            findings.warning(
                    "token-arrays", PREFIX + suffix + " is " + value.get(), size + " elements", "the rest is ignored");
        }
        return right;
    }

    private static boolean isTokenId(String key) {
        return key.startsWith(PREFIX) && key.endsWith("_token_id");
    }

    private void tokenId(String key, long size) {
        OptionalLong id = metadata.integer(key);
        if (id.isPresent() && (id.getAsLong() == NONE || id.getAsLong() == -1)) {
            findings.note("token-id", key + " is " + id.getAsLong(), "a token", "it stands for none");
        } else if (id.isPresent() && id.getAsLong() >= 0 && id.getAsLong() < size) {
            return;
        } else if (key.equals(PREFIX + "padding_token_id") && id.isPresent()) {
            // Converters write one past the end where a model has no padding; nothing uses it in generation.
            findings.warning("token-id", key + " is " + id.getAsLong(), "below " + size, "loaders ignore it");
        } else {
            findings.error(
                    "token-id",
                    key + " is " + (id.isPresent() ? id.getAsLong() : "no integer"),
                    "a token, 0 to " + (size - 1),
                    "a loader that trusts it reads beyond the vocabulary");
        }
    }

    private void merges() {
        Optional<GgufValue> merges = metadata.value(PREFIX + "merges");
        boolean needed = gguf.tokenizer().orElse("").equals("gpt2");
        if (merges.isEmpty() && needed) {
            findings.error("merges", PREFIX + "merges is missing", "the merges of a gpt2 tokenizer", REFUSED);
        } else if (merges.isPresent()
                && !(merges.get() instanceof GgufArray array && array.elementType() == ValueType.STRING)) {
            findings.error("merges", PREFIX + "merges is " + merges.get(), "an array of STRING", REFUSED);
        }
    }

    private void embedding(long size) {
        Optional<GgufTensor> table = gguf.tensor("token_embd.weight");
        if (table.isPresent()
                && table.get().dimensions().size() > 1
                && table.get().dimensions().get(1) < size) {
            findings.error(
                    "embedding",
                    "token_embd.weight has " + table.get().dimensions().get(1) + " rows",
                    "one for each of the " + size + " tokens",
                    "a token beyond them would be read from other data");
        }
    }

    private void texts(GgufArray tokens, Optional<GgufArray> types) {
        long[] kinds = types.map(GgufArray::integers).orElse(new long[0]);
        Set<String> seen = new HashSet<>();
        AtomicLong index = new AtomicLong();
        tokens.eachText(token -> {
            int id = (int) index.getAndIncrement();
            // Several empty tokens are common: llama.cpp gives each a name of its own.
            if (!token.isEmpty() && !seen.add(token)) {
                once(
                        "duplicate-token",
                        "the token " + id + " repeats the text of another",
                        "each text once",
                        "llama.cpp ends the whole process");
            }
            if (id < kinds.length
                    && kinds[id] == BYTE
                    && !BYTE_TOKEN.matcher(token).matches()) {
                once(
                        "byte-token",
                        "the token " + id + " is declared a byte, but its text does not name one",
                        "<0x00> to <0xFF>",
                        "a loader that parses the text gets another number, or writes beyond its table");
            }
        });
    }

    /** One finding of a rule is enough: vocabularies are long. */
    private void once(String rule, String found, String limit, String effect) {
        if (findings.all().stream().noneMatch(finding -> finding.rule().equals(rule))) {
            findings.error(rule, found, limit, effect);
        }
    }
}
