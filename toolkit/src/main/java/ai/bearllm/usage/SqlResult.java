package ai.bearllm.usage;

import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.store.Result;
import ai.bearllm.table.SqlRows;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a query in SQL found, at the moment when it was asked. */
public final class SqlResult implements SqlRows {
    static final int MOST_ROWS = 100_000;
    private static final int SHOWN = 100;

    private final Result result;

    SqlResult(Result result) {
        this.result = result;
    }

    @Override
    public List<String> columns() {
        return result.columns();
    }

    @Override
    public List<String> types() {
        return result.types();
    }

    /**
     * The rows: one value a column, null for unknown. Whole numbers are {@code Integer}, {@code Long} or {@code BigInteger},
     * decimals {@code BigDecimal}, moments {@code Instant}, lists {@code List}, structs and maps {@code Map}; nothing is rounded.
     */
    @Override
    public List<List<@Nullable Object>> list() {
        return result.rows();
    }

    /** Whether there were more rows than the most that are read, 100,000. */
    public boolean isCut() {
        return result.isCut();
    }

    @Override
    public Sheet sheet() {
        int rows = result.rows().size();
        Sheet.Builder sheet =
                Sheet.of("Query: " + count(rows)).columns(columns().toArray(String[]::new));
        result.rows().stream()
                .limit(SHOWN)
                .forEach(row -> sheet.row(row.stream().map(SqlResult::shown).toArray()));
        if (rows > SHOWN) {
            sheet.note("The first " + SHOWN + " rows are shown; list() and table() have them all.");
        }
        if (isCut()) {
            sheet.note("There are more; only the first " + count(rows) + " were read. A limit or a where helps.");
        }
        return sheet.build();
    }

    private static @Nullable Object shown(@Nullable Object value) {
        return value instanceof byte[] bytes ? "0x" + HexFormat.of().formatHex(bytes) : value;
    }

    private static String count(int rows) {
        return rows + (rows == 1 ? " row" : " rows");
    }

    @Override
    public String toString() {
        return Shown.line("query: " + count(result.rows().size()) + " of " + String.join(", ", columns()));
    }
}
