package ai.bearllm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationsTest {
    private static final String FIRST = "create table things (n bigint, text varchar)";
    private static final String SECOND =
            "alter table things add column size integer; update things set size = n * 2; -- done\n";

    @TempDir
    Path home;

    private final OpenStores stores = new OpenStores();

    @AfterEach
    void closeStores() {
        stores.close();
    }

    @Test
    void takesTheMissingStepsAndKeepsACopyFromBefore() {
        Store store = stores.at(home);
        store.write(Things.SCHEMA, database -> database.update("insert into things(n) values (21)"));

        long size = store.read(
                new Schema("things", List.of(FIRST, SECOND)),
                database -> database.first(
                                "select size from things",
                                row -> row.whole("size").orElseThrow())
                        .orElseThrow());

        assertThat(size).isEqualTo(42);
        assertThat(home.resolve("bear_llm.duckdb.before-things-2")).exists();
        assertThat(home.resolve("bear_llm.duckdb.before-things-1"))
                .as("nothing to lose then")
                .doesNotExist();
    }

    @Test
    void changesNothingWhereAStepFails() {
        Store store = stores.at(home);
        store.write(Things.SCHEMA, database -> database.update("insert into things(n) values (21)"));
        Schema broken = new Schema("things", List.of(FIRST, SECOND, "alter table nothing add column x integer"));

        assertThatThrownBy(() -> store.write(broken, Things::count)).isInstanceOf(BearException.class);

        assertThat(store.<Long>read(Things.SCHEMA, Things::count)).isEqualTo(1);
    }

    @Test
    void refusesNewerTablesWithoutTouchingTheFile() throws Exception {
        Store store = stores.at(home, StoreSettings.DEFAULT.keepOpen(Duration.ZERO));
        try (Store newer = stores.at(home)) {
            newer.write(new Schema("things", List.of(FIRST, SECOND)), Things::count);
        }
        byte[] before = Files.readAllBytes(store.file());

        for (int i = 0; i < 2; i++) {
            boolean write = i == 0;
            assertThatThrownBy(() -> {
                        if (write) {
                            store.write(Things.SCHEMA, Things::count);
                        } else {
                            store.read(Things.SCHEMA, Things::count);
                        }
                    })
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining("things tables have version 2, but this toolkit knows only 1");
        }

        assertThat(Files.readAllBytes(store.file())).isEqualTo(before);
    }

    @Test
    void letsOwnersMigrateIndependently() {
        Store store = stores.at(home);
        store.write(Things.SCHEMA, Things::count);

        long rows = store.write(new Schema("others", List.of("create table others (n integer)")), database -> {
            database.update("insert into others values (1)");
            return database.update("insert into things(n) select n from others");
        });

        assertThat(rows).isEqualTo(1);
    }
}
