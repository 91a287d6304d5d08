package ai.bearllm.usage;

import ai.bearllm.chart.Chart;
import ai.bearllm.chart.Charted;
import ai.bearllm.chart.Figure;
import ai.bearllm.chart.IntervalChart;
import ai.bearllm.chart.IntervalChart.Point;
import ai.bearllm.chart.IntervalChart.Range;
import ai.bearllm.model.Sheet;
import ai.bearllm.store.Row;
import ai.bearllm.table.Tabular;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How fast models generated as time went by, and whether that drifts: a query that reads at each call. The time from the first
 * run to the last is cut into twelve equal periods.
 */
public final class RateHistory implements Tabular, Charted {
    private static final int PERIODS = 12;
    private static final int CHARTED = 24;

    private final Usage usage;
    private final Filter filter;

    RateHistory(Usage usage, Filter filter) {
        this.usage = usage;
        this.filter = filter;
    }

    /**
     * The runs of one model on one engine in one period.
     *
     * @param model the model's id
     * @param engine the engine's name
     * @param begin start of the first of these runs
     * @param runs how many measured a rate
     * @param low a quarter of them was slower, in tokens per second
     * @param median half of them were slower
     * @param high a quarter of them was faster
     */
    public record Period(
            String model, String engine, Instant begin, long runs, double low, double median, double high) {
        /** Standard error of the median, from the middle half, as of a normal distribution. */
        double error() {
            return 1.2533 * (high - low) / 1.349 / Math.sqrt((double) runs);
        }
    }

    /** The periods of each model and engine, in the order of time. */
    public List<Period> list() {
        Filter.Condition condition = filter.onRuns();
        String sql = """
                with rated as (select model, engine, epoch_us(started_at) as micros, decode_tokens_per_second as rate from runs
                    where decode_tokens_per_second is not null and %s),
                bounds as (select min(micros) as first, max(micros) + 1 as past from rated)
                select model, engine, (micros - first) * %d // (past - first) as period, make_timestamptz(min(micros)) as begin,
                    count(*) as runs, quantile_cont(rate, [0.25, 0.5, 0.75]) as quantiles
                from rated, bounds group by model, engine, period order by model, engine, period
                """.formatted(condition.sql(), PERIODS);
        return usage.ask(database -> database.query(sql, RateHistory::period, condition.and()));
    }

    private static Period period(Row row) {
        List<?> quantiles = row.value("quantiles", List.class).orElseThrow();
        return new Period(
                row.string("model").orElseThrow(),
                row.string("engine").orElseThrow(),
                row.instant("begin").orElseThrow(),
                row.whole("runs").orElseThrow(),
                number(quantiles.get(0)),
                number(quantiles.get(1)),
                number(quantiles.get(2)));
    }

    private static double number(Object value) {
        return ((Number) value).doubleValue();
    }

    /** Each model's drift on each engine: its latest period with at least ten runs against its first. */
    public List<RateDrift> drifts() {
        return drifts(list());
    }

    private static List<RateDrift> drifts(List<Period> periods) {
        return byKey(periods).values().stream().map(RateDrift::of).toList();
    }

    private static Map<List<String>, List<Period>> byKey(List<Period> periods) {
        Map<List<String>, List<Period>> groups = new LinkedHashMap<>();
        for (Period period : periods) {
            groups.computeIfAbsent(List.of(period.model(), period.engine()), key -> new java.util.ArrayList<>())
                    .add(period);
        }
        return groups;
    }

    @Override
    public Sheet sheet() {
        List<RateDrift> drifts = drifts();
        Sheet.Builder sheet = Sheet.of("Rate over time" + filter.words())
                .columns("model", "engine", "runs", "since")
                .column("then", "tokens/s")
                .column("now", "tokens/s")
                .column("change", "%")
                .columns("drift");
        for (RateDrift drift : drifts) {
            sheet.row(
                    drift.model(),
                    drift.engine(),
                    drift.runs(),
                    drift.since(),
                    drift.then(),
                    drift.now(),
                    Cells.of(drift.changePercent()),
                    Cells.of(drift.verdict()));
        }
        sheet.note(
                drifts.isEmpty()
                        ? "No run measured a rate yet."
                        : "Medians of the first and the last period with at least ten runs. A drift is a change of at least 5 %"
                                + " and of three standard errors; other settings, engines' builds and other work on the"
                                + " machine count too.");
        return sheet.build();
    }

    /** The periods of the models that ran most: median, and where the middle half lies. */
    @Override
    public Optional<Figure> figure() {
        List<Period> all = list();
        IntervalChart chart = Chart.intervals("Rate over time" + filter.words(), "generation", "tokens/s")
                .explained("Mark: median of a period's runs. Line: where the middle half of them lies.");
        List<List<Period>> groups = byKey(all).values().stream()
                .sorted((a, b) -> Long.compare(runs(b), runs(a)))
                .toList();
        for (List<Period> group : groups) {
            if (!chart.points().isEmpty() && chart.points().size() + group.size() > CHARTED) {
                break;
            }
            for (Period period : group) {
                chart = chart.point(new Point(
                        period.model() + ", " + period.engine(),
                        Sheet.format(period.begin()).substring(0, 10),
                        period.median(),
                        Optional.of(new Range(period.low(), period.high())),
                        List.of()));
            }
        }
        return chart.points().isEmpty() ? Optional.empty() : Optional.of(chart.figure());
    }

    private static long runs(List<Period> periods) {
        return periods.stream().mapToLong(Period::runs).sum();
    }

    @Override
    public String toString() {
        return ai.bearllm.model.Shown.line("rate over time" + filter.words() + "; show() prints it");
    }
}
