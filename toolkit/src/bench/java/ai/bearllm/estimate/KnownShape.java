package ai.bearllm.estimate;

import java.util.List;

/**
 * The shape of a model: what its memory depends on.
 *
 * <p>Source: the {@code config.json} of the original models on the Hugging Face Hub; the types of the tensors by llama.cpp's
 * {@code llama_tensor_get_type} of December 2023, when these files were made.
 *
 * @param name the catalog's short name for it
 * @param quantization {@code Q4_K_M}, {@code Q4_K_S} or {@code Q4_0}
 * @param layers blocks
 * @param width numbers for a token
 * @param inner width of the feed-forward network
 * @param heads of attention
 * @param keyValueHeads for keys and values
 * @param vocabulary tokens
 * @param context tokens that it was made for
 */
record KnownShape(
        String name,
        String quantization,
        int layers,
        int width,
        int inner,
        int heads,
        int keyValueHeads,
        int vocabulary,
        int context) {
    /** The five models of the catalog's beginning. */
    static final List<KnownShape> CATALOG = List.of(
            new KnownShape("tinyllama", "Q4_K_M", 22, 2048, 5632, 32, 4, 32000, 2048),
            new KnownShape("phi-2", "Q4_K_S", 32, 2560, 10240, 32, 32, 51200, 2048),
            new KnownShape("mistral-7b", "Q4_K_M", 32, 4096, 14336, 32, 8, 32000, 32768),
            new KnownShape("llama-2-7b", "Q4_K_M", 32, 4096, 11008, 32, 32, 32000, 4096),
            new KnownShape("llama-2-13b", "Q4_0", 40, 5120, 13824, 40, 40, 32000, 4096));

    static KnownShape named(String name) {
        return CATALOG.stream()
                .filter(shape -> shape.name.equals(name))
                .findFirst()
                .orElseThrow();
    }

    boolean isPhi2() {
        return name.equals("phi-2");
    }

    /** Source: {@code llama_ftype} in llama.h. */
    int fileType() {
        return switch (quantization) {
            case "Q4_0" -> 2;
            case "Q4_K_S" -> 14;
            default -> 15;
        };
    }

    /** The type of a tensor. */
    String type(String tensor, int layer) {
        if (tensor.equals("output")) {
            return "Q6_K";
        }
        return switch (quantization) {
            case "Q4_0" -> "Q4_0";
            case "Q4_K_S" -> tensor.equals("ffn_down") && layer < layers / 8 ? "Q5_K" : "Q4_K";
            default -> (tensor.equals("attn_v") || tensor.equals("ffn_down")) && usesMoreBits(layer) ? "Q6_K" : "Q4_K";
        };
    }

    /** The first and last eighth of the layers, and every third between. */
    private boolean usesMoreBits(int layer) {
        return layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;
    }
}
