package ai.bearllm.engine.llamacpp;

import ai.bearllm.engine.KvCacheType;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.model.BearException;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.args.CacheType;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How the key-value cache is kept and attention computed, checked before the library sees it.
 *
 * <p>Source: {@code llama_context} and {@code llama_init_from_model} of b4916 refuse quantized values without flash attention,
 * abort where a head is not a whole number of blocks, and switch flash attention off for grok and for heads of two sizes;
 * {@code ggml_compute_forward_flash_attn_ext_f16} aborts on keys or values of 32 bits.
 *
 * @param keys type of the keys; empty: the library's, f16
 * @param values type of the values; empty: the library's, f16
 * @param flash whether flash attention is asked for
 */
record CacheOptions(Optional<KvCacheType> keys, Optional<KvCacheType> values, boolean flash) {
    /**
     * @throws BearException for a combination that the library ignores, refuses without a reason, or dies of
     */
    static CacheOptions of(LoadOptions options, Gguf gguf) {
        Optional<KvCacheType> keys = options.keyCache();
        Optional<KvCacheType> values = options.valueCache();
        boolean needed = values.map(KvCacheType::quantized).orElse(false);
        boolean flash = options.flashAttention().orElse(needed);
        if (needed && !flash) {
            throw new BearException(
                    "Values of the cache as " + values.get() + " need flash attention, which is switched off.",
                    "Leave flashAttention out, or quantize the keys alone: kvCache(\"" + values.get()
                            + "\", \"f16\").");
        }
        if (flash && (is32(keys) || is32(values))) {
            throw new BearException(
                    "llama.cpp computes no flash attention over a cache of f32.",
                    "Keep keys and values as f16, or leave flash attention and quantized values out.");
        }
        OptionalLong keyHead = headSize(gguf, "attention.key_length");
        OptionalLong valueHead = headSize(gguf, "attention.value_length");
        requireWhole("keys", keys, keyHead);
        requireWhole("values", values, valueHead);
        boolean switchedOff = gguf.architecture().filter("grok"::equals).isPresent()
                || (keyHead.isPresent() && valueHead.isPresent() && keyHead.getAsLong() != valueHead.getAsLong());
        if (needed && switchedOff) {
            throw new BearException(
                    "Values of the cache as " + values.get()
                            + " need flash attention, which llama.cpp does not compute for this model.",
                    "Keep the values as f16.");
        }
        return new CacheOptions(keys, values, flash);
    }

    private static boolean is32(Optional<KvCacheType> type) {
        return type.filter(t -> t == KvCacheType.F32).isPresent();
    }

    private static OptionalLong headSize(Gguf gguf, String key) {
        OptionalLong written = gguf.ofArchitecture(key);
        if (written.isPresent()
                || gguf.embeddingLength().isEmpty()
                || gguf.headCount().orElse(0) <= 0) {
            return written;
        }
        return OptionalLong.of(
                gguf.embeddingLength().getAsLong() / gguf.headCount().getAsLong());
    }

    private static void requireWhole(String what, Optional<KvCacheType> type, OptionalLong head) {
        if (type.isPresent()
                && type.get().quantized()
                && head.orElse(0) % type.get().block() != 0) {
            throw new BearException(
                    "The " + what + " cannot be kept as " + type.get() + ": it takes "
                            + type.get().block() + " numbers at a time, and this model's heads have " + head.getAsLong()
                            + ".",
                    "Keep them as f16.");
        }
    }

    void apply(ModelParameters parameters) {
        keys.ifPresent(type -> parameters.setCacheTypeK(CacheType.valueOf(type.name())));
        values.ifPresent(type -> parameters.setCacheTypeV(CacheType.valueOf(type.name())));
        if (flash) {
            parameters.enableFlashAttn();
        }
    }
}
