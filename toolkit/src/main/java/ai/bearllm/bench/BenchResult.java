package ai.bearllm.bench;

import ai.bearllm.chart.Chart;
import ai.bearllm.chart.Figure;
import ai.bearllm.chart.IntervalChart;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.table.Tabular;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a benchmark measured, with everything that is needed to judge and to repeat it.
 *
 * @param plan what was to be measured; its seed gave prompts, order and bootstrap
 * @param environment where and when
 * @param samples every single run
 */
public record BenchResult(BenchPlan plan, Environment environment, Samples samples) implements Tabular {
    /** How medians and their intervals are made, for the notes of tables and reports. */
    static final String METHOD = "Each value is the median of its samples, low and high its 95 % bootstrap interval"
            + " (percentiles of 4,000 resamples); fewer than 5 samples have none.";

    /** The configurations that were measured, in the plan's order. */
    public List<Configuration> configurations() {
        return samples.list().stream().map(Sample::configuration).distinct().toList();
    }

    /** A metric of one configuration; empty where no sample has it. */
    public Optional<Estimate> estimate(Configuration configuration, Metric metric) {
        double[] values = byRound(configuration, metric).values().stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
        return values.length == 0 ? Optional.empty() : Optional.of(Statistics.estimate(values, plan.seed()));
    }

    /** Each pair of configurations compared by each metric. */
    public Comparison compare() {
        List<Configuration> all = configurations();
        List<Comparison.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            for (int j = i + 1; j < all.size(); j++) {
                for (Metric metric : Metric.values()) {
                    pairs.add(pair(metric, all.get(i), all.get(j)));
                }
            }
        }
        return new Comparison(pairs);
    }

    private Comparison.Pair pair(Metric metric, Configuration first, Configuration second) {
        Map<Integer, Double> ones = byRound(first, metric);
        Map<Integer, Double> others = byRound(second, metric);
        ones.keySet().retainAll(others.keySet());
        others.keySet().retainAll(ones.keySet());
        if (ones.isEmpty()) {
            return new Comparison.Pair(metric, first, second, Optional.empty(), Optional.empty(), 0);
        }
        Statistics.Ratio ratio = Statistics.ratio(
                ones.values().stream().mapToDouble(Double::doubleValue).toArray(),
                others.values().stream().mapToDouble(Double::doubleValue).toArray());
        return new Comparison.Pair(metric, first, second, Optional.of(ratio.value()), ratio.interval(), ones.size());
    }

    /** The counting samples' values that are known and positive, by round. */
    private TreeMap<Integer, Double> byRound(Configuration configuration, Metric metric) {
        TreeMap<Integer, Double> values = new TreeMap<>();
        for (Sample sample : samples.counting().list()) {
            double value = sample.value(metric).orElse(0);
            if (sample.configuration().equals(configuration) && value > 0) {
                values.put(sample.round(), value);
            }
        }
        return values;
    }

    /** What ran: the model's digest, the engine's build, every effective parameter, memory. */
    public Sheet details(Configuration configuration) {
        return ConfigurationSheet.of(
                configuration,
                samples.list().stream()
                        .filter(sample -> sample.configuration().equals(configuration))
                        .flatMap(sample -> sample.run().stream())
                        .toList());
    }

    /** How it was measured, in sentences. */
    public List<String> method() {
        return List.of(
                "Every configuration ran once to warm up, kept apart as round 0, and then once in each of "
                        + plan.rounds()
                        + " rounds. The order within a round was drawn anew each time, with seed " + plan.seed()
                        + ": whatever drifts over the session meets all alike.",
                "Each run had a new prompt of exactly " + plan.promptTokens()
                        + " tokens as the engine counts them, computed anew without any cache, and generated exactly "
                        + plan.generatedTokens() + " tokens, the likeliest one each time. A run that did otherwise is"
                        + " listed but does not count.",
                METHOD,
                Comparison.METHOD + " Fewer than 6 rounds have no interval.",
                "An interval tells how sure this measurement is of this machine on that day. It does not tell how another"
                        + " machine behaves.");
    }

    /** The generation rates with their intervals and samples. */
    public Figure chart() {
        return chart(Metric.GENERATION);
    }

    /**
     * A metric of all configurations with intervals and samples.
     *
     * @throws BearException where no sample has the metric
     */
    public Figure chart(Metric metric) {
        IntervalChart chart = Chart.intervals(
                        metric == Metric.FIRST_TOKEN ? "Time to first token" : capital(metric.label()) + " rate",
                        metric.label(),
                        metric.unit())
                .explained("Mark: median. Whisker: its 95 % interval. Rings: the samples. "
                        + (metric.higherIsFaster() ? "More is faster." : "Less is faster."));
        for (Configuration configuration : configurations()) {
            Optional<Estimate> estimate = estimate(configuration, metric);
            if (estimate.isPresent()) {
                chart = chart.point(new IntervalChart.Point(
                        configuration.engine(),
                        configuration.model().toString(),
                        estimate.get().median(),
                        estimate.get().interval().map(i -> new IntervalChart.Range(i.low(), i.high())),
                        List.copyOf(byRound(configuration, metric).values())));
            }
        }
        if (chart.points().isEmpty()) {
            throw new BearException(
                    "No sample of this benchmark tells the " + metric.label() + ".",
                    "Look at .samples() for the reasons.");
        }
        return chart.figure();
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of("Benchmark: " + plan.promptTokens() + " tokens in, " + plan.generatedTokens()
                        + " out, " + plan.rounds() + " rounds")
                .columns("model", "engine", "metric", "median", "low", "high", "unit", "samples");
        configurations().forEach(configuration -> addRows(sheet, configuration));
        sheet.note(METHOD);
        sheet.note("Order randomized within each round, seed " + plan.seed() + ".");
        List<Sample> excluded = samples.list().stream()
                .filter(sample -> sample.round() > 0 && !sample.counts())
                .toList();
        if (!excluded.isEmpty()) {
            sheet.note(excluded.size() + " of "
                    + samples.list().stream().filter(s -> s.round() > 0).count()
                    + " samples do not count; the first, "
                    + excluded.get(0).configuration().label() + ": "
                    + excluded.get(0).excluded().orElse("") + ". See .samples().");
        }
        configurations()
                .forEach(configuration -> configuration
                        .loaded()
                        .gpuFallback()
                        .ifPresent(why -> sheet.note(configuration.label() + " ran on the CPU: " + why)));
        return sheet.build();
    }

    private void addRows(Sheet.Builder sheet, Configuration configuration) {
        for (Metric metric : Metric.values()) {
            Optional<Estimate> estimate = estimate(configuration, metric);
            Optional<Interval> interval = estimate.flatMap(Estimate::interval);
            sheet.row(
                    configuration.model().toString(),
                    configuration.engine(),
                    metric.label(),
                    estimate.map(Estimate::median).orElse(null),
                    interval.map(Interval::low).orElse(null),
                    interval.map(Interval::high).orElse(null),
                    metric.unit(),
                    estimate.map(Estimate::samples).orElse(0));
        }
    }

    @Override
    public String toString() {
        int configurations = configurations().size();
        return Shown.line(
                "benchmark: " + configurations + (configurations == 1 ? " configuration, " : " configurations, ")
                        + samples.counting().list().size() + " samples, " + plan.promptTokens() + " tokens in, "
                        + plan.generatedTokens() + " out");
    }
}
