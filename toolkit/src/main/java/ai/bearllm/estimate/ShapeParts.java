package ai.bearllm.estimate;

import ai.bearllm.estimate.MemoryPart.Place;
import ai.bearllm.model.ModelShape;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The parts of an estimate for a model whose file is not here: of the form of its network and the size of its file. All layers
 * are alike in such a form, so nothing is unknown but the size.
 */
final class ShapeParts {
    private static final String BASIS = "the catalog's form of the network";
    /** Bits of a weight in the table of tokens and in the output, which are quantized on their own: Q4_0 and Q6_K. */
    private static final double TABLE_BYTES = 0.5625;

    private static final double OUTPUT_BYTES = 0.8203125;
    private static final int F16 = 2;

    private final ModelShape shape;
    private final OptionalLong fileBytes;
    private final String quantization;
    private final long contextTokens;

    ShapeParts(ModelShape shape, OptionalLong fileBytes, String quantization, long contextTokens) {
        this.shape = shape;
        this.fileBytes = fileBytes;
        this.quantization = quantization;
        this.contextTokens = contextTokens;
    }

    List<MemoryPart> all() {
        List<MemoryPart> parts = new ArrayList<>();
        long cells = (contextTokens + 31) / 32 * 32;
        if (fileBytes.isPresent()) {
            parts.add(MemoryPart.known("weights", Place.CPU, fileBytes.getAsLong(), "the file's size, mapped"));
            if (quantization.equalsIgnoreCase(Parts.COPIED)) {
                parts.add(Parts.copies(matrices(fileBytes.getAsLong())));
            }
        } else {
            parts.add(MemoryPart.unknown("weights", Place.CPU, "nobody has said how large the file is"));
        }
        try {
            Network network = Network.of(shape);
            Compute compute = new Compute(network, contextTokens, cells, MemoryOptions.DEFAULT);
            long touched = compute.touched(contextTokens);
            parts.add(MemoryPart.known(
                    "cache", Place.CPU, Math.multiplyExact(cells, shape.cacheBytesPerToken(F16)), BASIS + ", F16"));
            parts.add(
                    MemoryPart.reserving("compute", Place.CPU, touched, compute.reserved(), BASIS + ", full context"));
        } catch (Unknown e) {
            parts.add(MemoryPart.unknown("cache", Place.CPU, e.why()));
            parts.add(MemoryPart.unknown("compute", Place.CPU, e.why()));
        } catch (ArithmeticException e) {
            parts.add(MemoryPart.unknown("compute", Place.CPU, "its numbers are out of range"));
        }
        parts.add(MemoryPart.known("output", Place.CPU, 4L * shape.vocabularySize(), BASIS));
        parts.add(Parts.engine(shape.vocabularySize()));
        parts.add(Parts.worker());
        return parts;
    }

    /** What is left of the file without the two tables of tokens. */
    private long matrices(long file) {
        double table = (double) shape.vocabularySize() * shape.embeddingLength();
        return Math.max(0, file - Math.round(table * (TABLE_BYTES + OUTPUT_BYTES)));
    }
}
