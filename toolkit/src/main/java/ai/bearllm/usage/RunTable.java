package ai.bearllm.usage;

import ai.bearllm.model.RunRecord;
import ai.bearllm.store.Journal;
import ai.bearllm.store.RecordTable;
import ai.bearllm.store.Row;
import ai.bearllm.store.Schema;

/** The table {@code runs}: its schema, how journal records become rows, and how rows become records. */
final class RunTable {
    static final Journal.Merger MERGER = RecordTable.adding("runs");

    private RunTable() {}

    static Schema schema() {
        return Schema.of("usage", RunTable.class, "1-runs.sql", "2-library.sql");
    }

    static RunRecord record(Row row) {
        return RunColumns.read(row, "id");
    }
}
