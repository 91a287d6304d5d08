package ai.bearllm.gguf;

import java.util.List;
import java.util.Optional;

/**
 * The kinds of metadata values.
 *
 * <p>Source: the enumeration {@code gguf_metadata_value_type} of the GGUF specification; an ordinal here is the number there.
 */
public enum ValueType {
    /** 8-bit unsigned integer. */
    UINT8(1),
    /** 8-bit signed integer. */
    INT8(1),
    /** 16-bit unsigned integer. */
    UINT16(2),
    /** 16-bit signed integer. */
    INT16(2),
    /** 32-bit unsigned integer. */
    UINT32(4),
    /** 32-bit signed integer. */
    INT32(4),
    /** 32-bit floating point. */
    FLOAT32(4),
    /** One byte, 0 or 1. */
    BOOL(1),
    /** UTF-8 text with its length in front. */
    STRING(0),
    /** Element type, number of elements, elements. */
    ARRAY(0),
    /** 64-bit unsigned integer. */
    UINT64(8),
    /** 64-bit signed integer. */
    INT64(8),
    /** 64-bit floating point. */
    FLOAT64(8);

    /** Asked for each array in an array: {@code values()} would copy itself. */
    private static final List<ValueType> ALL = List.of(values());

    private final int bytes;

    ValueType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one value; 0 where values differ in length. */
    int bytes() {
        return bytes;
    }

    /** Whether values are integers, signed or not. */
    public boolean isWhole() {
        return bytes > 0 && this != BOOL && !isDecimal();
    }

    /** Whether values are floating point. */
    public boolean isDecimal() {
        return this == FLOAT32 || this == FLOAT64;
    }

    static Optional<ValueType> of(long id) {
        return id >= 0 && id < ALL.size() ? Optional.of(ALL.get((int) id)) : Optional.empty();
    }
}
