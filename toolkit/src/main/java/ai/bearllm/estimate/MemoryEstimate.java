package ai.bearllm.estimate;

import ai.bearllm.estimate.MemoryPart.Place;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * How much memory a model will take when it is loaded, part by part, each with its basis. What cannot be computed is named and
 * left out of no total: then there is none.
 *
 * <p>It is what an engine asks for. How much of it is touched at once depends on the conversation; weights are mapped from the
 * file, and the system may drop and read them again.
 *
 * @param contextTokens the context that it is for
 * @param options how the model will be loaded
 * @param parts each part
 */
public record MemoryEstimate(long contextTokens, MemoryOptions options, List<MemoryPart> parts) implements Shown {
    private static final int LONGEST_CONTEXT = 1 << 28;

    public MemoryEstimate {
        parts = List.copyOf(parts);
    }

    /** For the toolkit's default engine, without a GPU. */
    public static MemoryEstimate of(Gguf gguf, long contextTokens) {
        return of(gguf, contextTokens, MemoryOptions.DEFAULT);
    }

    /**
     * For a model that is loaded so.
     *
     * @param contextTokens 1 to 268435456
     */
    public static MemoryEstimate of(Gguf gguf, long contextTokens, MemoryOptions options) {
        if (contextTokens < 1 || contextTokens > LONGEST_CONTEXT) {
            throw new IllegalArgumentException(
                    "a context has 1 to " + LONGEST_CONTEXT + " tokens but was to have " + contextTokens);
        }
        return new MemoryEstimate(contextTokens, options, new Parts(gguf, contextTokens, options).all());
    }

    /** Bytes of all parts together; empty where one of them is unknown. */
    public OptionalLong totalBytes() {
        return sum(parts);
    }

    /** Bytes of main memory; empty where a part of it is unknown. */
    public OptionalLong cpuBytes() {
        return sum(of(Place.CPU));
    }

    /** Bytes of a GPU's own memory, 0 without one; empty where a part of it is unknown. */
    public OptionalLong gpuBytes() {
        return sum(of(Place.GPU));
    }

    private List<MemoryPart> of(Place place) {
        return parts.stream().filter(part -> part.place() == place).toList();
    }

    private static OptionalLong sum(List<MemoryPart> parts) {
        long sum = 0;
        for (MemoryPart part : parts) {
            if (part.bytes().isEmpty() || part.bytes().getAsLong() > Long.MAX_VALUE - sum) {
                return OptionalLong.empty();
            }
            sum += part.bytes().getAsLong();
        }
        return OptionalLong.of(sum);
    }

    /** Bytes of the part with this name, in both places together; empty where there is none or it is unknown. */
    public OptionalLong bytesOf(String name) {
        List<MemoryPart> named =
                parts.stream().filter(part -> part.name().equals(name)).toList();
        return named.isEmpty() ? OptionalLong.empty() : sum(named);
    }

    /** The parts that could not be computed: their basis says why. */
    public List<MemoryPart> unknown() {
        return parts.stream().filter(part -> part.bytes().isEmpty()).toList();
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of(toString()).columns("part", "where", "size", "basis");
        for (MemoryPart part : parts) {
            sheet.row(
                    part.name(),
                    part.place() == Place.CPU ? "main memory" : "GPU",
                    size(part.bytes()).isEmpty()
                            ? null
                            : new ByteSize(part.bytes().getAsLong()),
                    part.basis());
        }
        for (MemoryPart part : unknown()) {
            sheet.note("Unknown: " + part.name() + ", because " + part.basis() + ".");
        }
        if (options.gpuLayers() > 0) {
            sheet.note("Main memory " + words(cpuBytes()) + ", GPU " + words(gpuBytes()) + ".");
        }
        return sheet.build();
    }

    private static String size(OptionalLong bytes) {
        return bytes.isPresent() ? new ByteSize(bytes.getAsLong()).toString() : "";
    }

    private static String words(OptionalLong bytes) {
        return bytes.isPresent() ? size(bytes) : "unknown";
    }

    /** For example {@code 380 MB for a context of 4096 tokens}; {@code memory unknown} where a part is. */
    @Override
    public String toString() {
        List<String> missing = new ArrayList<>();
        unknown().forEach(part -> missing.add(part.name()));
        return Shown.line(
                totalBytes().isPresent()
                        ? size(totalBytes()) + " for a context of " + contextTokens + " tokens"
                        : "memory unknown for a context of " + contextTokens + " tokens: "
                                + String.join(", ", missing));
    }
}
