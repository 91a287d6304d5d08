package ai.bearllm.table;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.DateTimeColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.InstantColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.api.TimeColumn;
import tech.tablesaw.columns.Column;

/**
 * Rows of a database as a Tablesaw table. A column has its SQL type's natural class where that holds every value exactly, else a
 * wider one, at last text: Tablesaw marks a missing whole number by the smallest one, and knows no larger ones than 64 bits.
 */
final class SqlTable {
    private static final long FARTHEST_YEAR = 9_999;

    private SqlTable() {}

    static Table of(String name, List<String> names, List<String> types, List<List<@Nullable Object>> rows) {
        Table table = Table.create(name);
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < names.size(); i++) {
            int index = i;
            List<@Nullable Object> cells =
                    rows.stream().map(row -> row.get(index)).toList();
            table.addColumns(column(SheetTable.unique(names.get(i), taken), types.get(i), cells));
        }
        return table;
    }

    private static Column<?> column(String name, String type, List<@Nullable Object> cells) {
        String kind = type.toUpperCase(Locale.ROOT);
        if (kind.endsWith("]")) {
            return texts(name, cells);
        }
        int end = kind.indexOf('(');
        return switch (end < 0 ? kind : kind.substring(0, end)) {
            case "BOOLEAN" -> filled(BooleanColumn.create(name), cells, value -> (Boolean) value);
            case "TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT" -> whole(name, cells, Integer.MIN_VALUE);
            case "UINTEGER", "BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT" -> whole(name, cells, Long.MIN_VALUE);
            case "FLOAT" -> filled(FloatColumn.create(name), cells, value -> (Float) value);
            case "DOUBLE" -> filled(DoubleColumn.create(name), cells, value -> (Double) value);
            case "DECIMAL" -> decimal(name, cells);
            case "DATE" -> times(DateColumn.create(name), cells, LocalDate.class, LocalDate::getYear);
            case "TIME", "TIME_NS" -> times(TimeColumn.create(name), cells, LocalTime.class, time -> 0);
            case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS" ->
                times(DateTimeColumn.create(name), cells, LocalDateTime.class, LocalDateTime::getYear);
            case "TIMESTAMP WITH TIME ZONE" ->
                times(InstantColumn.create(name), cells, Instant.class, moment ->
                        (int) (moment.getEpochSecond() / 31_556_952 + 1970));
            default -> texts(name, cells);
        };
    }

    /** In the narrowest class whose mark for "missing" is none of the values. */
    private static Column<?> whole(String name, List<@Nullable Object> cells, long narrow) {
        if (narrow == Integer.MIN_VALUE && all(cells, value -> big(value).compareTo(BigInteger.valueOf(narrow)) != 0)) {
            return filled(IntColumn.create(name), cells, value -> big(value).intValueExact());
        }
        return all(
                        cells,
                        value ->
                                big(value).bitLength() < Long.SIZE && big(value).longValue() != Long.MIN_VALUE)
                ? filled(LongColumn.create(name), cells, value -> big(value).longValueExact())
                : texts(name, cells);
    }

    private static BigInteger big(Object value) {
        return value instanceof BigInteger integer ? integer : BigInteger.valueOf(((Number) value).longValue());
    }

    /** As double where each value is exactly what the double prints. */
    private static Column<?> decimal(String name, List<@Nullable Object> cells) {
        return all(
                        cells,
                        value -> BigDecimal.valueOf(((BigDecimal) value).doubleValue())
                                        .compareTo((BigDecimal) value)
                                == 0)
                ? filled(DoubleColumn.create(name), cells, value -> ((BigDecimal) value).doubleValue())
                : texts(name, cells);
    }

    private static <T> Column<?> times(
            Column<T> column, List<@Nullable Object> cells, Class<T> type, Function<T, Integer> year) {
        boolean fit =
                all(cells, value -> type.isInstance(value) && Math.abs(year.apply(type.cast(value))) <= FARTHEST_YEAR);
        return fit ? filled(column, cells, type::cast) : texts(column.name(), cells);
    }

    private static boolean all(List<@Nullable Object> cells, Predicate<Object> test) {
        return cells.stream().filter(Objects::nonNull).allMatch(test);
    }

    private static <T> Column<T> filled(Column<T> column, List<@Nullable Object> cells, Function<Object, T> as) {
        for (Object cell : cells) {
            if (cell == null) {
                column.appendMissing();
            } else {
                column.append(as.apply(cell));
            }
        }
        return column;
    }

    private static Column<?> texts(String name, List<@Nullable Object> cells) {
        return filled(StringColumn.create(name), cells, SqlTable::text);
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes ? "0x" + HexFormat.of().formatHex(bytes) : value.toString();
    }
}
