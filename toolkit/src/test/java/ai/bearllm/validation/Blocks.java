package ai.bearllm.validation;

import ai.bearllm.gguf.GgmlType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Blocks of every type, sound and broken, written from ggml's structures and without a look at the code under test.
 */
final class Blocks {
    private Blocks() {}

    /** How a number is written. */
    enum Form {
        F16,
        BF16,
        F32,
        F64,
        E8M0,
        UE4M3,
        /** The upper four bits of four 16-bit words, lowest first. */
        IQ1M
    }

    /** A number in a block. */
    record Field(String type, int offset, Form form) {
        /** Bit patterns that are not finite. */
        List<Long> nonFinite() {
            return switch (form) {
                case F16, IQ1M -> List.of(0x7C00L, 0xFC00L, 0x7E00L, 0x7C01L, 0xFFFFL);
                case BF16 -> List.of(0x7F80L, 0xFF80L, 0x7FC0L, 0x7F81L, 0xFFFFL);
                case F32 -> List.of(0x7F80_0000L, 0xFF80_0000L, 0x7FC0_0000L, 0x7F80_0001L, 0xFFFF_FFFFL);
                case F64 ->
                    List.of(
                            0x7FF0_0000_0000_0000L,
                            0xFFF0_0000_0000_0000L,
                            0x7FF8_0000_0000_0000L,
                            0x7FF0_0000_0000_0001L,
                            -1L);
                case E8M0 -> List.of(0xFFL);
                case UE4M3 -> List.of(0x7FL, 0xFFL);
            };
        }

        /** Bit patterns at the edges of what is finite. */
        List<Long> finite() {
            return switch (form) {
                case F16, IQ1M -> List.of(0L, 0x8000L, 1L, 0x7BFFL, 0xFBFFL, 0x3C00L);
                case BF16 -> List.of(0L, 0x8000L, 1L, 0x7F7FL, 0xFF7FL, 0x3F80L);
                case F32 -> List.of(0L, 0x8000_0000L, 1L, 0x7F7F_FFFFL, 0xFF7F_FFFFL);
                case F64 -> List.of(0L, Long.MIN_VALUE, 1L, 0x7FEF_FFFF_FFFF_FFFFL, 0xFFEF_FFFF_FFFF_FFFFL);
                case E8M0 -> List.of(0L, 1L, 127L, 254L);
                case UE4M3 -> List.of(0L, 1L, 0x38L, 0x7EL);
            };
        }

        void put(byte[] bytes, int block, long bits, ByteOrder order) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order);
            int at = block + offset;
            switch (form) {
                case F16, BF16 -> buffer.putShort(at, (short) bits);
                case F32 -> buffer.putInt(at, (int) bits);
                case F64 -> buffer.putLong(at, bits);
                case E8M0, UE4M3 -> buffer.put(at, (byte) bits);
                case IQ1M -> {
                    for (int i = 0; i < 4; i++) {
                        int kept = buffer.getShort(at + 2 * i) & 0x0FFF;
                        buffer.putShort(at + 2 * i, (short) (kept | (int) (((bits >> (4 * i)) & 0xF) << 12)));
                    }
                }
            }
        }

        @Override
        public String toString() {
            return type + " at " + offset;
        }
    }

    /** Every number of every type whose blocks hold floating point numbers. */
    static List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        Stream.of(
                        "Q1_0 0",
                        "Q2_0 0",
                        "Q4_0 0",
                        "Q4_1 0",
                        "Q4_1 2",
                        "Q5_0 0",
                        "Q5_1 0",
                        "Q5_1 2",
                        "Q8_0 0",
                        "Q8_1 0",
                        "Q8_1 2",
                        "Q2_K 80",
                        "Q2_K 82",
                        "Q3_K 108",
                        "Q4_K 0",
                        "Q4_K 2",
                        "Q5_K 0",
                        "Q5_K 2",
                        "Q6_K 208",
                        "IQ1_S 0",
                        "IQ2_XXS 0",
                        "IQ2_XS 0",
                        "IQ2_S 0",
                        "IQ3_XXS 0",
                        "IQ3_S 0",
                        "IQ4_NL 0",
                        "IQ4_XS 0",
                        "TQ1_0 52",
                        "TQ2_0 64",
                        "F16 0")
                .map(text -> text.split(" "))
                .forEach(words -> fields.add(new Field(words[0], Integer.parseInt(words[1]), Form.F16)));
        fields.add(new Field("BF16", 0, Form.BF16));
        fields.add(new Field("F32", 0, Form.F32));
        fields.add(new Field("F64", 0, Form.F64));
        fields.add(new Field("Q8_K", 0, Form.F32));
        fields.add(new Field("IQ1_M", 48, Form.IQ1M));
        fields.add(new Field("MXFP4", 0, Form.E8M0));
        for (int i = 0; i < 4; i++) {
            fields.add(new Field("NVFP4", i, Form.UE4M3));
        }
        return fields;
    }

    static GgmlType type(String name) {
        return GgmlType.all().stream()
                .filter(type -> type.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Blocks of random bytes whose numbers are finite. */
    static byte[] sound(GgmlType type, int blocks, ByteOrder order, Random random) {
        byte[] bytes = new byte[blocks * type.blockBytes()];
        random.nextBytes(bytes);
        List<Field> ours = fields().stream()
                .filter(field -> field.type.equals(type.name()))
                .toList();
        for (int block = 0; block < bytes.length; block += type.blockBytes()) {
            for (Field field : ours) {
                long bits = random.nextInt(4) == 0
                        ? field.finite().get(random.nextInt(field.finite().size()))
                        : usual(field.form, random);
                field.put(bytes, block, bits, order);
            }
        }
        return bytes;
    }

    private static long usual(Form form, Random random) {
        float value = (float) (random.nextGaussian() * 0.01);
        return switch (form) {
            // Exponents 2 to 12: about 0.0001 to 0.1.
            case F16, IQ1M -> ((2L + random.nextInt(11)) << 10) | random.nextInt(1024) | (random.nextInt(2) << 15);
            case BF16 -> Float.floatToRawIntBits(value) >>> 16;
            case F32 -> Integer.toUnsignedLong(Float.floatToRawIntBits(value));
            case F64 -> Double.doubleToRawLongBits(value);
            case E8M0 -> 110 + random.nextInt(20);
            case UE4M3 -> random.nextInt(0x7F);
        };
    }
}
