package ai.bearllm.estimate;

import ai.bearllm.estimate.MemoryPart.Place;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.ModelShape;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * How much memory a loaded model takes at its highest, part by part, each with its basis. What cannot be computed is named and
 * left out of no total: then there is none.
 *
 * <p>It is resident memory, as the system counts it for the process that holds the model. Weights are mapped from the file, and
 * the system may drop and read them again. How near it comes to measurements stands in {@code data/memory-forecast.md}.
 *
 * @param contextTokens the context that it is for
 * @param usedTokens tokens that the conversation has by then: the whole context, where nothing else is asked
 * @param options how the model will be loaded
 * @param parts each part
 */
public record MemoryEstimate(long contextTokens, long usedTokens, MemoryOptions options, List<MemoryPart> parts)
        implements Shown {
    /** The part that a worker takes before it has a model. */
    static final String WORKER = "worker";

    /** Copies of weights in another order; the file's own pages can then be dropped. */
    static final String REPACKED = "repacked";

    private static final int LONGEST_CONTEXT = 1 << 28;

    public MemoryEstimate {
        parts = List.copyOf(parts);
    }

    /** For the toolkit's default engine, without a GPU. */
    public static MemoryEstimate of(Gguf gguf, long contextTokens) {
        return of(gguf, contextTokens, MemoryOptions.DEFAULT);
    }

    /**
     * For a model that is loaded so, when its context is full.
     *
     * @param contextTokens 1 to 268435456
     */
    public static MemoryEstimate of(Gguf gguf, long contextTokens, MemoryOptions options) {
        return of(gguf, contextTokens, options, contextTokens);
    }

    /**
     * For a model that is loaded so, when its conversation has reached so many tokens; 1 for one that was just loaded.
     *
     * @param contextTokens 1 to 268435456
     * @param usedTokens 1 to {@code contextTokens}
     */
    public static MemoryEstimate of(Gguf gguf, long contextTokens, MemoryOptions options, long usedTokens) {
        require(contextTokens, usedTokens);
        return new MemoryEstimate(
                contextTokens, usedTokens, options, new Parts(gguf, contextTokens, usedTokens, options).all());
    }

    /**
     * For a model whose file is not here, with the toolkit's default engine and without a GPU.
     *
     * @param fileBytes the file's size; where it is unknown, so is the estimate
     * @param quantization of most of its tensors, for example {@code Q4_K_M}
     */
    public static MemoryEstimate of(ModelShape shape, OptionalLong fileBytes, String quantization, long contextTokens) {
        require(contextTokens, contextTokens);
        return new MemoryEstimate(
                contextTokens,
                contextTokens,
                MemoryOptions.DEFAULT,
                new ShapeParts(shape, fileBytes, quantization, contextTokens).all());
    }

    private static void require(long contextTokens, long usedTokens) {
        if (contextTokens < 1 || contextTokens > LONGEST_CONTEXT) {
            throw new IllegalArgumentException(
                    "a context has 1 to " + LONGEST_CONTEXT + " tokens but was to have " + contextTokens);
        }
        if (usedTokens < 1 || usedTokens > contextTokens) {
            throw new IllegalArgumentException(
                    "of " + contextTokens + " tokens 1 to all can be used but were to be " + usedTokens);
        }
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

    /** Bytes that the model itself takes, without a worker's own; empty where a part is unknown. */
    public OptionalLong modelBytes() {
        return sum(parts.stream().filter(part -> !part.name().equals(WORKER)).toList());
    }

    /** Bytes of a worker before it has a model; empty only where there is no such part. */
    public OptionalLong workerBytes() {
        return bytesOf(WORKER);
    }

    /**
     * Bytes of main memory that must be free for it to run well: without the pages of the file whose weights were copied, which
     * the system drops when it needs the room; empty where a part is unknown.
     */
    public OptionalLong neededBytes() {
        OptionalLong all = cpuBytes();
        return all.isEmpty()
                ? all
                : OptionalLong.of(all.getAsLong() - bytesOf(REPACKED).orElse(0));
    }

    /** Bytes that the engine asks the system for, in both places together; empty where a part is unknown. */
    public OptionalLong reservedBytes() {
        return parts.stream().anyMatch(part -> part.reservedBytes().isEmpty())
                ? OptionalLong.empty()
                : OptionalLong.of(parts.stream()
                        .mapToLong(part -> part.reservedBytes().orElse(0))
                        .reduce(0, MemoryEstimate::added));
    }

    private static long added(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
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
        OptionalLong reserved = reservedBytes();
        OptionalLong total = totalBytes();
        if (reserved.isPresent() && total.isPresent() && reserved.getAsLong() > total.getAsLong()) {
            sheet.note("The engine reserves " + size(reserved) + ", part of which is never touched.");
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
