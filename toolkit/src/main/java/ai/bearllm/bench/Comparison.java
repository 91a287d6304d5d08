package ai.bearllm.bench;

import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.table.Tabular;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;

/**
 * Each pair of configurations compared by each metric.
 *
 * @param pairs the comparisons
 */
public record Comparison(List<Pair> pairs) implements Tabular {
    /** How ratios and their intervals are made, for the notes of tables and reports. */
    static final String METHOD =
            "Ratios are of runs in the same round, which alternated in random order: their Hodges-Lehmann"
                    + " estimate with its 95 % signed-rank interval. For two equal systems it excludes 1 in at most 5 % of cases.";

    public Comparison {
        pairs = List.copyOf(pairs);
    }

    /**
     * Two configurations by one metric.
     *
     * @param metric what was measured
     * @param first compared with {@code second}
     * @param second the one it is compared with
     * @param ratio first divided by second; empty where no round has both
     * @param interval 95 % interval of the ratio; empty for fewer than 6 rounds that have both
     * @param rounds how many rounds have both
     */
    public record Pair(
            Metric metric,
            Configuration first,
            Configuration second,
            Optional<Double> ratio,
            Optional<Interval> interval,
            int rounds) {
        /** What the measurement shows about {@code first}, against {@code second}. */
        public Verdict verdict() {
            if (interval.isEmpty()) {
                return Verdict.TOO_FEW_SAMPLES;
            }
            if (interval.get().holds(1)) {
                return Verdict.NO_DIFFERENCE_SHOWN;
            }
            boolean higher = interval.get().low() > 1;
            return higher == metric.higherIsFaster() ? Verdict.FASTER : Verdict.SLOWER;
        }

        /** The comparison as a sentence. */
        public String sentence() {
            String found = ratio.isEmpty()
                    ? "ratio unknown"
                    : "ratio " + digits(ratio.get()).toPlainString()
                            + interval.map(i -> " (" + digits(i.low()).toPlainString() + " to "
                                            + digits(i.high()).toPlainString() + ")")
                                    .orElse("");
            return first.label() + " against " + second.label() + ", " + metric.label() + ": " + found + ", "
                    + verdict().words() + ".";
        }
    }

    /** Four digits: ratios near 1 differ in the third. */
    private static BigDecimal digits(double value) {
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(4));
        return rounded.setScale(Math.max(0, rounded.scale() + 4 - rounded.precision()), RoundingMode.UNNECESSARY);
    }

    /** What a comparison shows. */
    public enum Verdict {
        /** The first is faster. */
        FASTER("faster"),
        /** The first is slower. */
        SLOWER("slower"),
        /** The measurement does not tell them apart; that does not prove them equal. */
        NO_DIFFERENCE_SHOWN("no difference shown"),
        /** Fewer than 6 rounds have both: nothing can be said. */
        TOO_FEW_SAMPLES("too few samples to tell");

        private final String words;

        Verdict(String words) {
            this.words = words;
        }

        /** The verdict in words. */
        public String words() {
            return words;
        }
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of("Comparison")
                .columns("first", "second", "metric", "first / second", "low", "high", "rounds", "the first is");
        pairs.forEach(pair -> sheet.row(
                pair.first().label(),
                pair.second().label(),
                pair.metric().label(),
                pair.ratio().map(Comparison::digits).orElse(null),
                pair.interval().map(i -> digits(i.low())).orElse(null),
                pair.interval().map(i -> digits(i.high())).orElse(null),
                pair.rounds(),
                pair.verdict().words()));
        if (pairs.isEmpty()) {
            return sheet.note("There is only one configuration: nothing to compare.")
                    .build();
        }
        sheet.note(METHOD);
        if (pairs.size() > 3) {
            sheet.note("Among " + pairs.size() + " comparisons of equal systems about "
                    + Math.max(1, Math.round(pairs.size() * 0.05)) + " would show a difference by chance.");
        }
        return sheet.build();
    }

    @Override
    public String toString() {
        return Shown.line(
                pairs.size() == 1
                        ? "comparison: " + pairs.get(0).sentence()
                        : "comparison: " + pairs.size() + " ratios");
    }
}
