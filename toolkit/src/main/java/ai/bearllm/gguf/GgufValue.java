package ai.bearllm.gguf;

import java.math.BigInteger;

/** One value of a file's metadata, with the type it was written in. */
public sealed interface GgufValue
        permits GgufValue.Whole, GgufValue.Decimal, GgufValue.Flag, GgufValue.Text, GgufArray {
    /** The type it was written in. */
    ValueType type();

    /**
     * An integer.
     *
     * @param value exact for every type but {@code UINT64}, where numbers from 2^63 on are negative here: see {@link #exact()}
     */
    record Whole(ValueType type, long value) implements GgufValue {
        public Whole {
            if (!type.isWhole()) {
                throw new IllegalArgumentException(type + " is not a type of integers");
            }
        }

        /** The number, whatever its size. */
        public BigInteger exact() {
            return type == ValueType.UINT64 ? new BigInteger(Long.toUnsignedString(value)) : BigInteger.valueOf(value);
        }

        @Override
        public String toString() {
            return type == ValueType.UINT64 ? Long.toUnsignedString(value) : Long.toString(value);
        }
    }

    /**
     * A floating point number; may be infinite or not a number.
     *
     * @param value a {@code FLOAT32} is widened without change
     */
    record Decimal(ValueType type, double value) implements GgufValue {
        public Decimal {
            if (!type.isDecimal()) {
                throw new IllegalArgumentException(type + " is not a floating point type");
            }
        }

        @Override
        public String toString() {
            return type == ValueType.FLOAT32 ? Float.toString((float) value) : Double.toString(value);
        }
    }

    /** True or false. */
    record Flag(boolean value) implements GgufValue {
        @Override
        public ValueType type() {
            return ValueType.BOOL;
        }

        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /** Text. */
    record Text(String value) implements GgufValue {
        @Override
        public ValueType type() {
            return ValueType.STRING;
        }

        @Override
        public String toString() {
            return value;
        }
    }
}
