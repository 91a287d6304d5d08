package ai.bearllm.table;

import ai.bearllm.model.Sheet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.Table;

/** Turns sheets into what notebooks and code use. */
public final class Tables {
    private Tables() {}

    /**
     * The sheet as an HTML table that reads well in JupyterLab, in a saved page and with a screen reader: caption, headings
     * with scope, numbers to the right, notes below, light and dark. Everything is escaped; there is no script.
     */
    public static String html(Sheet sheet) {
        return SheetHtml.of(sheet);
    }

    /**
     * The sheet as a Tablesaw table with typed columns; unknown cells are missing. Whole numbers become {@code long}, other
     * numbers {@code double}, sizes {@code long} "(bytes)", durations {@code double} "(s)"; what is none of these, nor
     * {@code Boolean} nor {@code Instant}, becomes text.
     */
    public static Table tablesaw(Sheet sheet) {
        return SheetTable.of(sheet);
    }

    /**
     * Rows of a database as a Tablesaw table whose columns have the SQL types' classes, also where all is missing. Nothing is
     * rounded but times, which Tablesaw keeps to the millisecond: whole numbers over 64 bits and decimals that no {@code double}
     * holds become text, as do lists, structs, maps, intervals, identifiers and years beyond 9999. Of numbers, NaN is missing.
     *
     * @param name the table's name
     * @param names the columns' names; repeated ones are numbered
     * @param types their SQL types as DuckDB writes them, for example {@code DECIMAL(18,3)}
     * @param rows one value a column, null for missing
     */
    public static Table tablesaw(
            String name, List<String> names, List<String> types, List<List<@Nullable Object>> rows) {
        return SqlTable.of(name, names, types, rows);
    }
}
