package ai.bearllm.table;

import ai.bearllm.model.Sheet;
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
}
