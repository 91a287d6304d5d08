package ai.bearllm.engine;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How numbers of the key-value cache are kept. A smaller type holds a longer context in the same memory and loses some
 * accuracy.
 *
 * <p>Source of the names: {@code kv_cache_types} in llama.cpp's {@code common/arg.cpp}, b4916.
 */
public enum KvCacheType {
    /** 32 bits a number. */
    F32(1),
    /** 16 bits a number: what engines use unless told otherwise. */
    F16(1),
    /** 16 bits a number, with the range of 32. */
    BF16(1),
    /** 8.5 bits a number. */
    Q8_0(32),
    /** 4.5 bits a number. */
    Q4_0(32),
    /** 5 bits a number. */
    Q4_1(32),
    /** 5.5 bits a number. */
    Q5_0(32),
    /** 6 bits a number. */
    Q5_1(32),
    /** 4.5 bits a number, not evenly spaced. */
    IQ4_NL(32);

    private final int block;

    KvCacheType(int block) {
        this.block = block;
    }

    /** The type of this name, for example {@code q8_0}, in either case. */
    public static KvCacheType of(String name) {
        return Arrays.stream(values())
                .filter(type -> type.toString().equals(name.strip().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a cache type is one of "
                        + Arrays.stream(values()).map(KvCacheType::toString).collect(Collectors.joining(", "))
                        + " but was \"" + name + "\""));
    }

    /** Numbers that share one scale: a head's size must be a multiple of it. */
    public int block() {
        return block;
    }

    /** Whether it is smaller than 16 bits a number. */
    public boolean quantized() {
        return block > 1;
    }

    /** The name that engines use. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
