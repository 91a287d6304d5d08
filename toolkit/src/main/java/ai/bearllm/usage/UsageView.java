package ai.bearllm.usage;

import ai.bearllm.model.BearException;
import ai.bearllm.model.RunRecord;
import ai.bearllm.model.Sheet;
import ai.bearllm.store.Database;
import ai.bearllm.table.Tabular;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs that were recorded, newest first: a query, immutable, that reads at each call. Every method that reads throws a
 * {@link BearException} where the database cannot be had, which says what to do.
 */
public final class UsageView implements Tabular {
    private static final int SHOWN = 20;

    private final Usage usage;
    private final int limit;
    private final boolean failed;

    private UsageView(Usage usage, int limit, boolean failed) {
        this.usage = usage;
        this.limit = limit;
        this.failed = failed;
    }

    static UsageView newest(Usage usage) {
        return new UsageView(usage, SHOWN, false);
    }

    /** At most so many runs instead of twenty. */
    public UsageView newest(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("count must be at least 1 but was " + count);
        }
        return new UsageView(usage, count, failed);
    }

    /** Only runs that failed. */
    public UsageView failures() {
        return new UsageView(usage, limit, true);
    }

    /** All runs summed up by model, the most used first. */
    public UsageGroups byModel() {
        return new UsageGroups(usage, UsageGroups.By.MODEL);
    }

    /** All runs summed up by engine and its build, the most used first. */
    public UsageGroups byEngine() {
        return new UsageGroups(usage, UsageGroups.By.ENGINE);
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
            long all = database.first(
                            "select count(*) as runs, count(error_class) as failed from runs",
                            row -> row.whole(failed ? "failed" : "runs").orElse(0))
                    .orElse(0L);
            return sheet(read(database), all);
        });
    }

    private List<RunRecord> read(Database database) {
        return database.query(
                "select * from runs where ? = false or error_class is not null order by started_at desc, id limit ?",
                RunTable::record,
                failed,
                limit);
    }

    private Sheet sheet(List<RunRecord> runs, long all) {
        Sheet.Builder sheet = Sheet.of(what() + ": " + runs.size() + " of " + all)
                .columns("when", "kind", "model", "engine")
                .column("prompt", "tokens")
                .column("generated", "tokens")
                .column("prompt rate", "tokens/s")
                .column("rate", "tokens/s")
                .columns("time", "end");
        runs.forEach(run -> sheet.row(cells(run)));
        if (all == 0) {
            sheet.note("Nothing was recorded yet.");
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

    private String what() {
        return failed ? "Failed runs" : "Runs";
    }

    @Override
    public String toString() {
        return "usage: the newest " + limit + (failed ? " failed" : "") + " runs; show() prints them";
    }
}
