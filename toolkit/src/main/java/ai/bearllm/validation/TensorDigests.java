package ai.bearllm.validation;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sha256;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.table.Tabular;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The SHA-256 of each tensor's bytes in a file, padding not included, so that a tensor has the same in every file that holds it
 * in the same byte order.
 */
public final class TensorDigests implements Tabular {
    private final Path file;
    private final Map<String, Entry> entries;

    /**
     * One tensor.
     *
     * @param type as ggml names it
     * @param bytes its length in the file
     */
    record Entry(String type, long bytes, Sha256 sha256) {}

    TensorDigests(Path file, Map<String, Entry> entries) {
        this.file = file;
        this.entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    /** The digest of the tensor with this name; empty where there is none. */
    public Optional<Sha256> of(String tensor) {
        return Optional.ofNullable(entries.get(tensor)).map(Entry::sha256);
    }

    /** The digests by name, in the file's order. */
    public Map<String, Sha256> all() {
        Map<String, Sha256> all = new LinkedHashMap<>();
        entries.forEach((name, entry) -> all.put(name, entry.sha256));
        return Collections.unmodifiableMap(all);
    }

    /** The names of the tensors that another file has otherwise, or that only one of the two has. */
    public List<String> differing(TensorDigests other) {
        List<String> names = new ArrayList<>();
        entries.forEach((name, entry) -> {
            if (!entry.equals(other.entries.get(name))) {
                names.add(name);
            }
        });
        other.entries.keySet().stream()
                .filter(name -> !entries.containsKey(name))
                .forEach(names::add);
        return List.copyOf(names);
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of(toString()).columns("tensor", "type", "size", "SHA-256");
        entries.forEach((name, entry) -> sheet.row(name, entry.type, new ByteSize(entry.bytes), entry.sha256.hex()));
        return sheet.build();
    }

    /** One line: how many there are, and of which file. */
    @Override
    public String toString() {
        return Shown.line("digests of " + entries.size() + " tensors of " + file.getFileName());
    }
}
