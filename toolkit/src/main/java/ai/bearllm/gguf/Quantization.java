package ai.bearllm.gguf;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Names a file's quantization. The tensors decide: what a file says about itself can be wrong, or a converter's guess. */
final class Quantization {
    private Quantization() {}

    static Optional<String> of(Gguf gguf) {
        Map<String, Long> elements = new LinkedHashMap<>();
        for (GgufTensor tensor : gguf.tensorsInPlace()) {
            elements.merge(tensor.type().name(), tensor.elements(), Long::sum);
        }
        OptionalLong declared = gguf.metadata().integer("general.file_type");
        Optional<FileType> fileType = declared.isPresent() ? FileType.of(declared.getAsLong()) : Optional.empty();
        return fileType.filter(type -> elements.containsKey(type.mainType()))
                .map(FileType::name)
                .or(() -> elements.entrySet().stream()
                        .max(Map.Entry.comparingByValue())
                        .map(Map.Entry::getKey));
    }
}
