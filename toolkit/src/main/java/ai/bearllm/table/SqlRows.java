package ai.bearllm.table;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.Table;

/** Rows of a database with the types of their columns, which a {@code Sheet} does not know. */
public interface SqlRows extends Tabular {
    /** The columns' names; they may repeat. */
    List<String> columns();

    /** The columns' types, as DuckDB writes them, for example {@code DECIMAL(18,3)}. */
    List<String> types();

    /** The rows, one value a column; null for unknown. */
    List<List<@Nullable Object>> list();

    /**
     * The rows as a Tablesaw table whose columns have the SQL types' classes; see {@link Tables#tablesaw(String, List, List,
     * List)}.
     */
    @Override
    default Table table() {
        return Tables.tablesaw("Query", columns(), types(), list());
    }
}
