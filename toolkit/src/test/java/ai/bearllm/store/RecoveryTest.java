package ai.bearllm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A damaged database is set aside on request, and its backup goes on. */
class RecoveryTest {
    private static final Schema TWO = new Schema(
            "things",
            List.of(Things.SCHEMA.migrations().get(0), "alter table things add column size integer; -- two\n"));

    @TempDir
    Path home;

    @Test
    void leavesAGoodDatabaseAlone() {
        try (Store store = Store.at(home)) {
            store.write(Things.SCHEMA, database -> database.update("insert into things(n) values (1)"));

            Recovery recovery = store.recovery();

            assertThat(recovery.trouble()).isEmpty();
            assertThat(recovery.backups()).isEmpty();
            assertThat(recovery.confirm()).isEmpty();
            assertThat(recovery.sheet().notes()).containsExactly("The database is good; there is nothing to do.");
            assertThat(store.<Long>write(Things.SCHEMA, Things::count)).isEqualTo(1);
        }
    }

    @Test
    void goesOnWithTheBackupAndKeepsTheDamagedFile() throws Exception {
        Path file = migrated();
        byte[] damaged = damage(file);
        try (Store store = Store.at(home)) {
            assertThatThrownBy(
                            () -> store.write(TWO, database -> database.query("select sum(n) from things", Row::cells)))
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining("bear.usage().recovery()");

            Recovery recovery = store.recovery();
            assertThat(recovery.trouble()).isPresent();
            assertThat(recovery.backups()).singleElement().satisfies(backup -> {
                assertThat(backup.file()).hasFileName("bear_llm.duckdb.before-things-2");
                assertThat(backup.trouble()).isEmpty();
            });
            assertThat(recovery.sheet().text()).contains("goes on with a copy of bear_llm.duckdb.before-things-2");
            assertThat(Files.readAllBytes(file)).as("only looked at").isEqualTo(damaged);

            Path aside = recovery.confirm().orElseThrow();

            assertThat(Files.readAllBytes(aside)).isEqualTo(damaged);
            assertThat(store.<Long>write(TWO, Things::count)).isEqualTo(50_000);
        }
    }

    @Test
    void startsAnewWhereEveryBackupIsDamagedToo() throws Exception {
        Path file = migrated();
        damage(file);
        damage(home.resolve("bear_llm.duckdb.before-things-2"));
        try (Store store = Store.at(home)) {
            Recovery recovery = store.recovery();
            assertThat(recovery.backups())
                    .singleElement()
                    .satisfies(backup -> assertThat(backup.trouble()).isPresent());
            assertThat(recovery.sheet().text()).contains("starts an empty database: there is no good backup");

            recovery.confirm();

            assertThat(store.<Long>write(TWO, Things::count)).isZero();
            assertThat(home.resolve("bear_llm.duckdb.before-things-2")).exists();
        }
    }

    private Path migrated() {
        try (Store store = Store.at(home)) {
            store.write(
                    Things.SCHEMA,
                    database -> database.update("insert into things select i, 'x' || i from range(50000) t(i)"));
        }
        try (Store store = Store.at(home)) {
            store.write(TWO, Things::count);
            return store.file();
        }
    }

    private static byte[] damage(Path file) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, 12_288, bytes.length, (byte) 77);
        Files.write(file, bytes);
        return bytes;
    }
}
