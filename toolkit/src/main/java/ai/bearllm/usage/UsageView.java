package ai.bearllm.usage;

import ai.bearllm.chart.Chart;
import ai.bearllm.chart.Charted;
import ai.bearllm.chart.Figure;
import ai.bearllm.chart.IntervalChart;
import ai.bearllm.chart.IntervalChart.Point;
import ai.bearllm.chart.IntervalChart.Range;
import ai.bearllm.model.BearException;
import ai.bearllm.model.RunRecord;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.store.Database;
import ai.bearllm.store.Recovery;
import ai.bearllm.table.Tabular;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs that were recorded, newest first: a query, immutable, that reads at each call. Every method that reads throws a
 * {@link BearException} where the database cannot be had, which says what to do.
 */
public final class UsageView implements Tabular, Charted {
    private static final int SHOWN = 20;
    private static final int CHARTED_RUNS = 20_000;
    private static final int CHARTED_MODELS = 6;

    private final Usage usage;
    private final Filter filter;
    private final int limit;
    private final boolean slowest;

    private UsageView(Usage usage, Filter filter, int limit, boolean slowest) {
        this.usage = usage;
        this.filter = filter;
        this.limit = limit;
        this.slowest = slowest;
    }

    static UsageView newest(Usage usage) {
        return new UsageView(usage, Filter.ALL, SHOWN, false);
    }

    private UsageView with(Filter other) {
        return new UsageView(usage, other, limit, slowest);
    }

    /** At most so many runs instead of twenty. */
    public UsageView newest(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("count must be at least 1 but was " + count);
        }
        return new UsageView(usage, filter, count, slowest);
    }

    /** Only runs that failed. */
    public UsageView failures() {
        return with(filter.onlyFailed());
    }

    /** Those that took the longest, the longest first. */
    public UsageView slowest() {
        return new UsageView(usage, filter, limit, true);
    }

    /**
     * Only runs of this model.
     *
     * @param name its id, with or without quantization and commit, or its name without the provider
     */
    public UsageView model(String name) {
        return with(filter.model(name));
    }

    /** Only runs that began at this moment or later. */
    public UsageView since(Instant first) {
        return with(filter.since(first));
    }

    /** Only runs that began before this moment. */
    public UsageView until(Instant end) {
        return with(filter.until(end));
    }

    /** The runs summed up by model, the most used first. */
    public UsageGroups byModel() {
        return new UsageGroups(usage, filter, UsageGroups.By.MODEL);
    }

    /** The runs summed up by engine and its build, the most used first. */
    public UsageGroups byEngine() {
        return new UsageGroups(usage, filter, UsageGroups.By.ENGINE);
    }

    /** The runs summed up by notebook or session, where known, the most used first. */
    public UsageGroups byNotebook() {
        return new UsageGroups(usage, filter, UsageGroups.By.NOTEBOOK);
    }

    /** The runs summed up by day in this machine's time zone, the last first. */
    public UsageGroups byDay() {
        return new UsageGroups(usage, filter, UsageGroups.By.DAY);
    }

    /** As {@link #byDay()}; the chart shows the tokens of each day. */
    public UsageGroups tokensPerDay() {
        return byDay();
    }

    /** Each model with its last use, the latest first. */
    public UsageGroups lastUse() {
        return new UsageGroups(usage, filter, UsageGroups.By.LAST_USE);
    }

    /** Rates of generation over time, and whether they drift. */
    public RateHistory rates() {
        return new RateHistory(usage, filter);
    }

    /** Memory that was predicted, against what was seen. */
    public MemoryHistory memory() {
        return new MemoryHistory(usage, filter);
    }

    /**
     * Asks in SQL, of the tables and views that {@code data/schema.md} describes: {@code usage_runs}, {@code usage_by_model},
     * {@code usage_by_day}, {@code usage_memory}, {@code usage_models} and others. It reads only, and reaches nothing but the
     * database. This view's own choices do not matter here.
     *
     * @return what was found now, at most 100,000 rows
     * @throws BearException where the statement is wrong or would write, read a file or reach the network
     */
    public SqlResult sql(String query) {
        return usage.sql(query);
    }

    /**
     * Writes these runs to a file for other tools: Parquet, CSV or JSON, as the name ends in {@code .parquet}, {@code .csv},
     * {@code .json} or {@code .jsonl}. Any other name is a folder, which gets Parquet files by month and model; several machines
     * may export into one. This machine's name is a column; see {@link #export(String, String)}. The limit of a view does not
     * count here.
     *
     * @throws BearException where it cannot be written; what was there before is then still there
     */
    public Exported export(String path) {
        return export(path, ai.bearllm.store.Host.name());
    }

    /** As {@link #export(String)}, for a file. */
    public Exported export(Path path) {
        return export(path.toString());
    }

    /**
     * As {@link #export(String)}, with another name for this machine.
     *
     * @param machine what the column {@code machine} says
     */
    public Exported export(String path, String machine) {
        return new Export(usage, filter, machine).to(Path.of(path));
    }

    /** What erasing these runs would erase, with what is known of memory then; {@link Erasure#confirm()} does it. */
    public Erasure erasure() {
        return new Erasure(usage, filter);
    }

    /** What can be done where the database is damaged: its backups, and going on with one of them. */
    public Recovery recovery() {
        return usage.recovery();
    }

    /** Records no runs from now on; see {@link Usage#off()}. */
    public void off() {
        usage.off();
    }

    /** Records runs again; see {@link Usage#on()}. */
    public void on() {
        usage.on();
    }

    /** The runs. */
    public List<RunRecord> list() {
        return usage.ask(this::read);
    }

    @Override
    public Sheet sheet() {
        return usage.ask(database -> {
            long all = filter.onRuns().count(database, "runs");
            return sheet(read(database), all, ahead(database));
        });
    }

    private List<RunRecord> read(Database database) {
        Filter.Condition condition = filter.onRuns();
        return database.query(
                "select * from runs where " + condition.sql() + " order by "
                        + (slowest ? "total_ms desc nulls last, started_at desc" : "started_at desc")
                        + ", id limit ?",
                RunTable::record,
                condition.and(limit));
    }

    /** How many runs began later than now: the clock was set back since. */
    private static long ahead(Database database) {
        return database.first(
                        "select count(*) as n from runs where started_at > now() + interval 1 hour",
                        row -> row.whole("n").orElse(0))
                .orElse(0L);
    }

    private Sheet sheet(List<RunRecord> runs, long all, long ahead) {
        Sheet.Builder sheet = Sheet.of(what() + filter.words() + ": " + runs.size() + " of " + all)
                .columns("when", "kind", "model", "engine")
                .column("prompt", "tokens")
                .column("generated", "tokens")
                .column("prompt rate", "tokens/s")
                .column("rate", "tokens/s")
                .columns("time", "end");
        runs.forEach(run -> sheet.row(cells(run)));
        if (all == 0) {
            sheet.note(filter.isAll() ? "Nothing was recorded yet." : "No such run was recorded.");
        }
        if (ahead > 0) {
            sheet.note(ahead + " runs lie in the future: this machine's clock was set back after them.");
        }
        if (!usage.isOn()) {
            sheet.note("Recording is off; on() records runs again.");
        }
        return sheet.build();
    }

    private static @Nullable Object[] cells(RunRecord run) {
        return new @Nullable Object[] {
            run.when(),
            Cells.of(run.kind()),
            run.model().toString(),
            run.engine(),
            Cells.of(run.tokens().prompt()),
            Cells.of(run.tokens().generated()),
            Cells.of(run.promptTokensPerSecond()),
            Cells.of(run.decodeTokensPerSecond()),
            run.times().total().orElse(null),
            run.errorClass().orElseGet(() -> run.finishReason().map(Cells::of).orElse(null))
        };
    }

    /** Rates of generation by model and engine, of the runs recorded last: median, and where the middle half lies. */
    @Override
    public Optional<Figure> figure() {
        Filter.Condition condition = filter.onRuns();
        String sql = """
                select model, engine, count(*) as runs, quantile_cont(rate, 0.25) as low, median(rate) as middle,
                    quantile_cont(rate, 0.75) as high
                from (select model, engine, decode_tokens_per_second as rate from runs
                    where decode_tokens_per_second is not null and rowid > (select max(rowid) from runs) - %d and %s)
                group by model, engine order by runs desc, model, engine limit %d
                """.formatted(CHARTED_RUNS, condition.sql(), CHARTED_MODELS);
        IntervalChart chart = Chart.intervals("Rate by model", "generation", "tokens/s")
                .explained("Mark: median of what was recorded last. Line: where the middle half of them lies.");
        for (Point point : usage.ask(database -> database.query(
                sql,
                row -> new Point(
                        row.string("engine").orElseThrow(),
                        row.string("model").orElseThrow(),
                        row.real("middle").orElseThrow(),
                        Optional.of(new Range(
                                row.real("low").orElseThrow(), row.real("high").orElseThrow())),
                        List.of()),
                condition.and()))) {
            chart = chart.point(point);
        }
        return chart.points().isEmpty() ? Optional.empty() : Optional.of(chart.figure());
    }

    private String what() {
        return (slowest ? "Slowest" : "")
                + (filter.failed() ? (slowest ? " failed" : "Failed") : "")
                + (slowest || filter.failed() ? " runs" : "Runs");
    }

    @Override
    public String toString() {
        return Shown.line("usage: the " + limit + (slowest ? " slowest" : " newest")
                + (filter.failed() ? " failed" : "") + " runs" + filter.words() + "; show() prints them");
    }
}
