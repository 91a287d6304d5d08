package ai.bearllm.gguf;

import ai.bearllm.gguf.Finding.Severity;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Names a file's quantization. The tensors decide: what a file says about itself can be wrong, or a converter's guess.
 *
 * <p>Source of the mixtures and of what stands in for a type whose block does not fit a row: llama.cpp's quantizer.
 */
final class Quantization {
    private static final Map<String, String> STAND_INS = Map.of(
            "Q4_K", "Q5_0",
            "Q5_K", "Q5_1",
            "Q6_K", "Q8_0",
            "TQ1_0", "Q4_0",
            "TQ2_0", "Q4_0",
            "Q2_K", "IQ4_NL",
            "Q3_K", "IQ4_NL");

    /** Elements by type in all tensors. */
    private final Map<String, Long> all = new LinkedHashMap<>();
    /** Elements by type in the matrices of the layers, where the file has any: embeddings are often kept finer. */
    private final Map<String, Long> layers = new LinkedHashMap<>();

    private final OptionalLong declared;

    private Quantization(Gguf gguf) {
        for (GgufTensor tensor : gguf.tensorsInPlace()) {
            String type = tensor.type().name();
            all.merge(type, tensor.elements(), Long::sum);
            if (tensor.name().startsWith("blk.") && tensor.dimensions().size() > 1) {
                layers.merge(type, tensor.elements(), Long::sum);
            }
        }
        if (layers.isEmpty()) {
            layers.putAll(all);
        }
        declared = gguf.metadata().integer("general.file_type");
    }

    /** The name; empty where there are no tensors. */
    static Optional<String> of(Gguf gguf) {
        Quantization quantization = new Quantization(gguf);
        return quantization
                .fileType()
                .filter(quantization::isBorneOut)
                .map(FileType::name)
                .or(quantization::mixture);
    }

    /** The same file, with a finding more where the tensors are not what the file says. */
    static Gguf checked(Gguf gguf) {
        Quantization quantization = new Quantization(gguf);
        if (quantization.declared.isEmpty() || quantization.all.isEmpty()) {
            return gguf;
        }
        return quantization.disagreement().map(gguf::with).orElse(gguf);
    }

    private Optional<FileType> fileType() {
        return declared.isPresent() ? FileType.of(declared.getAsLong()) : Optional.empty();
    }

    private boolean isBorneOut(FileType type) {
        return layers.containsKey(type.mainType()) || layers.containsKey(standIn(type));
    }

    private static String standIn(FileType type) {
        return STAND_INS.getOrDefault(type.mainType(), type.mainType().startsWith("IQ") ? "IQ4_NL" : "");
    }

    private Optional<Finding> disagreement() {
        String most = main().orElse("");
        String found = "general.file_type is " + Long.toUnsignedString(declared.orElse(0));
        Optional<FileType> type = fileType();
        if (type.isEmpty()) {
            return Optional.of(finding(
                    Severity.NOTE, found + ", which is unknown, and most weights are " + most, "a known number"));
        }
        found += " (" + type.get().name() + ")";
        if (!isBorneOut(type.get())) {
            return Optional.of(finding(
                    Severity.WARNING,
                    found + ", but no tensor is " + type.get().mainType() + " and most weights are " + most,
                    "the type of most weights"));
        }
        boolean fits = most.equals(type.get().mainType()) || most.equals(standIn(type.get()));
        return fits
                ? Optional.empty()
                : Optional.of(
                        finding(Severity.NOTE, found + ", but most weights are " + most, "the type of most weights"));
    }

    private static Finding finding(Severity severity, String found, String limit) {
        return Finding.of(
                severity,
                "file-type",
                found,
                limit,
                "what is known about this quantization does not hold for the file");
    }

    private Optional<String> main() {
        return layers.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }

    /** What llama.cpp calls a file of these types. */
    private Optional<String> mixture() {
        return main().map(main -> main + suffix(main));
    }

    private String suffix(String main) {
        boolean hasFinerOutput = layers.size() == 1 && main.endsWith("_K") && all.containsKey("Q6_K");
        return switch (main) {
            case "Q2_K" -> layers.containsKey("Q4_K") && !layers.containsKey("Q3_K") ? "_S" : "";
            case "Q3_K" ->
                layers.containsKey("Q4_K") ? "_M" : layers.containsKey("Q5_K") ? "_L" : small(hasFinerOutput);
            case "Q4_K" -> layers.containsKey("Q6_K") ? "_M" : small(hasFinerOutput || layers.containsKey("Q5_K"));
            case "Q5_K" -> layers.containsKey("Q6_K") ? "_M" : small(hasFinerOutput);
            default -> "";
        };
    }

    private static String small(boolean isMixture) {
        return isMixture ? "_S" : "";
    }
}
