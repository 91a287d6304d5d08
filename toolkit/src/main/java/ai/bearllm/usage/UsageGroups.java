package ai.bearllm.usage;

import ai.bearllm.chart.Chart;
import ai.bearllm.chart.Charted;
import ai.bearllm.chart.Figure;
import ai.bearllm.chart.IntervalChart;
import ai.bearllm.chart.IntervalChart.Point;
import ai.bearllm.model.Sheet;
import ai.bearllm.store.Row;
import ai.bearllm.table.Tabular;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Recorded runs summed up by what they have in common: a query that reads at each call. */
public final class UsageGroups implements Tabular, Charted {
    private static final int CHARTED = 14;

    private final Usage usage;
    private final Filter filter;
    private final By by;

    UsageGroups(Usage usage, Filter filter, By by) {
        this.usage = usage;
        this.filter = filter;
        this.by = by;
    }

    /** What runs have in common; the SQL is a constant of this program, never input. */
    enum By {
        MODEL("model", "model", "model", "runs desc, name"),
        LAST_USE("model", "model", "model", "last desc, name"),
        ENGINE("engine", "engine, engine_build", "engine || ', ' || engine_build", "runs desc, name"),
        NOTEBOOK("notebook", "notebook", "coalesce(notebook, 'unknown')", "runs desc, name"),
        DAY("day", "day", "day::varchar", "name desc");

        private final String heading;
        private final String keys;
        private final String name;
        private final String order;

        By(String heading, String keys, String name, String order) {
            this.heading = heading;
            this.keys = keys;
            this.name = name;
            this.order = order;
        }
    }

    /** The groups. */
    public List<UsageGroup> list() {
        Filter.Condition condition = filter.onRuns();
        String sql = """
                %s
                select %s as name, sums.* from (
                    select %s, count(*) as runs, count(error_class) as failures,
                        sum(prompt_tokens) as prompt_tokens, sum(generated_tokens) as generated_tokens,
                        median(prompt_tokens_per_second) as prompt_rate, median(decode_tokens_per_second) as decode_rate,
                        sum(total_ms) as total_ms, max(started_at) as last
                    from %s where %s group by %s) as sums
                order by %s
                """.formatted(
                        by == By.DAY ? DAYS : "",
                        by.name,
                        by.keys,
                        by == By.DAY ? "runs join days on epoch_us(started_at) // 900000000 = days.quarter" : "runs",
                        condition.sql(),
                        by.keys,
                        by.order);
        Object[] zone = by == By.DAY ? new Object[] {ZoneId.systemDefault().getId()} : new Object[0];
        Object[] parameters =
                Stream.concat(Stream.of(zone), condition.values().stream()).toArray();
        return usage.ask(database -> database.query(sql, UsageGroups::group, parameters));
    }

    /**
     * The local day of each quarter of an hour in which something ran: that takes one conversion a quarter instead of one a run,
     * and every zone's offset is a multiple of it.
     */
    private static final String DAYS = """
            with quarters as (select distinct epoch_us(started_at) // 900000000 as quarter from runs),
            days as (select quarter, timezone(?, make_timestamptz(quarter * 900000000))::date as day from quarters)
            """;

    private static UsageGroup group(Row row) {
        return new UsageGroup(
                row.string("name").orElseThrow(),
                row.whole("runs").orElseThrow(),
                row.whole("failures").orElseThrow(),
                row.whole("prompt_tokens"),
                row.whole("generated_tokens"),
                row.real("prompt_rate"),
                row.real("decode_rate"),
                RunColumns.time(row, "total_ms"),
                row.instant("last").orElseThrow());
    }

    @Override
    public Sheet sheet() {
        List<UsageGroup> groups = list();
        Sheet.Builder sheet = Sheet.of("Runs by " + by.heading + filter.words())
                .columns(by.heading, "runs", "failures")
                .column("prompts", "tokens")
                .column("generated", "tokens")
                .column("median prompt rate", "tokens/s")
                .column("median rate", "tokens/s")
                .columns("time", "last");
        for (UsageGroup group : groups) {
            sheet.row(
                    group.name(),
                    group.runs(),
                    group.failures(),
                    Cells.of(group.promptTokens()),
                    Cells.of(group.generatedTokens()),
                    Cells.of(group.promptTokensPerSecond()),
                    Cells.of(group.decodeTokensPerSecond()),
                    group.total().orElse(null),
                    group.last());
        }
        if (groups.isEmpty()) {
            sheet.note(filter.isAll() ? "Nothing was recorded yet." : "No such run was recorded.");
        }
        return sheet.build();
    }

    /** Generated tokens of each day, or else the median rate of each group; of the first fourteen. */
    @Override
    public Optional<Figure> figure() {
        IntervalChart chart = by == By.DAY
                ? Chart.intervals("Tokens by day" + filter.words(), "generated", "tokens")
                : Chart.intervals("Rate by " + by.heading + filter.words(), "median of generation", "tokens/s");
        for (UsageGroup group : list().stream().limit(CHARTED).toList()) {
            var value = by == By.DAY
                    ? group.generatedTokens().stream().asDoubleStream().findFirst()
                    : group.decodeTokensPerSecond();
            if (value.isPresent()) {
                chart = chart.point(new Point("", group.name(), value.getAsDouble(), Optional.empty(), List.of()));
            }
        }
        return chart.points().isEmpty() ? Optional.empty() : Optional.of(chart.figure());
    }

    @Override
    public String toString() {
        return ai.bearllm.model.Shown.line("usage by " + by.heading + filter.words() + "; show() prints it");
    }
}
