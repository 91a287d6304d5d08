package ai.bearllm.stores;

import ai.bearllm.model.PartName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Puts the files of one folder together to models: one file each, or the parts of a split one.
 *
 * @param name the model's name: a file's without its ending, a split one's without the part's number
 * @param parts in order
 * @param problem where parts are missing
 */
record Splits(String name, List<Path> parts, Optional<String> problem) {
    static List<Splits> of(List<Path> folder) {
        List<Splits> models = new ArrayList<>();
        Map<PartName, TreeMap<Integer, Path>> split = new LinkedHashMap<>();
        for (Path file : folder) {
            String name = String.valueOf(file.getFileName());
            String stem = name.replaceFirst("(?i)\\.gguf$", "");
            Optional<PartName> part = PartName.ofSeveral(stem + ".gguf");
            if (part.isPresent()) {
                split.computeIfAbsent(part.get().part(1), key -> new TreeMap<>())
                        .put(part.get().number(), file);
            } else {
                models.add(new Splits(stem, List.of(file), Optional.empty()));
            }
        }
        split.forEach((first, parts) -> models.add(split(first, parts)));
        return models;
    }

    private static Splits split(PartName first, TreeMap<Integer, Path> parts) {
        return new Splits(
                first.stem(),
                List.copyOf(parts.values()),
                parts.size() == first.count()
                        ? Optional.empty()
                        : Optional.of("of its " + first.count() + " parts only " + parts.size() + " are here"));
    }

    boolean isOne() {
        return parts.size() == 1 && problem.isEmpty();
    }
}
