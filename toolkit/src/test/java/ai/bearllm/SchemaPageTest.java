package ai.bearllm;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.bench.BenchLog;
import ai.bearllm.chat.Conversations;
import ai.bearllm.lab.Lab;
import ai.bearllm.store.Store;
import ai.bearllm.usage.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds {@code data/schema.md} to the migrations: the part below its line is made from a new database's own comments. Where it
 * differs, {@code -Dbear.write=true} writes it anew.
 */
class SchemaPageTest {
    private static final String LINE = "<!-- Below: made by SchemaPageTest from the migrations. -->\n";

    @TempDir
    Path home;

    @Test
    void describesTheDatabaseAsTheMigrationsMakeIt() throws IOException {
        Path page = Lab.project().resolve("data/schema.md");
        String text = Files.readString(page);
        String above = text.substring(0, text.indexOf(LINE) + LINE.length());
        String whole = above + tables();
        if (Boolean.getBoolean("bear.write")) {
            Files.writeString(page, whole);
        }

        assertThat(text.replace("\r\n", "\n")).isEqualTo(whole);
    }

    private String tables() {
        try (Store store = Store.at(home)) {
            store.write(Conversations.schema(), database -> 0);
            store.write(BenchLog.schema(), database -> 0);
            return store.write(Usage.schema(), database -> {
                StringBuilder out = new StringBuilder();
                List<String> names = database.query("""
                        select table_name as name, comment, 'table' as kind from duckdb_tables()
                        where not starts_with(table_name, 'bear_')
                        union all select view_name, comment, 'view' from duckdb_views() where not internal
                        order by kind, name
                        """, row -> {
                    String name = row.string("name").orElseThrow();
                    return name + "\t" + row.string("kind").orElseThrow() + "\t"
                            + row.string("comment").orElse("");
                });
                for (String described : names) {
                    String[] parts = described.split("\t", -1);
                    out.append("\n## ")
                            .append(parts[1])
                            .append(" `")
                            .append(parts[0])
                            .append("`\n\n");
                    out.append(parts[2]).append("\n\n");
                    boolean table = parts[1].equals("table");
                    out.append(
                            table
                                    ? "| column | type | NULL | meaning |\n|---|---|---|---|\n"
                                    : "| column | type |\n|---|---|\n");
                    database.each(
                            "select column_name, data_type, is_nullable, comment from duckdb_columns() where table_name = ?"
                                    + " order by column_index",
                            row -> {
                                out.append("| `")
                                        .append(row.string("column_name").orElseThrow());
                                out.append("` | ")
                                        .append(row.string("data_type").orElseThrow());
                                if (table) {
                                    out.append(" | ")
                                            .append(row.flag("is_nullable").orElseThrow() ? "unknown" : "never");
                                    out.append(" | ")
                                            .append(row.string("comment").orElseThrow());
                                }
                                out.append(" |\n");
                            },
                            parts[0]);
                }
                return out.toString();
            });
        }
    }
}
