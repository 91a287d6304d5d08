package ai.bearllm.estimate;

import java.util.List;
import java.util.Locale;

/**
 * How far a forecast of memory may be off, learned from the loads that were measured on this machine.
 *
 * <p>The rule: with m = measured / forecast of each load, both without the worker's own memory, the logarithms of m are taken
 * together with those of {@value #PRIOR_LOADS} imagined loads that met the forecast to within {@value #PRIOR_SPREAD} (one standard
 * deviation), which is what the models of {@code data/memory-forecast.md} came to. Their mean moves the forecast, and two of their
 * standard deviations to each side are the bar. So the first loads here change little, the tenth a lot. The newest
 * {@value #MOST_LOADS} count; a load that was off by more than a factor of four was of something else and does not.
 *
 * @param loads how many measured loads it was learned from; 0 where it rests on the benchmark alone
 * @param low what the least is, as a factor of the forecast
 * @param middle what is expected
 * @param high what the most is
 */
public record ErrorBar(int loads, double low, double middle, double high) {
    /** Loads that the benchmark counts for. */
    static final int PRIOR_LOADS = 6;

    /** Standard deviation of the logarithm of measured / forecast in the benchmark, rounded up. */
    static final double PRIOR_SPREAD = 0.05;

    /** Older ones may be of another version of the engine. */
    public static final int MOST_LOADS = 50;

    /** Below so many bytes of forecast Java's own noise, some megabytes, says more than the model; such loads teach nothing. */
    public static final long LEAST_BYTES = 64_000_000;

    private static final double FARTHEST = 4;

    /**
     * The bar after these loads.
     *
     * @param ratios measured / forecast of each load, the newest last
     */
    public static ErrorBar of(List<Double> ratios) {
        List<Double> logs = ratios.stream()
                .skip(Math.max(0, ratios.size() - MOST_LOADS))
                .filter(ratio -> ratio > 1 / FARTHEST && ratio < FARTHEST)
                .map(Math::log)
                .toList();
        int all = logs.size() + PRIOR_LOADS;
        double mean = logs.stream().mapToDouble(Double::doubleValue).sum() / all;
        double squares = PRIOR_LOADS * (PRIOR_SPREAD * PRIOR_SPREAD + mean * mean)
                + logs.stream().mapToDouble(log -> (log - mean) * (log - mean)).sum();
        double spread = Math.sqrt(squares / all);
        return new ErrorBar(logs.size(), Math.exp(mean - 2 * spread), Math.exp(mean), Math.exp(mean + 2 * spread));
    }

    /** In words: how far, and from what. */
    public String basis() {
        String width = String.format(Locale.ROOT, "%+.0f to %+.0f %%", 100 * (low - 1), 100 * (high - 1));
        return width
                + (loads == 0
                        ? ", from the toolkit's benchmark: nothing was measured here yet"
                        : ", from " + loads + (loads == 1 ? " load" : " loads")
                                + " measured here and the toolkit's benchmark");
    }
}
