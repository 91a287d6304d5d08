package ai.bearllm.registry;

import ai.bearllm.estimate.ErrorBar;
import ai.bearllm.estimate.MemoryEstimate;
import ai.bearllm.estimate.MemoryOptions;
import ai.bearllm.estimate.MemoryPart;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.machine.Disk;
import ai.bearllm.machine.Machine;
import ai.bearllm.machine.Memory;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.ModelCard;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Holds models against this machine, as it was read once: memory with its limits, disk, and what loads here have taught. */
final class Fitting {
    private final Library library;
    private final Memory memory;
    private final Disk disk;
    private final ErrorBar bar;

    Fitting(Library library, Memory memory, Disk disk, ErrorBar bar) {
        this.library = library;
        this.memory = memory;
        this.disk = disk;
        this.bar = bar;
    }

    /** The context that a session on this model gets where nobody says otherwise. */
    static int usualContext(ModelCard card) {
        return Math.min(ModelCard.USUAL_CONTEXT, card.contextTokens());
    }

    /** By the catalog's form of the network: no file is opened. */
    Fit quick(ModelCard card) {
        int context = usualContext(card);
        return judge(
                card, context, ofShape(card, context), library.standing(card).state());
    }

    /** By the file where it is here, else by the catalog's form; with a look at the graphics cards. */
    Fit whole(ModelCard card, int context, List<Machine.Gpu> gpus) {
        Library.Standing standing = library.standing(card);
        Optional<Gguf> gguf = Optional.empty();
        if (standing.state() == ModelState.DOWNLOADED) {
            gguf = Optional.of(Gguf.read(standing.file()));
        }
        Optional<MemoryEstimate> estimate =
                gguf.map(file -> MemoryEstimate.of(file, context)).or(() -> ofShape(card, context));
        Fit fit = judge(card, context, estimate, standing.state());
        List<String> reasons = new ArrayList<>(fit.reasons());
        gguf.ifPresent(file -> gpus.forEach(gpu -> reasons.add(onGpu(file, context, gpu))));
        return new Fit(fit.model(), context, fit.verdict(), fit.memory(), fit.available(), fit.total(), reasons);
    }

    private static Optional<MemoryEstimate> ofShape(ModelCard card, int context) {
        return card.shape()
                .map(shape -> MemoryEstimate.of(shape, card.file().totalBytes(), card.quantization(), context));
    }

    private static String onGpu(Gguf gguf, int context, Machine.Gpu gpu) {
        if (gpu.memory().isEmpty()) {
            return "How much memory the " + gpu.name() + " has is unknown.";
        }
        OptionalLong needed = MemoryEstimate.of(gguf, context, MemoryOptions.DEFAULT.withEveryLayerOnGpu())
                .gpuBytes();
        if (needed.isEmpty()) {
            return "What it would need of the " + gpu.name() + " is unknown.";
        }
        ByteSize size = new ByteSize(needed.getAsLong());
        boolean fits = size.compareTo(gpu.memory().get()) <= 0;
        return "All layers need " + size + " of the " + gpu.name() + ", which has "
                + gpu.memory().get() + ": " + (fits ? "they fit." : "only some of them fit.");
    }

    private Fit judge(ModelCard card, int context, Optional<MemoryEstimate> estimate, ModelState state) {
        List<String> reasons = new ArrayList<>();
        boolean noRoom = state != ModelState.DOWNLOADED && lacksDisk(card, reasons);
        Optional<Fit.Range> range = estimate.flatMap(this::range);
        if (range.isEmpty()) {
            reasons.add(estimate.map(Fitting::unknown)
                    .orElse("The catalog does not say the form of its network; download it, or ask"
                            + " bear.model(\"...\").memory(4096), which looks into its file."));
        }
        Fit.Verdict verdict = range.map(need -> byMemory(need, reasons)).orElse(Fit.Verdict.UNKNOWN);
        return new Fit(
                card.id(),
                context,
                noRoom ? Fit.Verdict.DOES_NOT_FIT : verdict,
                range,
                memory.available(),
                memory.total(),
                reasons);
    }

    private boolean lacksDisk(ModelCard card, List<String> reasons) {
        Optional<ByteSize> size = card.file().size();
        if (size.isEmpty() || disk.free().isEmpty() || disk.free().get().compareTo(size.get()) > 0) {
            return false;
        }
        reasons.add("Its file has " + size.get() + ", and " + disk.free().get() + " of the disk are free.");
        return true;
    }

    private static String unknown(MemoryEstimate estimate) {
        MemoryPart part = estimate.unknown().get(0);
        return "Its " + part.name() + " cannot be computed: " + part.basis() + ".";
    }

    Optional<Fit.Range> range(MemoryEstimate estimate) {
        OptionalLong needed = estimate.neededBytes();
        OptionalLong own = estimate.workerBytes();
        if (needed.isEmpty() || own.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(range(needed.getAsLong(), own.getAsLong()));
    }

    /**
     * A forecast with the error bar that was learned here.
     *
     * @param neededBytes what must be free, the worker's own memory included
     * @param workerBytes the worker's own, which is known
     */
    Fit.Range range(long neededBytes, long workerBytes) {
        double model = neededBytes - workerBytes;
        return new Fit.Range(
                size(workerBytes + model * bar.low()),
                size(workerBytes + model * bar.middle()),
                size(workerBytes + model * bar.high()),
                bar.basis());
    }

    /** Whether so much memory is here now. */
    Fit.Verdict verdict(Fit.Range need) {
        return byMemory(need, new ArrayList<>());
    }

    /** What of the memory could be used now; empty where the system does not tell. */
    Optional<ByteSize> free() {
        return memory.available();
    }

    private static ByteSize size(double bytes) {
        return new ByteSize(Math.max(0, Math.round(bytes)));
    }

    private Fit.Verdict byMemory(Fit.Range need, List<String> reasons) {
        if (memory.available().isEmpty() || memory.total().isEmpty()) {
            reasons.add("This system does not tell how much memory is free.");
            return Fit.Verdict.UNKNOWN;
        }
        ByteSize free = memory.available().get();
        ByteSize all = memory.total().get();
        String whose = memory.limit().isPresent() ? "this container may use" : "this machine has";
        if (need.low().compareTo(all) > 0) {
            reasons.add("It needs at least " + need.low() + ", and " + whose + " " + all + " in all.");
            return Fit.Verdict.DOES_NOT_FIT;
        }
        if (need.high().compareTo(free) <= 0) {
            reasons.add("It needs at most " + need.high() + ", and " + free + " are free.");
            return Fit.Verdict.FITS;
        }
        reasons.add("It needs " + need.low() + " to " + need.high() + ", and " + free + " of the " + all + " that "
                + whose + " are free: take a shorter context, or end other programs.");
        return Fit.Verdict.TIGHT;
    }
}
