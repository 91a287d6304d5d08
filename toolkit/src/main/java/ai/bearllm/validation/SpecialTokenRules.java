package ai.bearllm.validation;

import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufArray;
import ai.bearllm.gguf.GgufValue;
import ai.bearllm.gguf.Metadata;
import ai.bearllm.gguf.ValueType;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The tokens that begin, end and separate: numbers that loaders use as indexes, and switches that say when to add them.
 *
 * <p>Source: llama-vocab.cpp: its keys (one of them, {@code seperator_token_id}, is misspelt there and in files), the numbers
 * that it takes where a file names none, and the types that it wants.
 */
final class SpecialTokenRules {
    private static final String PREFIX = TokenizerRules.PREFIX;
    private static final int NORMAL = 1;
    /** What converters write for "there is none". */
    private static final long NONE = 0xFFFF_FFFFL;

    private static final Set<String> SWITCHES =
            Set.of("add_bos_token", "add_eos_token", "add_sep_token", "add_space_prefix", "remove_extra_whitespaces");

    /** What a loader takes where the file names no token, by the kind of tokenizer. */
    private static final Map<String, Map<String, Long>> DEFAULTS = Map.of(
            "llama", Map.of("bos", 1L, "eos", 2L, "unknown", 0L),
            "gpt2", Map.of("bos", 11L, "eos", 11L),
            "bert", Map.of("bos", 101L, "unknown", 100L, "seperator", 102L, "padding", 0L, "mask", 103L),
            "t5", Map.of("eos", 1L, "unknown", 2L, "padding", 0L));

    private final Gguf gguf;
    private final Metadata metadata;
    private final long size;
    private final long[] types;
    private final Findings findings;

    /**
     * @param size tokens in the vocabulary
     * @param types of the tokens; empty where the file does not say
     */
    SpecialTokenRules(Gguf gguf, long size, long[] types, Findings findings) {
        this.gguf = gguf;
        this.metadata = gguf.metadata();
        this.size = size;
        this.types = types;
        this.findings = findings;
    }

    void check() {
        for (String key : metadata.keys()) {
            if (key.startsWith(PREFIX) && key.endsWith("_token_id")) {
                token(key);
            } else if (key.startsWith(PREFIX) && key.endsWith("_token_ids")) {
                tokens(key);
            }
        }
        DEFAULTS.getOrDefault(gguf.tokenizer().orElse(""), Map.of()).forEach(this::assumed);
        SWITCHES.forEach(this::flag);
        begins();
    }

    private void token(String key) {
        OptionalLong id = metadata.integer(key);
        if (id.isPresent() && (id.getAsLong() == NONE || id.getAsLong() == -1)) {
            findings.note("token-id", key + " is " + id.getAsLong(), "a token", "it stands for none");
        } else if (id.isPresent() && id.getAsLong() >= 0 && id.getAsLong() < size) {
            typed(key, id.getAsLong());
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

    private void typed(String key, long id) {
        ValueType type = metadata.value(key).orElseThrow().type();
        if (type != ValueType.UINT32) {
            findings.warning("value-type", key + " is of type " + type, "UINT32", "llama.cpp takes no other type");
        }
        boolean ends = key.endsWith(".bos_token_id") || key.endsWith(".eos_token_id") || key.endsWith(".eot_token_id");
        if (ends && id < types.length && types[(int) id] == NORMAL) {
            findings.note(
                    "control-token",
                    key + " is " + id + ", a token of normal text",
                    "a control token",
                    "a user who writes its text ends or begins the conversation");
        }
    }

    private void tokens(String key) {
        GgufValue value = metadata.value(key).orElseThrow();
        if (!(value instanceof GgufArray array) || !array.elementType().isWhole()) {
            findings.error(
                    "token-id",
                    key + " is " + TokenizerRules.shortened(value),
                    "an array of tokens",
                    TokenizerRules.REFUSED);
            return;
        }
        for (long id : array.integers()) {
            if (id < 0 || id >= size) {
                findings.once(
                        Severity.ERROR,
                        "token-id",
                        key + " holds " + id,
                        "tokens, 0 to " + (size - 1),
                        "a loader that trusts it reads beyond the vocabulary");
            }
        }
    }

    private void assumed(String name, long id) {
        if (id >= size && metadata.value(PREFIX + name + "_token_id").isEmpty()) {
            findings.warning(
                    "token-id",
                    PREFIX + name + "_token_id is missing, and the vocabulary has " + size + " tokens",
                    "a token, because loaders take " + id + " where none is named",
                    "a loader that trusts it reads beyond the vocabulary");
        }
    }

    private void flag(String suffix) {
        Optional<GgufValue> value = metadata.value(PREFIX + suffix);
        if (value.isPresent() && !(value.get() instanceof GgufValue.Flag)) {
            findings.error(
                    "token-switch",
                    PREFIX + suffix + " is of type " + value.get().type(),
                    "BOOL",
                    TokenizerRules.REFUSED);
        }
    }

    private void begins() {
        boolean adds = metadata.flag(PREFIX + "add_bos_token").orElse(false);
        OptionalLong bos = gguf.bosToken();
        if (adds && bos.isPresent() && (bos.getAsLong() == NONE || bos.getAsLong() < 0)) {
            findings.warning(
                    "token-switch",
                    PREFIX + "add_bos_token is true, and bos_token_id names none",
                    "a token to add",
                    "prompts begin in another way than the model was trained with");
        }
    }
}
