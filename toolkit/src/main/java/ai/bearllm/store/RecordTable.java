package ai.bearllm.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows of a journal's records, each a JSON object whose keys are a table's columns; the column {@code id}, a UUID, tells
 * which records are the same. Keys that are no columns, and values of a wrong type, are left out: one odd record must not keep
 * back the others. A record without a value for a column that must have one is none.
 */
public final class RecordTable {
    /** Pieces of a batch that DuckDB may parse side by side; it has four threads at most. */
    private static final int PIECES = 4;

    private final String table;
    private final boolean replacing;

    private RecordTable(String table, boolean replacing) {
        this.table = table;
        this.replacing = replacing;
    }

    /**
     * Adds the records whose ids are not there yet.
     *
     * @param table a constant of this program
     */
    public static Journal.Merger adding(String table) {
        return new RecordTable(table, false)::merge;
    }

    /**
     * Adds the records, and puts each in the place of the one with the same id and a smaller number in the column {@code revision}.
     *
     * @param table a constant of this program
     */
    public static Journal.Merger replacing(String table) {
        return new RecordTable(table, true)::merge;
    }

    private void merge(Database database, List<String> records) {
        List<Column> columns = columns(database);
        if (!replacing) {
            database.update(
                    "insert into " + table + " by name with " + parsed(columns, records.size())
                            + " select * from new anti join (select id from " + table + ") as old using (id) where "
                            + complete(columns) + " qualify row_number() over (partition by id) = 1",
                    texts(records));
            return;
        }
        database.update(
                "create or replace temp table bear_new as with " + parsed(columns, records.size())
                        + " select * from new where " + complete(columns)
                        + " qualify row_number() over (partition by id order by revision desc) = 1",
                texts(records));
        database.update("delete from " + table + " as old using bear_new as new where old.id = new.id"
                + " and old.revision < new.revision");
        database.update("insert into " + table + " by name select * from bear_new anti join (select id from " + table
                + ") as old using (id)");
        database.update("drop table bear_new");
    }

    private List<Column> columns(Database database) {
        return database.query(
                "select column_name, data_type, is_nullable from duckdb_columns() where table_name = ?"
                        + " and not internal order by column_index",
                row -> new Column(
                        row.string("column_name").orElseThrow(),
                        row.string("data_type").orElseThrow(),
                        row.flag("is_nullable").orElseThrow()),
                table);
    }

    /**
     * One text a line: four times as fast as one JSON array of them all; the records have no line breaks. In pieces, because
     * DuckDB reads one text in one thread. No unique index guards the ids: leases are exclusive, and an index over a million UUIDs
     * would double the file. Materialized: otherwise each record is parsed once for its values and again for the conditions.
     */
    private static String parsed(List<Column> columns, int records) {
        String lines = String.join(
                " union all ", Collections.nCopies(pieces(records), "select unnest(string_split(?, chr(10))) as line"));
        return "new as materialized (select unnest(parsed) from (select from_json(line, '" + types(columns)
                + "') as parsed from (" + lines + ") where json_valid(line)))";
    }

    private static String types(List<Column> columns) {
        return columns.stream()
                .map(column -> quoted(column.name()) + ":" + quoted(column.type()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String complete(List<Column> columns) {
        return columns.stream()
                .filter(column -> !column.nullable())
                .map(column -> column.name() + " is not null")
                .collect(Collectors.joining(" and "));
    }

    private static @Nullable Object[] texts(List<String> records) {
        List<String> texts = new ArrayList<>();
        int pieces = pieces(records.size());
        for (int piece = 0; piece < pieces; piece++) {
            texts.add(String.join(
                    "\n", records.subList(records.size() * piece / pieces, records.size() * (piece + 1) / pieces)));
        }
        return texts.toArray();
    }

    private static int pieces(int records) {
        return Math.min(PIECES, Math.max(1, records));
    }

    private record Column(String name, String type, boolean nullable) {}

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }
}
