package ai.bearllm.validation;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Tells quickly whether any scale of a run of blocks is wrong; which one is for a slower look to find. Good files pass here and
 * nowhere else, so this is all that scanning costs them.
 *
 * <p>Several numbers are compared in one register: each is cleared of its sign and increased so that its top bit becomes set if
 * and only if its magnitude exceeds the limit; the top bits of all blocks are collected and looked at once, at the end.
 */
abstract sealed class Sieve {
    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
    }

    /** Whether a scale between the two positions, which bound whole blocks, may be wrong. */
    abstract boolean catches(byte[] bytes, int from, int to);

    /** The sieve for blocks of so many bytes. */
    static Sieve of(List<Scale> scales, int blockBytes, ByteOrder order) {
        if (scales.isEmpty()) {
            return new Nothing();
        }
        Scale first = scales.get(0);
        if (order == ByteOrder.BIG_ENDIAN) {
            // Rare enough to be looked at slowly.
            return new Everything();
        }
        if (first.encoding().bytes() == blockBytes && blockBytes > 1) {
            return new Elements(first);
        }
        return switch (first.encoding()) {
            case F16 ->
                scales.size() == 2 ? new Pairs(first, scales.get(1), blockBytes) : new Halves(first, blockBytes);
            case F32 -> new Floats(first, blockBytes);
            case E8M0 -> new Exponents(first, blockBytes);
            case UE4M3 -> new FourBytes(first, blockBytes);
            case BF16, F64, SPLIT_F16 -> new Everything();
        };
    }

    /** For blocks of whole numbers. */
    private static final class Nothing extends Sieve {
        @Override
        boolean catches(byte[] bytes, int from, int to) {
            return false;
        }
    }

    /** Leaves all to the slower look. */
    private static final class Everything extends Sieve {
        @Override
        boolean catches(byte[] bytes, int from, int to) {
            return from < to;
        }
    }

    /** Floating point numbers one behind the other, as many at once as a register holds. */
    private static final class Elements extends Sieve {
        private final Scale scale;
        private final int width;
        private final long mask;
        private final long add;
        private final long top;

        Elements(Scale scale) {
            this.scale = scale;
            this.width = scale.encoding().bytes();
            int bits = 8 * width;
            long lane = bits == 64 ? -1L : (1L << bits) - 1;
            long one = Long.divideUnsigned(-1L, lane);
            this.mask = one * (lane >>> 1);
            this.add = one * ((lane >>> 1) - scale.greatest());
            this.top = ~mask;
        }

        @Override
        boolean catches(byte[] bytes, int from, int to) {
            long m = mask;
            long a = add;
            long seen = 0;
            int at = from;
            for (int end = to - 31; at < end; at += 32) {
                seen |= ((long) LONG.get(bytes, at) & m) + a;
                seen |= ((long) LONG.get(bytes, at + 8) & m) + a;
                seen |= ((long) LONG.get(bytes, at + 16) & m) + a;
                seen |= ((long) LONG.get(bytes, at + 24) & m) + a;
            }
            boolean caught = (seen & top) != 0;
            for (; at < to; at += width) {
                caught |= scale.isWrong(scale.encoding().bits(bytes, at, false));
            }
            return caught;
        }
    }

    /** Two 16-bit numbers side by side in each block. */
    private static final class Pairs extends Sieve {
        private final int offset;
        private final int stride;
        private final int add;

        Pairs(Scale first, Scale second, int stride) {
            this.offset = first.offset();
            this.stride = stride;
            this.add = (int) ((0x7FFF - first.greatest()) | ((0x7FFF - second.greatest()) << 16));
        }

        @Override
        boolean catches(byte[] bytes, int from, int to) {
            int a = add;
            int step = stride;
            int seen = 0;
            for (int at = from + offset; at < to; at += step) {
                seen |= ((int) INT.get(bytes, at) & 0x7FFF_7FFF) + a;
            }
            return (seen & 0x8000_8000) != 0;
        }
    }

    /** One 16-bit number in each block. */
    private static final class Halves extends Sieve {
        private final int offset;
        private final int stride;
        private final int add;

        Halves(Scale scale, int stride) {
            this.offset = scale.offset();
            this.stride = stride;
            this.add = (int) (0x7FFF - scale.greatest());
        }

        @Override
        boolean catches(byte[] bytes, int from, int to) {
            int a = add;
            int step = stride;
            int seen = 0;
            for (int at = from + offset; at < to; at += step) {
                seen |= ((short) SHORT.get(bytes, at) & 0x7FFF) + a;
            }
            return (seen & 0x8000) != 0;
        }
    }

    /** One 32-bit number in each block. */
    private static final class Floats extends Sieve {
        private final int offset;
        private final int stride;
        private final int add;

        Floats(Scale scale, int stride) {
            this.offset = scale.offset();
            this.stride = stride;
            this.add = (int) (0x7FFF_FFFF - scale.greatest());
        }

        @Override
        boolean catches(byte[] bytes, int from, int to) {
            int seen = 0;
            for (int at = from + offset; at < to; at += stride) {
                seen |= ((int) INT.get(bytes, at) & 0x7FFF_FFFF) + add;
            }
            return seen < 0;
        }
    }

    /** One byte in each block. */
    private static final class Exponents extends Sieve {
        private final int offset;
        private final int stride;
        private final int greatest;

        Exponents(Scale scale, int stride) {
            this.offset = scale.offset();
            this.stride = stride;
            this.greatest = (int) scale.greatest();
        }

        @Override
        boolean catches(byte[] bytes, int from, int to) {
            int seen = 0;
            for (int at = from + offset; at < to; at += stride) {
                seen |= greatest - (bytes[at] & 0xFF);
            }
            return seen < 0;
        }
    }

    /** Four bytes side by side in each block, each from 0 to 126. */
    private static final class FourBytes extends Sieve {
        private final int offset;
        private final int stride;
        private final int add;

        FourBytes(Scale first, int stride) {
            this.offset = first.offset();
            this.stride = stride;
            this.add = (int) (0x7F - first.greatest()) * 0x0101_0101;
        }

        @Override
        boolean catches(byte[] bytes, int from, int to) {
            int seen = 0;
            for (int at = from + offset; at < to; at += stride) {
                int four = (int) INT.get(bytes, at);
                seen |= four | ((four & 0x7F7F_7F7F) + add);
            }
            return (seen & 0x8080_8080) != 0;
        }
    }
}
