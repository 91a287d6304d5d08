package ai.bearllm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreTest {
    @TempDir
    Path home;

    private Store store;

    @BeforeEach
    void open() {
        store = Store.at(home);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void opensNothingBeforeTheFirstLease() {
        assertThat(store.file()).isEqualTo(home.toAbsolutePath().resolve("bear_llm.duckdb"));
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void keepsWhatALeaseWroteAndLeavesNothingElseBehind() {
        store.write(
                Things.SCHEMA,
                database -> database.update("insert into things values (?, ?)", 7, "x'; drop table things"));

        List<String> texts = store.read(
                Things.SCHEMA,
                database -> database.query(
                        "select text from things where n = ?",
                        row -> row.string("text").orElseThrow(),
                        7));

        assertThat(texts).containsExactly("x'; drop table things");
        // The native library is there where this JVM loaded it from here.
        assertThat(home.toFile().list())
                .contains("bear_llm.duckdb", "bear_llm.duckdb.lock")
                .isSubsetOf("bear_llm.duckdb", "bear_llm.duckdb.lock", "natives");
    }

    @Test
    void undoesEverythingWhereTheWorkFails() {
        store.write(Things.SCHEMA, Things::count);
        assertThatThrownBy(() -> store.write(Things.SCHEMA, database -> {
                    database.update("insert into things(n) values (1)");
                    database.afterCommit(() -> {
                        throw new AssertionError("nothing was committed");
                    });
                    throw new IllegalArgumentException("on purpose");
                }))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(store.<Long>read(Things.SCHEMA, Things::count)).isZero();
    }

    @Test
    void refusesALeaseWithinALeaseAndAfterClosing() {
        assertThatThrownBy(() -> store.write(Things.SCHEMA, database -> store.read(Things.SCHEMA, Things::count)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has a lease already");
        store.close();
        store.close();
        assertThatThrownBy(() -> store.read(Things.SCHEMA, Things::count)).hasMessageContaining("closed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into things(n) values (1)",
                "drop table things",
                "copy things to 'out.csv'",
                "copy things from '/etc/hostname'",
                "select * from read_text('/etc/hostname')",
                "select * from 'file.parquet'",
                "attach 'other.duckdb'",
                "set enable_external_access = true",
                "install httpfs",
                "load httpfs",
                "export database 'x'"
            })
    void letsNoSqlOfAReadingLeaseOutOfTheDatabase(String sql) {
        assertThatThrownBy(() -> store.read(Things.SCHEMA, database -> database.query(sql, Row::cells)))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("refused");
    }

    @Test
    void readsEveryTypeWithoutLoss() {
        List<Object> cells = store.read(
                Things.SCHEMA, database -> database.query("""
                        select 1::tinyint, 65535::usmallint, 4294967295::uinteger, 18446744073709551615::ubigint,
                            170141183460469231731687303715884105727::hugeint, 12.345::decimal(38,3), 0.1::double,
                            timestamptz '2026-11-23 12:00:00.123456+02', timestamp '2026-11-23 12:00:00.5',
                            date '2026-11-23', time '12:34:56.5', '00000000-0000-4000-8000-00000000000a'::uuid,
                            true, 'Bär 🐻', 'a'::enum('a', 'b'), '{"a":[1]}'::json, interval 3 day, '101'::bit,
                            [1, null, 3], {'x': 1, 'y': [{'z': 'w'}]}, map {'b': 2, 'a': 1}, null, sum(n)
                        from (values (1::bigint), (2)) t(n)
                        """, Row::cells).get(0));

        assertThat(cells)
                .containsExactly(
                        (byte) 1,
                        65535,
                        4294967295L,
                        new BigInteger("18446744073709551615"),
                        new BigInteger("170141183460469231731687303715884105727"),
                        new BigDecimal("12.345"),
                        0.1,
                        Instant.parse("2026-11-23T10:00:00.123456Z"),
                        LocalDateTime.parse("2026-11-23T12:00:00.5"),
                        LocalDate.parse("2026-11-23"),
                        LocalTime.parse("12:34:56.5"),
                        UUID.fromString("00000000-0000-4000-8000-00000000000a"),
                        true,
                        "Bär 🐻",
                        "a",
                        "{\"a\":[1]}",
                        "3 days",
                        "101",
                        Arrays.asList(1, null, 3),
                        Map.of("x", 1, "y", List.of(Map.of("z", "w"))),
                        Map.of("b", 2, "a", 1),
                        null,
                        BigInteger.valueOf(3));
    }

    @Test
    void readsBytes() {
        byte[] bytes = store.read(
                Things.SCHEMA,
                database -> database.first(
                                "select '\\x00\\xFF'::blob as b",
                                row -> row.value("b", byte[].class).orElseThrow())
                        .orElseThrow());

        assertThat(bytes).containsExactly(0, 255);
    }

    @Test
    void bindsEveryTypeThatItSaysItBinds() {
        UUID id = UUID.randomUUID();
        Instant now = Instant.parse("2026-11-23T10:00:00.123456789Z");
        List<Object> cells = store.read(
                Things.SCHEMA,
                database -> database.first(
                                "select ?::uuid, ?::timestamptz, ?::hugeint, ?::decimal(10,2), ?::date, ?::varchar, ?::integer, ?::boolean",
                                Row::cells,
                                id,
                                now,
                                BigInteger.TWO.pow(100),
                                new BigDecimal("1.25"),
                                LocalDate.parse("2026-11-23"),
                                Thread.State.NEW,
                                Optional.empty(),
                                Optional.of(true))
                        .orElseThrow());

        assertThat(cells)
                .containsExactly(
                        id,
                        Instant.parse("2026-11-23T10:00:00.123456Z"),
                        BigInteger.TWO.pow(100),
                        new BigDecimal("1.25"),
                        LocalDate.parse("2026-11-23"),
                        "NEW",
                        null,
                        true);
        assertThatThrownBy(() ->
                        store.read(Things.SCHEMA, database -> database.query("select ?", Row::cells, new Object())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void saysWhichTypeAColumnHasWhereAnotherIsAskedFor() {
        assertThatThrownBy(() ->
                        store.read(Things.SCHEMA, database -> database.query("select 'x' as a", row -> row.whole("a"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("column a holds a String, not a whole number");
    }

    @Test
    void saysWhereItCannotWriteWithoutWriting() throws Exception {
        // Tests may run as root, whom no permission stops: a file in the folder's place stops everybody.
        Path file = Files.writeString(home.resolve("file"), "mine");

        assertThatThrownBy(() -> Store.at(file).write(Things.SCHEMA, Things::count))
                .isInstanceOf(BearException.class)
                .hasMessageContaining(file + " cannot be written: a file stands where a folder should be.")
                .hasMessageContaining("BEAR_HOME");
        assertThatThrownBy(() -> Store.at(file.resolve("deeper")).write(Things.SCHEMA, Things::count))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("cannot be written");
        assertThat(file).hasContent("mine");
    }
}
