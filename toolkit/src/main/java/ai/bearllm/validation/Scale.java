package ai.bearllm.validation;

import ai.bearllm.gguf.GgmlType;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A floating point number that stands in every block of a type: a scale, or a minimum; where elements stand alone, the element.
 *
 * @param name as ggml names it
 * @param offset of its first byte in the block
 * @param encoding how it is written
 * @param greatest the greatest magnitude, see {@link Encoding}, that a sane model can have there
 */
record Scale(String name, int offset, Encoding encoding, long greatest) {
    /**
     * The greatest 16-bit floating point number. Engines on graphics processors convert weights to it, so a block whose scale
     * lets a weight exceed it cannot come from a working model.
     */
    private static final double LARGEST_WEIGHT = 65_504;

    /**
     * Single elements are more than weights: tables of rotation factors hold 1e30 to switch frequencies off. Beyond this
     * limit, 2^100, nothing known is meant.
     */
    private static final double LARGEST_ELEMENT = 0x1p100;

    /**
     * What each type holds. Sub-block scales that are integers multiply these and cannot be wrong by themselves.
     *
     * <p>Source: the structures and dequantization of ggml-common.h and ggml-quants.c as of llama_cpp_python 0.3.36 (MIT). The
     * last number is the largest factor between the scale and a weight there.
     */
    private static final Map<String, List<Scale>> BY_TYPE = Map.ofEntries(
            Map.entry("F32", element(Encoding.F32)),
            Map.entry("F16", element(Encoding.F16)),
            Map.entry("BF16", element(Encoding.BF16)),
            Map.entry("F64", element(Encoding.F64)),
            Map.entry("Q1_0", List.of(half("d", 0, 1))),
            Map.entry("Q2_0", List.of(half("d", 0, 2))),
            Map.entry("Q4_0", List.of(half("d", 0, 8))),
            Map.entry("Q4_1", List.of(half("d", 0, 15), half("m", 2, 1))),
            Map.entry("Q5_0", List.of(half("d", 0, 16))),
            Map.entry("Q5_1", List.of(half("d", 0, 31), half("m", 2, 1))),
            Map.entry("Q8_0", List.of(half("d", 0, 128))),
            // The second is d times the sum of 32 quants: infinite only where weights exceed 2,000.
            Map.entry("Q8_1", List.of(half("d", 0, 128), half("s", 2, 1))),
            Map.entry("Q2_K", List.of(half("d", 80, 15 * 3), half("dmin", 82, 15))),
            Map.entry("Q3_K", List.of(half("d", 108, 32 * 4))),
            Map.entry("Q4_K", List.of(half("d", 0, 63 * 15), half("dmin", 2, 63))),
            Map.entry("Q5_K", List.of(half("d", 0, 63 * 31), half("dmin", 2, 63))),
            Map.entry("Q6_K", List.of(half("d", 208, 128 * 32))),
            Map.entry("Q8_K", List.of(scale("d", 0, Encoding.F32, 128))),
            Map.entry("IQ1_S", List.of(half("d", 0, 17))),
            Map.entry("IQ1_M", List.of(scale("d", 48, Encoding.SPLIT_F16, 17))),
            Map.entry("IQ2_XXS", List.of(half("d", 0, 167))),
            Map.entry("IQ2_XS", List.of(half("d", 0, 167))),
            Map.entry("IQ2_S", List.of(half("d", 0, 167))),
            Map.entry("IQ3_XXS", List.of(half("d", 0, 481))),
            Map.entry("IQ3_S", List.of(half("d", 0, 465))),
            Map.entry("IQ4_NL", List.of(half("d", 0, 127))),
            Map.entry("IQ4_XS", List.of(half("d", 0, 32 * 127))),
            Map.entry("TQ1_0", List.of(half("d", 52, 1))),
            Map.entry("TQ2_0", List.of(half("d", 64, 2))),
            Map.entry("MXFP4", List.of(scale("e", 0, Encoding.E8M0, 6))),
            Map.entry(
                    "NVFP4",
                    List.of(
                            scale("d[0]", 0, Encoding.UE4M3, 6),
                            scale("d[1]", 1, Encoding.UE4M3, 6),
                            scale("d[2]", 2, Encoding.UE4M3, 6),
                            scale("d[3]", 3, Encoding.UE4M3, 6))));

    /** The scales of a type, by offset; none where its blocks are whole numbers, or the type is not known here. */
    static List<Scale> of(GgmlType type) {
        return BY_TYPE.getOrDefault(type.name(), List.of());
    }

    /** Whether a number with these bits cannot come from a working model, finite or not. */
    boolean isWrong(long bits) {
        return encoding.magnitude(bits) > greatest;
    }

    /** The limit in words. */
    String limit() {
        String least = encoding == Encoding.E8M0 || encoding == Encoding.UE4M3 ? "from 0 to" : "a magnitude of at most";
        return String.format(Locale.ROOT, "%s %.4g", least, encoding.value(greatest));
    }

    private static List<Scale> element(Encoding encoding) {
        return List.of(new Scale("value", 0, encoding, encoding.greatestMagnitude(LARGEST_ELEMENT)));
    }

    private static Scale half(String name, int offset, int factor) {
        return scale(name, offset, Encoding.F16, factor);
    }

    private static Scale scale(String name, int offset, Encoding encoding, int factor) {
        return new Scale(name, offset, encoding, encoding.greatestMagnitude(LARGEST_WEIGHT / factor));
    }
}
