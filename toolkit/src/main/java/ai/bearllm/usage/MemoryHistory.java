package ai.bearllm.usage;

import ai.bearllm.chart.Chart;
import ai.bearllm.chart.Charted;
import ai.bearllm.chart.Figure;
import ai.bearllm.chart.IntervalChart;
import ai.bearllm.chart.IntervalChart.Point;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.store.Row;
import ai.bearllm.table.Tabular;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Memory that was predicted for loads, against what was then seen: a query that reads at each call. */
public final class MemoryHistory implements Tabular, Charted {
    private static final int CHARTED = 10;
    private static final double MEGA = 1e6;

    private final Usage usage;
    private final Filter filter;

    MemoryHistory(Usage usage, Filter filter) {
        this.usage = usage;
        this.filter = filter;
    }

    /**
     * The loads of one model on one engine with one context.
     *
     * @param model the model's id
     * @param engine the engine's name
     * @param contextTokens the context; empty where unknown
     * @param loads how many
     * @param predictedBytes median of the predictions; empty where there was none
     * @param measuredBytes median of what was seen; empty where the system did not tell
     */
    public record Comparison(
            String model,
            String engine,
            OptionalInt contextTokens,
            long loads,
            OptionalLong predictedBytes,
            OptionalLong measuredBytes) {
        /** The prediction against what was seen, in percent of that; positive where too much was predicted. */
        Optional<Double> errorPercent() {
            return predictedBytes.isEmpty() || measuredBytes.orElse(0) == 0
                    ? Optional.empty()
                    : Optional.of(100.0
                            * (predictedBytes.getAsLong() - measuredBytes.getAsLong())
                            / measuredBytes.getAsLong());
        }
    }

    /** The comparisons, the most frequent first. */
    public List<Comparison> list() {
        Filter.Condition condition = filter.on("memory_observations", "observed_at");
        String sql = """
                select model, engine, context_tokens, count(*) as loads, median(predicted_bytes)::bigint as predicted,
                    median(coalesce(peak_bytes, anonymous_bytes + file_mapped_bytes))::bigint as measured
                from memory_observations where %s group by model, engine, context_tokens
                order by loads desc, model, engine, context_tokens
                """.formatted(condition.sql());
        return usage.ask(database -> database.query(sql, MemoryHistory::comparison, condition.and()));
    }

    /** The single observations, the newest first. */
    public List<MemoryObservation> observations() {
        Filter.Condition condition = filter.on("memory_observations", "observed_at");
        return usage.ask(database -> database.query(
                "select * from memory_observations where " + condition.sql() + " order by observed_at desc, id",
                MemoryTable::observation,
                condition.and()));
    }

    private static Comparison comparison(Row row) {
        return new Comparison(
                row.string("model").orElseThrow(),
                row.string("engine").orElseThrow(),
                row.integer("context_tokens"),
                row.whole("loads").orElseThrow(),
                row.whole("predicted"),
                row.whole("measured"));
    }

    @Override
    public Sheet sheet() {
        List<Comparison> comparisons = list();
        Sheet.Builder sheet = Sheet.of("Memory predicted and seen" + filter.words())
                .columns("model", "engine", "context", "loads", "predicted", "seen")
                .column("error", "%");
        comparisons.forEach(comparison -> sheet.row(
                comparison.model(),
                comparison.engine(),
                Cells.of(comparison.contextTokens()),
                comparison.loads(),
                size(comparison.predictedBytes()),
                size(comparison.measuredBytes()),
                comparison.errorPercent().orElse(null)));
        if (comparisons.isEmpty()) {
            sheet.note("No load was observed yet.");
        }
        return sheet.build();
    }

    private static @Nullable Object size(OptionalLong bytes) {
        return bytes.isEmpty() ? null : new ByteSize(bytes.getAsLong());
    }

    @Override
    public Optional<Figure> figure() {
        IntervalChart chart = Chart.intervals("Memory predicted and seen" + filter.words(), "memory", "MB");
        for (Comparison one : list().stream().limit(CHARTED).toList()) {
            OptionalInt context = one.contextTokens();
            String label = one.model() + (context.isEmpty() ? "" : ", " + context.getAsInt() + " tokens");
            chart = added(chart, "predicted", label + ", " + one.engine(), one.predictedBytes());
            chart = added(chart, "seen", label + ", " + one.engine(), one.measuredBytes());
        }
        return chart.points().isEmpty() ? Optional.empty() : Optional.of(chart.figure());
    }

    private static IntervalChart added(IntervalChart chart, String series, String label, OptionalLong bytes) {
        return bytes.isEmpty()
                ? chart
                : chart.point(new Point(series, label, bytes.getAsLong() / MEGA, Optional.empty(), List.of()));
    }

    @Override
    public String toString() {
        return ai.bearllm.model.Shown.line("memory predicted and seen" + filter.words() + "; show() prints it");
    }
}
