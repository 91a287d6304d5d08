package ai.bearllm.estimate;

import ai.bearllm.gguf.Architecture;
import ai.bearllm.gguf.GgmlType;
import ai.bearllm.gguf.Gguf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What each layer keeps of the tokens that it has seen: keys and values of each, or the state of a recurrent layer.
 *
 * <p>Source: llama-kv-cache.cpp, llama-memory-recurrent.cpp and llama-hparams.cpp of llama.cpp: layers x tokens x heads for keys
 * and values x (length of a key in its type + length of a value in its type), exact against its log.
 */
final class Cache {
    private static final int MOST_LAYERS = 512;
    private static final long STATE_BYTES = 4;

    private static final Set<String> RECURRENT = Set.of("mamba", "mamba2", "rwkv6", "rwkv7", "arwkv7", "rwkv6qwen2");
    /** Layers without heads for keys and values are recurrent. */
    private static final Set<String> BY_HEADS =
            Set.of("jamba", "granitehybrid", "nemotron_h", "nemotron_h_moe", "plamo2", "lfm2", "lfm2moe");
    /** Each layer is both. */
    private static final Set<String> BOTH = Set.of("falcon-h1");
    /** Every so many layers one attends. */
    private static final Set<String> BY_INTERVAL = Set.of("qwen3next", "qwen35", "qwen35moe");
    /** They read a text at once, or keep more than keys and values. */
    private static final Set<String> OTHER = Set.of(
            "bert",
            "nomic-bert",
            "nomic-bert-moe",
            "neo-bert",
            "jina-bert-v2",
            "jina-bert-v3",
            "modern-bert",
            "eurobert",
            "gemma-embedding",
            "t5",
            "t5encoder",
            "wavtokenizer-dec",
            "dream",
            "llada",
            "llada-moe",
            "rnd1",
            "deepseek32",
            "deepseek4",
            "glm-dsa",
            "glm5-next",
            "minimax-m3",
            "minimax-01",
            "hy_v4",
            "kimi-linear",
            "kimi-k3",
            "bailingmoe3",
            "dots3note",
            "gemma3n",
            "gemma4",
            "qwen4exp");

    private final Gguf gguf;
    private final String architecture;
    private final MemoryOptions options;
    private final long tokens;
    private final Windows windows;
    private final List<Long> heads;

    Cache(Gguf gguf, long contextTokens, MemoryOptions options) {
        this.gguf = gguf;
        this.architecture = gguf.architecture().orElse("");
        this.options = options;
        this.tokens = padded(contextTokens, options.flashAttention() || options.windowed() ? 256 : 32);
        this.windows = new Windows(gguf);
        this.heads = gguf.keyValueHeadCounts();
    }

    private static long padded(long tokens, long multiple) {
        return (tokens + multiple - 1) / multiple * multiple;
    }

    /** Tokens that the cache has room for. */
    long tokens() {
        return tokens;
    }

    /**
     * Bytes layer by layer.
     *
     * @throws Unknown where they cannot be computed, with the reason
     * @throws ArithmeticException where the file's numbers are nonsense
     */
    List<Long> perLayer() throws Unknown {
        long layers = gguf.blockCount().orElse(0);
        if (layers < 1 || layers > MOST_LAYERS) {
            throw new Unknown("the file does not say how many layers there are");
        }
        if (OTHER.contains(architecture)) {
            throw new Unknown("for the architecture " + architecture + " it is not known here");
        }
        boolean known = RECURRENT.contains(architecture)
                || BY_HEADS.contains(architecture)
                || BOTH.contains(architecture)
                || BY_INTERVAL.contains(architecture);
        if (!known
                && Architecture.of(architecture).map(Architecture::isRecurrent).orElse(false)) {
            throw new Unknown("which layers of the architecture " + architecture + " are recurrent is not known here");
        }
        List<Long> bytes = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            long attended = attends(layer) ? keysAndValues(layer) : 0;
            bytes.add(Math.addExact(attended, isRecurrent(layer) ? state() : 0));
        }
        return bytes;
    }

    private boolean attends(int layer) throws Unknown {
        if (RECURRENT.contains(architecture)) {
            return false;
        }
        return !BY_INTERVAL.contains(architecture) || !isRecurrent(layer);
    }

    private boolean isRecurrent(int layer) throws Unknown {
        if (RECURRENT.contains(architecture) || BOTH.contains(architecture)) {
            return true;
        } else if (BY_HEADS.contains(architecture)) {
            return heads(layer) == 0;
        } else if (BY_INTERVAL.contains(architecture)) {
            long interval =
                    Math.max(1, gguf.ofArchitecture("full_attention_interval").orElse(4));
            return (layer + 1) % interval != 0;
        }
        return false;
    }

    private long heads(int layer) throws Unknown {
        if (layer >= heads.size()) {
            throw new Unknown("the file does not say how many heads each layer has");
        }
        return heads.get(layer);
    }

    private long keysAndValues(int layer) throws Unknown {
        long cells = tokens;
        if (options.windowed()) {
            Optional<Boolean> limited = windows.isLimited(layer);
            if (limited.isEmpty()) {
                throw new Unknown(
                        "which layers of the architecture " + architecture + " see all tokens is not known here");
            } else if (limited.get()) {
                long window = Math.addExact(windows.tokens().orElse(0), options.stepTokens());
                cells = padded(Math.min(tokens, window), 256);
            }
        }
        long count = Math.multiplyExact(heads(layer), cells);
        long keys =
                bytes(MemoryOptions.type(options.keyType()), Math.multiplyExact(count, length("attention.key_length")));
        // Keys that are kept compressed stand for the values too.
        boolean compressed = gguf.ofArchitecture("attention.key_length_mla").isPresent();
        return compressed
                ? keys
                : Math.addExact(
                        keys,
                        bytes(
                                MemoryOptions.type(options.valueType()),
                                Math.multiplyExact(count, length("attention.value_length"))));
    }

    /** Of a head's key or value: as the file says, else the width divided by the heads. */
    private long length(String suffix) throws Unknown {
        OptionalLong written = gguf.ofArchitecture(suffix);
        if (written.isPresent()) {
            return written.getAsLong();
        }
        long all = gguf.headCounts().stream().mapToLong(Long::longValue).max().orElse(0);
        if (gguf.embeddingLength().isEmpty() || all < 1) {
            throw new Unknown("the file does not say how long a head's key is");
        }
        return gguf.embeddingLength().getAsLong() / all;
    }

    private static long bytes(GgmlType type, long elements) {
        long blocks = (elements + type.blockElements() - 1) / type.blockElements();
        return Math.multiplyExact(blocks, type.blockBytes());
    }

    /** Of one conversation; it does not grow with the context. */
    private long state() throws Unknown {
        OptionalLong head = gguf.ofArchitecture("wkv.head_size");
        OptionalLong conv = gguf.ofArchitecture("shortconv.l_cache");
        if (head.isPresent()) {
            long shifts = gguf.ofArchitecture("token_shift_count").orElse(2);
            long width = number("embedding_length");
            return Math.multiplyExact(STATE_BYTES, Math.multiplyExact(width, Math.addExact(shifts, head.getAsLong())));
        } else if (conv.isPresent()) {
            return Math.multiplyExact(
                    STATE_BYTES, Math.multiplyExact(number("embedding_length"), conv.getAsLong() - 1));
        }
        long inner = number("ssm.inner_size");
        long state = number("ssm.state_size");
        long groups = gguf.ofArchitecture("ssm.group_count").orElse(0);
        long moving = Math.multiplyExact(
                number("ssm.conv_kernel") - 1,
                Math.addExact(inner, Math.multiplyExact(2, Math.multiplyExact(groups, state))));
        return Math.multiplyExact(STATE_BYTES, Math.addExact(moving, Math.multiplyExact(state, inner)));
    }

    private long number(String suffix) throws Unknown {
        OptionalLong number = gguf.ofArchitecture(suffix);
        if (number.isEmpty()) {
            throw new Unknown("the file does not say " + architecture + "." + suffix);
        }
        return number.getAsLong();
    }
}
