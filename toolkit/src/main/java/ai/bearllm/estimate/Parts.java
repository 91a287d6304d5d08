package ai.bearllm.estimate;

import ai.bearllm.estimate.MemoryPart.Place;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufArray;
import ai.bearllm.gguf.GgufTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts the parts of an estimate together.
 *
 * <p>Source of what goes to a GPU: load_tensors of llama.cpp: the last so many layers with their cache; the output with one layer
 * more; the input never.
 */
final class Parts {
    private static final Pattern LAYER = Pattern.compile("blk\\.(\\d{1,4})\\..*");
    static final String COPIED = "Q4_0";
    private static final String NONSENSE = "the file's numbers are out of range";
    /** A worker with llama.cpp's library and nothing loaded: measured as 68.2 to 68.5 MB, java-llama.cpp 4.2.0 on JDK 17. */
    static final long WORKER = 68_300_000;
    /** What Java and the engine take more as soon as there is a model, whichever: measured as 32.6 to 33.5 MB. */
    static final long ENGINE = 33_000_000;
    /** For each token and merge of a vocabulary: measured as 215 to 255 on five. */
    static final long ENTRY = 250;
    /** While a token is chosen, for each of the vocabulary. */
    private static final long CHOICE = 12;

    private final Gguf gguf;
    private final MemoryOptions options;
    private final Cache cache;
    private final long contextTokens;
    private final long usedTokens;
    private final long layers;
    private final List<MemoryPart> parts = new ArrayList<>();

    Parts(Gguf gguf, long contextTokens, long usedTokens, MemoryOptions options) {
        this.gguf = gguf;
        this.options = options;
        this.cache = new Cache(gguf, contextTokens, options);
        this.contextTokens = contextTokens;
        this.usedTokens = usedTokens;
        this.layers = gguf.blockCount().orElse(0);
    }

    List<MemoryPart> all() {
        weights();
        repacked();
        cache();
        compute();
        output();
        overhead();
        return parts;
    }

    private boolean usesGpu() {
        return options.gpuLayers() > 0;
    }

    private boolean isOnGpu(long layer) {
        return layer >= Math.max(0, layers - options.gpuLayers());
    }

    private boolean isOutputOnGpu() {
        return layers > 0 && options.gpuLayers() > layers;
    }

    private void weights() {
        if (gguf.tensors().isEmpty()) {
            parts.add(MemoryPart.unknown("weights", Place.CPU, "the file holds no weights"));
            return;
        }
        long gpu = 0;
        boolean tied = gguf.tensor("output.weight").isEmpty();
        for (GgufTensor tensor : gguf.tensors()) {
            Matcher layer = LAYER.matcher(tensor.name());
            boolean last =
                    tensor.name().startsWith("output") || (tied && tensor.name().equals("token_embd.weight"));
            boolean there = layer.matches() ? isOnGpu(Long.parseLong(layer.group(1))) : last && isOutputOnGpu();
            gpu += usesGpu() && there ? tensor.bytes() : 0;
        }
        boolean copied = tied && isOutputOnGpu();
        long table = gguf.tensor("token_embd.weight").map(GgufTensor::bytes).orElse(0L);
        long cpu = gguf.tensorBytes() - gpu + (copied ? table : 0);
        parts.add(MemoryPart.known("weights", Place.CPU, cpu, "sum of the tensors' bytes, mapped from the file"));
        if (usesGpu()) {
            parts.add(MemoryPart.known(
                    "weights",
                    Place.GPU,
                    gpu,
                    "tensors of the last " + Math.min(options.gpuLayers(), layers) + " layers"
                            + (isOutputOnGpu() ? " and the output" : "")));
        }
    }

    /**
     * Matrices that the engine copies in an order that the processor multiplies faster, while the file stays mapped.
     *
     * <p>Source: ggml-cpu-aarch64.cpp of llama.cpp b4916, which does it on x86-64 with AVX2 too; measured.
     */
    private void repacked() {
        long bytes = 0;
        for (GgufTensor tensor : gguf.tensors()) {
            Matcher layer = LAYER.matcher(tensor.name());
            boolean there = layer.matches() ? usesGpu() && isOnGpu(Long.parseLong(layer.group(1))) : isOutputOnGpu();
            boolean matrix = tensor.dimensions().size() >= 2
                    && !tensor.name().equals("token_embd.weight")
                    && tensor.dimensions().get(1) % 8 == 0;
            if (matrix && !there && tensor.type().name().equals(COPIED)) {
                bytes += tensor.bytes();
            }
        }
        if (bytes > 0) {
            parts.add(copies(bytes));
        }
    }

    static MemoryPart copies(long bytes) {
        return MemoryPart.known(
                MemoryEstimate.REPACKED,
                Place.CPU,
                bytes,
                COPIED + " matrices, copied in another order; the file's own pages can be dropped then");
    }

    private void cache() {
        try {
            long cpu = 0;
            long gpu = 0;
            List<Long> perLayer = cache.perLayer();
            for (int layer = 0; layer < perLayer.size(); layer++) {
                if (usesGpu() && isOnGpu(layer)) {
                    gpu = Math.addExact(gpu, perLayer.get(layer));
                } else {
                    cpu = Math.addExact(cpu, perLayer.get(layer));
                }
            }
            String basis = "layers x tokens x heads x length, " + options.keyType() + " and " + options.valueType()
                    + (options.windowed() ? ", in windows" : "");
            parts.add(MemoryPart.known("cache", Place.CPU, cpu, basis));
            if (usesGpu()) {
                parts.add(MemoryPart.known("cache", Place.GPU, gpu, "the same, of the layers there"));
            }
        } catch (Unknown e) {
            unknown("cache", e.why());
        } catch (ArithmeticException e) {
            unknown("cache", NONSENSE);
        }
    }

    private void unknown(String name, String why) {
        parts.add(MemoryPart.unknown(name, Place.CPU, why));
        if (usesGpu()) {
            parts.add(MemoryPart.unknown(name, Place.GPU, why));
        }
    }

    private void compute() {
        try {
            Network network = Network.of(gguf);
            Compute compute = new Compute(network, contextTokens, cache.tokens(), options);
            long reserved = compute.reserved();
            long touched = Math.addExact(compute.touched(usedTokens), CHOICE * network.vocabulary());
            boolean whole = isOutputOnGpu();
            parts.add(
                    whole
                            ? MemoryPart.known("compute", Place.CPU, compute.inputs(), "what goes into the network")
                            : MemoryPart.reserving(
                                    "compute",
                                    Place.CPU,
                                    touched,
                                    reserved,
                                    "the largest results of one step " + when() + ", by measured formula"));
            if (usesGpu()) {
                parts.add(MemoryPart.known(
                        "compute", Place.GPU, reserved, "as the engine reserves it; not measured on a GPU"));
            }
        } catch (Unknown e) {
            unknown("compute", e.why());
        } catch (ArithmeticException e) {
            unknown("compute", NONSENSE);
        }
    }

    private String when() {
        return usedTokens == contextTokens ? "with a full context" : "with " + usedTokens + " tokens in the context";
    }

    private void output() {
        try {
            long bytes = Math.multiplyExact(4, Network.vocabulary(gguf));
            parts.add(MemoryPart.known("output", Place.CPU, bytes, "one number for each token of the vocabulary"));
        } catch (Unknown e) {
            parts.add(MemoryPart.unknown("output", Place.CPU, e.why()));
        } catch (ArithmeticException e) {
            parts.add(MemoryPart.unknown("output", Place.CPU, NONSENSE));
        }
    }

    private void overhead() {
        long entries = gguf.vocabularySize().orElse(0);
        Optional<GgufArray> merges = gguf.metadata().array("tokenizer.ggml.merges");
        entries = entries > 1 << 30 ? 0 : entries + merges.map(GgufArray::size).orElse(0L);
        parts.add(engine(entries));
        parts.add(worker());
    }

    static MemoryPart engine(long entries) {
        return MemoryPart.known(
                "engine",
                Place.CPU,
                ENGINE + ENTRY * entries,
                "measured: with any model, and " + ENTRY + " bytes a token and merge");
    }

    static MemoryPart worker() {
        return MemoryPart.known(
                MemoryEstimate.WORKER, Place.CPU, WORKER, "measured: the worker process before it has a model");
    }
}
