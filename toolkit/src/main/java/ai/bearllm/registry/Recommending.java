package ai.bearllm.registry;

import ai.bearllm.machine.Machine;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.ModelCard;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Chooses one model for this machine: the largest that chats, fits into free memory and disk with its error bar, and answers at
 * the pace that people read; one that the catalog recommends before others.
 *
 * <p>The pace: a token costs about two operations a weight, and reading every weight once; a core of today gives about five
 * tokens a second of a model with a billion parameters in four bits, and people read about five tokens a second. So a core is
 * worth two billion parameters where the answer may come half as fast, and a graphics card that holds the whole model any number.
 */
final class Recommending {
    private static final long PARAMETERS_A_CORE = 2_000_000_000L;
    private static final double OF_GPU = 0.8;

    private final Registry registry;
    private final Fitting fitting;
    private final Machine machine;

    Recommending(Registry registry, Fitting fitting, Machine machine) {
        this.registry = registry;
        this.fitting = fitting;
        this.machine = machine;
    }

    /**
     * The choice.
     *
     * @param engines names of the engines that can run here, the default first
     * @throws BearException where no engine runs here, or nothing fits
     */
    Recommendation choose(List<String> engines) {
        if (engines.isEmpty()) {
            throw new BearException(
                    "No engine can run here, so no model can be recommended.", "bear.doctor() shows what each needs.");
        }
        int cores = machine.cores().usablePhysical().orElse(machine.cores().usable());
        Comparator<ModelCard> best = Comparator.<ModelCard, Boolean>comparing(
                        card -> card.tags().contains("recommended"))
                .thenComparing(card -> !card.tags().contains("test"))
                .thenComparing(ModelCard::parameters);
        ModelCard chosen = registry.known().cards().stream()
                .filter(card -> card.chat().kind() != ModelCard.Kind.BASE)
                .filter(card -> isQuick(card, cores))
                .filter(card -> fitting.quick(card).fits())
                .max(best)
                .orElseThrow(() -> new BearException(
                        "No model of the catalog is known to fit this machine now.",
                        "End other programs, or look at one: bear.model(\"bear-tiny\").fitsHere()."));
        Fit fit = fitting.quick(chosen);
        return new Recommendation(registry.model(chosen), why(chosen, fit, cores, engines.get(0)), fit);
    }

    private boolean isQuick(ModelCard card, int cores) {
        return card.parameters() <= cores * PARAMETERS_A_CORE || gpuFor(card).isPresent();
    }

    private Optional<Machine.Gpu> gpuFor(ModelCard card) {
        long bytes = card.file().totalBytes().orElse(Long.MAX_VALUE);
        return machine.gpus().stream()
                .filter(gpu -> gpu.memory().isPresent() && gpu.memory().get().bytes() * OF_GPU >= bytes)
                .findFirst();
    }

    private String why(ModelCard card, Fit fit, int cores, String engine) {
        String rank = card.tags().contains("recommended")
                ? "the catalog recommends it"
                : "it is the largest chat model that suits " + cores + (cores == 1 ? " core" : " cores");
        String memory = String.format(
                Locale.ROOT,
                "it needs about %s of the %s that are free",
                fit.memory().map(Fit.Range::expected).map(ByteSize::toString).orElse("an unknown part"),
                fit.available().map(ByteSize::toString).orElse("memory"));
        String gpu = gpuFor(card)
                .map(found -> ", the " + found.name() + " can hold it")
                .orElse("");
        return capital(rank) + ", " + memory + gpu + ", and " + engine + " runs it here.";
    }

    private static String capital(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
