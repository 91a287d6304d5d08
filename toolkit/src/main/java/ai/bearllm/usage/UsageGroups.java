package ai.bearllm.usage;

import ai.bearllm.model.Sheet;
import ai.bearllm.store.Row;
import ai.bearllm.table.Tabular;
import java.util.List;

/** All recorded runs summed up by what they have in common, the most used first: a query that reads at each call. */
public final class UsageGroups implements Tabular {
    private final Usage usage;
    private final By by;

    UsageGroups(Usage usage, By by) {
        this.usage = usage;
        this.by = by;
    }

    /** What runs have in common; the SQL is a constant of this program, never input. */
    enum By {
        MODEL("model", "model"),
        ENGINE("engine", "engine || ', ' || engine_build");

        private final String heading;
        private final String sql;

        By(String heading, String sql) {
            this.heading = heading;
            this.sql = sql;
        }
    }

    /** The groups. */
    public List<UsageGroup> list() {
        String sql = """
                select %s as name, count(*) as runs, count(error_class) as failures,
                    sum(prompt_tokens) as prompt_tokens, sum(generated_tokens) as generated_tokens,
                    median(prompt_tokens_per_second) as prompt_rate, median(decode_tokens_per_second) as decode_rate,
                    sum(total_ms) as total_ms, max(started_at) as last
                from runs group by name order by runs desc, name
                """.formatted(by.sql);
        return usage.ask(database -> database.query(sql, UsageGroups::group));
    }

    private static UsageGroup group(Row row) {
        return new UsageGroup(
                row.string("name").orElseThrow(),
                row.whole("runs").orElseThrow(),
                row.whole("failures").orElseThrow(),
                row.whole("prompt_tokens"),
                row.whole("generated_tokens"),
                row.real("prompt_rate"),
                row.real("decode_rate"),
                RunTable.time(row, "total_ms"),
                row.instant("last").orElseThrow());
    }

    @Override
    public Sheet sheet() {
        List<UsageGroup> groups = list();
        Sheet.Builder sheet = Sheet.of("Runs by " + by.heading)
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
            sheet.note("Nothing was recorded yet.");
        }
        return sheet.build();
    }

    @Override
    public String toString() {
        return "usage by " + by.heading + "; show() prints it";
    }
}
