package ai.bearllm.validation;

import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.model.Status;
import ai.bearllm.table.Tabular;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What differs between two GGUF files.
 *
 * @param a the one
 * @param b the other
 * @param isIdentical whether the files are equal byte for byte
 * @param format differences of the format that leave the content alone: version, byte order, alignment, order of the tensors,
 *     bytes between them; in words
 * @param keys the metadata that differ, in the order of {@code a}, then of {@code b}
 * @param tensors the tensors that differ, likewise
 * @param sameTensors how many tensors are equal in both
 */
public record Diff(
        Path a,
        Path b,
        boolean isIdentical,
        List<String> format,
        List<KeyChange> keys,
        List<TensorChange> tensors,
        int sameTensors)
        implements Tabular {
    public Diff {
        format = List.copyOf(format);
        keys = List.copyOf(keys);
        tensors = List.copyOf(tensors);
    }

    /** How something in {@code b} stands to the same in {@code a}. */
    public enum Kind {
        /** Only {@code b} has it. */
        ADDED,
        /** Only {@code a} has it. */
        REMOVED,
        /** Stored in another type. */
        TYPE,
        /** Of another shape. */
        SHAPE,
        /** Of another value or content. */
        CONTENT,
        /** Not comparable: the files are of different byte order, and the type's blocks hold numbers of several bytes. */
        UNKNOWN;

        private Status status() {
            String word = this == CONTENT ? "changed" : name().toLowerCase(Locale.ROOT);
            return this == UNKNOWN ? Status.neutral(word) : Status.warning(word);
        }
    }

    /**
     * A metadata key that differs.
     *
     * @param key the key
     * @param kind how it differs
     * @param before its value in {@code a}, shortened; empty where there is none
     * @param after its value in {@code b}, shortened; empty where there is none
     */
    public record KeyChange(String key, Kind kind, String before, String after) {}

    /**
     * A tensor that differs.
     *
     * @param tensor its name
     * @param kind how it differs
     * @param before type and shape in {@code a}; empty where there is none
     * @param after type and shape in {@code b}; empty where there is none
     * @param blocks how many blocks, or elements where they stand alone, it has; empty unless its content was compared
     * @param differing how many of them differ; empty unless its content was compared
     * @param largest the largest difference between two elements; empty unless the tensors are of floating point numbers, not
     *     quantized, and finite where they differ
     */
    public record TensorChange(
            String tensor,
            Kind kind,
            String before,
            String after,
            OptionalLong blocks,
            OptionalLong differing,
            OptionalDouble largest) {
        static TensorChange of(String tensor, Kind kind, String before, String after) {
            return new TensorChange(
                    tensor, kind, before, after, OptionalLong.empty(), OptionalLong.empty(), OptionalDouble.empty());
        }

        private String content() {
            if (differing.isEmpty()) {
                return "";
            }
            String share = differing.getAsLong() + " of " + blocks.orElse(0) + " differ";
            return largest.isEmpty()
                    ? share
                    : share + String.format(Locale.ROOT, ", by at most %.3g", largest.getAsDouble());
        }
    }

    /** Whether both hold the same metadata and tensors, wherever they stand in the files. */
    public boolean isSame() {
        return keys.isEmpty() && tensors.isEmpty();
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of(toString())
                .columns(
                        "what",
                        "name",
                        "difference",
                        name(a),
                        name(a).equals(name(b)) ? name(b) + " (2)" : name(b),
                        "content");
        keys.forEach(
                change -> sheet.row("metadata", change.key, change.kind.status(), change.before, change.after, ""));
        tensors.forEach(change -> sheet.row(
                "tensor", change.tensor, change.kind.status(), change.before, change.after, change.content()));
        format.forEach(sheet::note);
        if (tensors.stream().anyMatch(change -> change.kind == Kind.UNKNOWN)) {
            sheet.note(
                    "Unknown: the files are of different byte order, and only plain numbers are compared across it.");
        }
        return sheet.note(sameTensors + " tensors are equal in both.").build();
    }

    private static String name(Path path) {
        Path last = path.getFileName();
        return (last == null ? path : last).toString();
    }

    /** One line: the verdict. */
    @Override
    public String toString() {
        if (isIdentical) {
            return "identical, byte for byte";
        }
        return Shown.line(
                isSame()
                        ? "same content, other bytes: " + format.size() + " differences of format"
                        : "different: " + keys.size() + " metadata keys, " + tensors.size() + " tensors; " + sameTensors
                                + " tensors are equal");
    }
}
