package ai.bearllm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever stands in the database's place is named and left as it is. */
class ForeignFileTest {
    @TempDir
    Path home;

    private final OpenStores stores = new OpenStores();

    @AfterEach
    void closeStores() {
        stores.close();
    }

    private Store store;

    @BeforeEach
    void open() {
        store = stores.at(home);
    }

    @Test
    void namesAnSqliteFile() throws Exception {
        byte[] bytes = Arrays.copyOf("SQLite format 3\0".getBytes(StandardCharsets.US_ASCII), 8192);
        refuses(bytes, "is not a DuckDB database but an SQLite database.");
    }

    @Test
    void namesAText() throws Exception {
        refuses("These are my notes.\n".repeat(1000).getBytes(StandardCharsets.UTF_8), "but a text file.");
        refuses("short".getBytes(StandardCharsets.UTF_8), "but a text file.");
    }

    @Test
    void namesZeros() throws Exception {
        refuses(new byte[1 << 16], "but a file of zeros.");
    }

    @Test
    void namesOtherBytes() throws Exception {
        byte[] bytes = new byte[300];
        Arrays.fill(bytes, (byte) 1);
        refuses(bytes, "but some other binary file.");
    }

    @Test
    void namesAFolder() throws Exception {
        Files.createDirectory(store.file());
        assertThatThrownBy(() -> store.write(Things.SCHEMA, Things::count))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("but a folder.");
    }

    @Test
    void namesSomebodyElsesDuckDb() throws Exception {
        try (Connection connection = new DuckDb(home.resolve("natives")).write(store.file());
                Statement statement = connection.createStatement()) {
            statement.execute("create table mine (a integer)");
        }
        refuses(Files.readAllBytes(store.file()), "is a DuckDB database, but not one of this toolkit.");
    }

    @Test
    void namesANewerDuckDb() throws Exception {
        byte[] bytes = database();
        // The storage version follows the magic. The header's checksum is then wrong, and the refusal tells the right
        // one.
        bytes[12] = (byte) 200;
        String told = refuses(bytes, "is damaged");
        Matcher checksum = Pattern.compile("computed checksum (\\d+)").matcher(told);
        assertThat(checksum.find()).isTrue();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, Long.parseUnsignedLong(checksum.group(1)));

        refuses(bytes, "was written by a newer DuckDB than this toolkit has");
    }

    @Test
    void namesDamage() throws Exception {
        byte[] good = database();
        byte[] header = good.clone();
        header[5000] ^= 4;
        refuses(header, "is damaged");
        byte[] content = good.clone();
        Arrays.fill(content, 12288, good.length, (byte) 77);
        refuses(content, "is damaged");
        refuses(Arrays.copyOf(good, 5000), "is damaged");
        refuses(Arrays.copyOf(good, 64), "is damaged");
    }

    @Test
    void replacesAnEmptyFileForItHoldsNothing() throws Exception {
        Files.createFile(store.file());

        assertThat(store.<Long>write(Things.SCHEMA, Things::count)).isZero();
    }

    @Test
    void ignoresADatabaseThatWasNeverFinished() throws Exception {
        Files.writeString(home.resolve("bear_llm.duckdb.new"), "half");
        Files.writeString(home.resolve("bear_llm.duckdb.new.wal"), "half");

        assertThat(store.<Long>write(Things.SCHEMA, Things::count)).isZero();
        assertThat(home.resolve("bear_llm.duckdb.new")).doesNotExist();
    }

    @Test
    void keepsALogWhoseDatabaseIsGone() throws Exception {
        Path log = Files.writeString(home.resolve("bear_llm.duckdb.wal"), "all that is left");

        store.write(Things.SCHEMA, Things::count);
        store.close();

        assertThat(log).doesNotExist();
        try (var files = Files.list(home)) {
            assertThat(files.filter(file -> file.toString().contains(".set-aside-")))
                    .singleElement()
                    .satisfies(file -> assertThat(file).hasContent("all that is left"));
        }
    }

    @Test
    void setsAsideOnRequestAndStartsAnew() throws Exception {
        Files.writeString(store.file(), "my notes");

        Path aside = store.setAside();

        assertThat(aside).hasContent("my notes");
        assertThat(store.<Long>write(Things.SCHEMA, Things::count)).isZero();
    }

    private byte[] database() throws Exception {
        Store other = stores.at(home.resolve("other"));
        other.write(
                Things.SCHEMA,
                database -> database.update("insert into things select i, 'x' || i from range(50000) t(i)"));
        other.close();
        return Files.readAllBytes(other.file());
    }

    private String refuses(byte[] bytes, String because) throws Exception {
        Files.write(store.file(), bytes);
        BearException refusal = org.assertj.core.api.Assertions.catchThrowableOfType(
                BearException.class,
                () -> store.write(
                        Things.SCHEMA, database -> database.first("select max(text) from things", Row::cells)));
        assertThat(refusal).isNotNull().hasMessageContaining(because);
        assertThatThrownBy(() -> store.read(
                        Things.SCHEMA, database -> database.first("select max(text) from things", Row::cells)))
                .isInstanceOf(BearException.class);
        assertThat(Files.readAllBytes(store.file())).as("the file's bytes").isEqualTo(bytes);
        return refusal.getMessage();
    }
}
