package ai.bearllm.usage;

import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.store.Row;
import java.util.List;

/** What would be erased: a preview that reads at each call. {@link #confirm()} erases it for good. */
public final class Erasure implements Shown {
    private final Usage usage;
    private final Filter filter;

    Erasure(Usage usage, Filter filter) {
        this.usage = usage;
        this.filter = filter;
    }

    /**
     * Erases the runs, and what is known of memory in the same time and of the same model, from the database and from the
     * journals of all processes, with whatever damaged bytes those had set aside. The database's file may keep their bytes in its
     * free space until it is used again.
     *
     * @return how many runs were erased
     */
    public long confirm() {
        return usage.erase(filter);
    }

    @Override
    public Sheet sheet() {
        Filter.Condition condition = filter.onRuns();
        List<List<Object>> rows = usage.ask(database -> database.query(
                "select model, count(*) as runs, min(started_at) as first, max(started_at) as last from runs where "
                        + condition.sql() + " group by model order by runs desc, model",
                Erasure::cells,
                condition.and()));
        Sheet.Builder sheet = Sheet.of("To be erased" + (filter.failed() ? ": failed runs" : ": runs") + filter.words())
                .columns("model", "runs", "first", "last");
        rows.forEach(row -> sheet.row(row.toArray()));
        sheet.note(rows.isEmpty() ? "There is no such run." : "confirm() erases them for good.");
        List<String> copies = usage.copies();
        if (!copies.isEmpty()) {
            sheet.note("Copies from before migrations keep theirs: " + String.join(", ", copies) + ".");
        }
        return sheet.build();
    }

    private static List<Object> cells(Row row) {
        return List.of(
                row.string("model").orElseThrow(),
                row.whole("runs").orElseThrow(),
                row.instant("first").orElseThrow(),
                row.instant("last").orElseThrow());
    }

    @Override
    public String toString() {
        return Shown.line(
                "erasure of" + (filter.failed() ? " failed" : "") + " runs" + filter.words() + ": show(), confirm()");
    }
}
