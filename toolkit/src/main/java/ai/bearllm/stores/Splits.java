package ai.bearllm.stores;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts the files of one folder together to models: one file each, or the parts of a split one.
 *
 * <p>Source: llama.cpp's gguf-split names parts {@code NAME-00001-of-00003.gguf}.
 *
 * @param name the model's name: a file's without its ending, a split one's without the part's number
 * @param parts in order
 * @param problem where parts are missing
 */
record Splits(String name, List<Path> parts, Optional<String> problem) {
    private static final Pattern PART = Pattern.compile("(.+)-([0-9]{5})-of-([0-9]{5})\\.(?i:gguf)", Pattern.DOTALL);

    static List<Splits> of(List<Path> folder) {
        List<Splits> models = new ArrayList<>();
        Map<String, TreeMap<Integer, Path>> split = new LinkedHashMap<>();
        for (Path file : folder) {
            String name = String.valueOf(file.getFileName());
            Matcher part = PART.matcher(name);
            if (part.matches() && !part.group(3).equals("00001")) {
                split.computeIfAbsent(part.group(1) + "-of-" + part.group(3), key -> new TreeMap<>())
                        .put(Integer.valueOf(part.group(2)), file);
            } else {
                models.add(new Splits(name.replaceFirst("(?i)\\.gguf$", ""), List.of(file), Optional.empty()));
            }
        }
        split.forEach((key, parts) -> models.add(split(key, parts)));
        return models;
    }

    private static Splits split(String key, TreeMap<Integer, Path> parts) {
        int at = key.lastIndexOf("-of-");
        int count = Integer.parseInt(key.substring(at + 4));
        boolean whole = parts.size() == count && parts.firstKey() == 1 && parts.lastKey() == count;
        return new Splits(
                key.substring(0, at),
                List.copyOf(parts.values()),
                whole
                        ? Optional.empty()
                        : Optional.of("of its " + count + " parts only " + parts.size() + " are here"));
    }

    boolean isOne() {
        return parts.size() == 1 && problem.isEmpty();
    }
}
