package ai.bearllm.validation;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Locale;

/**
 * How a floating point number is written in a tensor. Numbers are handled by their magnitude: the bits without the sign, read
 * as an integer, which orders them as their absolute values do, with infinity and NaN above all.
 *
 * <p>Source: IEEE 754 for the usual ones; bfloat16 is the upper half of a 32-bit one; the Open Compute Project's microscaling
 * specification for E8M0 (a power of two) and its 8-bit E4M3, which NVFP4 uses without a sign.
 */
enum Encoding {
    /** 16 bits. */
    F16(2, 0x7C00),
    /** The upper 16 of 32 bits. */
    BF16(2, 0x7F80),
    /** 32 bits. */
    F32(4, 0x7F80_0000),
    /** 64 bits. */
    F64(8, 0x7FF0_0000_0000_0000L),
    /** One byte, an exponent: 255 is NaN, and there is no infinity. */
    E8M0(1, 0xFF),
    /** One byte: 4 bits of exponent, 3 of mantissa; 127 is NaN, there is no infinity, and a sign has no business there. */
    UE4M3(1, 0x7F),
    /** 16 bits whose quarters are the upper four bits of four 16-bit words. */
    SPLIT_F16(8, 0x7C00);

    private static final VarHandle SHORT_LE = view(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT_BE = view(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT_LE = view(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_BE = view(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG_LE = view(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG_BE = view(long[].class, ByteOrder.BIG_ENDIAN);

    private final int bytes;
    private final long firstNonFinite;

    Encoding(int bytes, long firstNonFinite) {
        this.bytes = bytes;
        this.firstNonFinite = firstNonFinite;
    }

    private static VarHandle view(Class<?> array, ByteOrder order) {
        return MethodHandles.byteArrayViewVarHandle(array, order);
    }

    /** Bytes that one number takes. */
    int bytes() {
        return bytes;
    }

    /** The number's bits, its sign included. */
    long bits(byte[] from, int at, boolean bigEndian) {
        return switch (this) {
            case F16, BF16 -> u16(from, at, bigEndian);
            case F32 -> Integer.toUnsignedLong((int) (bigEndian ? INT_BE : INT_LE).get(from, at));
            case F64 -> (long) (bigEndian ? LONG_BE : LONG_LE).get(from, at);
            case E8M0, UE4M3 -> from[at] & 0xFF;
            case SPLIT_F16 ->
                (u16(from, at, bigEndian) >> 12)
                        | ((u16(from, at + 2, bigEndian) >> 8) & 0x00F0)
                        | ((u16(from, at + 4, bigEndian) >> 4) & 0x0F00)
                        | (u16(from, at + 6, bigEndian) & 0xF000);
        };
    }

    private static int u16(byte[] from, int at, boolean bigEndian) {
        return (short) (bigEndian ? SHORT_BE : SHORT_LE).get(from, at) & 0xFFFF;
    }

    /** The bits without the sign; of the unsigned encodings all, so that a sign bit counts as beyond every number. */
    long magnitude(long bits) {
        return switch (this) {
            case F16, BF16, SPLIT_F16 -> bits & 0x7FFF;
            case F32 -> bits & 0x7FFF_FFFF;
            case F64 -> bits & Long.MAX_VALUE;
            case E8M0, UE4M3 -> bits;
        };
    }

    /** Whether the bits stand for infinity or NaN. */
    boolean isNonFinite(long bits) {
        return this == UE4M3 ? (bits & 0x7F) == firstNonFinite : magnitude(bits) >= firstNonFinite;
    }

    /** The greatest magnitude whose value is at most the limit, or the greatest finite one where all are. */
    long greatestMagnitude(double limit) {
        long low = 0;
        long high = firstNonFinite - 1;
        while (low < high) {
            long middle = low + (high - low + 1) / 2;
            if (value(middle) <= limit) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** The number that the bits stand for. */
    double value(long bits) {
        return switch (this) {
            case F16, SPLIT_F16 -> half((int) bits);
            case BF16 -> Float.intBitsToFloat((int) bits << 16);
            case F32 -> Float.intBitsToFloat((int) bits);
            case F64 -> Double.longBitsToDouble(bits);
            case E8M0 -> bits == 0xFF ? Double.NaN : Math.scalb(1.0, (int) bits - 127);
            case UE4M3 -> small((int) bits);
        };
    }

    private static double half(int bits) {
        int exponent = (bits >> 10) & 0x1F;
        int mantissa = bits & 0x3FF;
        double size;
        if (exponent == 0x1F) {
            size = mantissa == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        } else {
            size = exponent == 0 ? Math.scalb(mantissa, -24) : Math.scalb(mantissa + 1024, exponent - 25);
        }
        return (bits & 0x8000) == 0 ? size : -size;
    }

    private static double small(int bits) {
        int exponent = (bits >> 3) & 0xF;
        int mantissa = bits & 7;
        if ((bits & 0x7F) == 0x7F) {
            return Double.NaN;
        }
        double size = exponent == 0 ? Math.scalb(mantissa, -9) : Math.scalb(mantissa + 8, exponent - 10);
        return (bits & 0x80) == 0 ? size : -size;
    }

    /** The number for a message: its value, and its bits, which tell one NaN from another. */
    String describe(long bits) {
        double value = value(bits);
        String shown = Double.isNaN(value) || Double.isInfinite(value)
                ? Double.toString(value)
                : String.format(Locale.ROOT, "%.4g", value);
        int digits = 2 * (this == SPLIT_F16 ? 2 : bytes);
        return shown + " (0x" + String.format(Locale.ROOT, "%0" + digits + "x", bits) + ")";
    }
}
