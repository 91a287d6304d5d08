package ai.bearllm.table;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.InstantColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Writes a sheet as a typed Tablesaw table. */
final class SheetTable {
    private SheetTable() {}

    static Table of(Sheet sheet) {
        Table table = Table.create(sheet.caption());
        Set<String> names = new HashSet<>();
        for (int i = 0; i < sheet.columns().size(); i++) {
            int index = i;
            List<@Nullable Object> cells =
                    sheet.rows().stream().map(row -> row.cells().get(index)).toList();
            Column<?> column = column(sheet.columns().get(i), cells);
            table.addColumns(column.setName(unique(column.name(), names)));
        }
        return table;
    }

    private static Column<?> column(Sheet.Column heading, List<@Nullable Object> cells) {
        if (all(cells, SheetTable::isWhole)) {
            return longs(heading.heading(), cells);
        }
        if (all(cells, Number.class::isInstance)) {
            return doubles(heading.heading(), cells);
        }
        if (all(cells, ByteSize.class::isInstance)) {
            return longs(heading.name() + " (bytes)", cells);
        }
        if (all(cells, Duration.class::isInstance)) {
            return doubles(heading.name() + " (s)", cells);
        }
        if (all(cells, Boolean.class::isInstance)) {
            BooleanColumn column = BooleanColumn.create(heading.heading());
            cells.forEach(cell -> {
                if (cell instanceof Boolean yes) {
                    column.append(yes);
                } else {
                    column.appendMissing();
                }
            });
            return column;
        }
        if (all(cells, Instant.class::isInstance)) {
            InstantColumn column = InstantColumn.create(heading.heading());
            cells.forEach(cell -> {
                if (cell instanceof Instant instant) {
                    column.append(instant);
                } else {
                    column.appendMissing();
                }
            });
            return column;
        }
        StringColumn column = StringColumn.create(heading.heading());
        cells.forEach(cell -> {
            if (cell == null) {
                column.appendMissing();
            } else {
                column.append(cell.toString());
            }
        });
        return column;
    }

    private static LongColumn longs(String name, List<@Nullable Object> cells) {
        LongColumn column = LongColumn.create(name);
        cells.forEach(cell -> {
            if (cell instanceof ByteSize size) {
                column.append(size.bytes());
            } else if (cell instanceof Number number) {
                column.append(number.longValue());
            } else {
                column.appendMissing();
            }
        });
        return column;
    }

    private static DoubleColumn doubles(String name, List<@Nullable Object> cells) {
        DoubleColumn column = DoubleColumn.create(name);
        cells.forEach(cell -> {
            if (cell instanceof Duration duration) {
                column.append(duration.getSeconds() + duration.getNano() / 1e9);
            } else if (cell instanceof Number number) {
                column.append(number.doubleValue());
            } else {
                column.appendMissing();
            }
        });
        return column;
    }

    /** Whether each known cell is of the kind, and at least one is known. */
    private static boolean all(List<@Nullable Object> cells, Predicate<Object> kind) {
        boolean known = false;
        for (Object cell : cells) {
            if (cell != null) {
                known = true;
                if (!kind.test(cell)) {
                    return false;
                }
            }
        }
        return known;
    }

    private static boolean isWhole(Object cell) {
        return cell instanceof Long
                || cell instanceof Integer
                || cell instanceof Short
                || cell instanceof Byte
                || (cell instanceof BigInteger big && big.bitLength() < Long.SIZE);
    }

    /** Tablesaw refuses two columns whose names differ in case alone. */
    static String unique(String name, Set<String> taken) {
        String candidate = name;
        for (int n = 2; !taken.add(candidate.toLowerCase(Locale.ROOT)); n++) {
            candidate = name + " " + n;
        }
        return candidate;
    }
}
