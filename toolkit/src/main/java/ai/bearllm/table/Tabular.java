package ai.bearllm.table;

import ai.bearllm.model.Shown;
import tech.tablesaw.api.Table;

/** A shown value that code can also have as a Tablesaw table. */
public interface Tabular extends Shown {
    /** The rows as a Tablesaw table with typed columns; unknown values are missing. */
    default Table table() {
        return Tables.tablesaw(sheet());
    }
}
