package ai.bearllm.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How records become rows. */
class RecordTableTest {
    private static final Schema SCHEMA = new Schema("kept", List.of("""
            create table kept (id uuid not null, revision bigint not null, text varchar, flags boolean, times double[],
                names map(varchar, varchar), moment timestamptz)"""));
    private static final String ID = "\"id\":\"00000000-0000-0000-0000-00000000000";

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
    void keepsEveryTypeAsItWasWritten() {
        merge(
                RecordTable.adding("kept"),
                "{" + ID + "1\",\"revision\":9007199254740993,\"text\":\"a\\n\\\"b\\\" B\u00e4r \ud83d\udc3b"
                        + " \\u0001\",\"flags\":false,\"times\":[0.1,2,3e-7],\"names\":{\"z\":\"1\",\"a\":\"2\"},"
                        + "\"moment\":\"2026-11-23T12:00:00.123456Z\"}");

        Kept row = rows().get(0);
        assertThat(row.revision()).isEqualTo(9007199254740993L);
        assertThat(row.text()).isEqualTo("a\n\"b\" B\u00e4r \ud83d\udc3b \u0001");
        assertThat(row.other()).isEqualTo("false [0.1, 2.0, 3.0E-7] {z=1, a=2} 2026-11-23T12:00:00.123456Z");
    }

    @Test
    void addsEachIdOnceWithinABatchAndAcrossBatches() {
        Journal.Merger adding = RecordTable.adding("kept");
        merge(adding, record(1, 1, "a"), record(1, 2, "b"), record(2, 1, "c"));
        merge(adding, record(1, 3, "d"), record(2, 1, "c"), record(3, 1, "e"));

        assertThat(rows()).extracting(Kept::text).hasSize(3).contains("c", "e").doesNotContain("d");
    }

    @Test
    void putsALaterRevisionInThePlaceOfAnEarlierOneInAnyOrder() {
        Journal.Merger replacing = RecordTable.replacing("kept");
        merge(replacing, record(1, 2, "second"), record(1, 1, "first"), record(2, 1, "other"));
        assertThat(rows()).extracting(Kept::text).containsExactlyInAnyOrder("second", "other");

        merge(replacing, record(1, 1, "late"), record(2, 7, "newer"));
        assertThat(rows()).extracting(Kept::text).containsExactlyInAnyOrder("second", "newer");

        merge(replacing, record(2, 7, "the same again"));
        assertThat(rows()).extracting(Kept::text).containsExactlyInAnyOrder("second", "newer");
    }

    @Test
    void leavesOutWhatIsNoRecordAndKeepsTheOthers() {
        for (Journal.Merger merger : List.of(RecordTable.adding("kept"), RecordTable.replacing("kept"))) {
            merge(
                    merger,
                    "",
                    "null",
                    "[]",
                    "{",
                    "\"text\"",
                    "{\"id\":\"no uuid\",\"revision\":1}",
                    "{" + ID + "7\"}",
                    record(1, 1, "good").replace("}", ",\"times\":\"none\",\"moment\":\"soon\",\"colour\":\"blue\"}"));
            assertThat(rows()).singleElement().satisfies(row -> {
                assertThat(row.text()).isEqualTo("good");
                assertThat(row.other()).isEqualTo("null null {} null");
            });
        }
    }

    @Test
    void readsBatchesOfAnySize() {
        Journal.Merger adding = RecordTable.adding("kept");
        for (int size : new int[] {1, 2, 3, 4, 5, 9}) {
            store.write(SCHEMA, database -> database.update("delete from kept"));
            merge(
                    adding,
                    IntStream.range(0, size).mapToObj(i -> record(i, 1, "x")).toArray(String[]::new));
            assertThat(rows()).as("batch of %d", size).hasSize(size);
        }
    }

    private record Kept(long revision, String text, String other) {}

    private List<Kept> rows() {
        return store.write(
                SCHEMA,
                database -> database.query(
                        "select * from kept order by id",
                        row -> new Kept(
                                row.whole("revision").orElseThrow(),
                                row.string("text").orElse(""),
                                row.string("flags").orElse(null) + " "
                                        + row.string("times").orElse(null) + " " + row.texts("names") + " "
                                        + row.string("moment").orElse(null))));
    }

    private void merge(Journal.Merger merger, String... records) {
        store.write(SCHEMA, database -> {
            merger.merge(database, List.of(records));
            return records.length;
        });
    }

    private static String record(int id, int revision, String text) {
        return "{" + ID + id + "\",\"revision\":" + revision + ",\"text\":\"" + text + "\"}";
    }
}
