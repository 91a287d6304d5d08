package ai.bearllm.usage;

import ai.bearllm.store.Database;
import java.util.List;
import java.util.stream.Collectors;

/** Adds journal records, each a JSON object whose keys are a table's columns, to that table. */
final class JsonRows {
    private JsonRows() {}

    /**
     * Adds the records whose ids are not there yet. Keys that are no columns, and values of a wrong type, are left out: one odd
     * record must not keep back the others.
     *
     * @param table a constant of this program
     */
    static void merge(Database database, String table, List<String> records) {
        List<Column> columns = database.query(
                "select column_name, data_type, is_nullable from duckdb_columns() where table_name = ? order by column_index",
                row -> new Column(
                        row.string("column_name").orElseThrow(),
                        row.string("data_type").orElseThrow(),
                        row.flag("is_nullable").orElseThrow()),
                table);
        String types = columns.stream()
                .map(column -> quoted(column.name()) + ":" + quoted(column.type()))
                .collect(Collectors.joining(",", "{", "}"));
        String complete = columns.stream()
                .filter(column -> !column.nullable())
                .map(column -> column.name() + " is not null")
                .collect(Collectors.joining(" and "));
        // One text a line: four times as fast as one JSON array of them all. The records have no line breaks.
        // No unique index guards the ids: leases are exclusive, and an index over a million UUIDs would double the
        // file.
        // Materialized: otherwise each record is parsed once for its values and again for the conditions on them.
        database.update("""
                insert into %s by name
                with new as materialized (
                    select unnest(parsed) from (select from_json(line, ?) as parsed
                    from (select unnest(string_split(?, chr(10))) as line) where json_valid(line)))
                select distinct on (id) * from new
                anti join (select id from %s) as old using (id)
                where %s
                """.formatted(table, table, complete), types, String.join("\n", records));
    }

    private record Column(String name, String type, boolean nullable) {}

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }
}
