package ai.bearllm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    Path home;

    private final OpenStores stores = new OpenStores();

    @AfterEach
    void closeStores() {
        stores.close();
    }

    private Store store;
    private Path folder;

    @BeforeEach
    void open() {
        store = stores.at(home);
        folder = home.resolve("journal");
    }

    @Test
    void writesNothingBeforeTheFirstRecord() {
        try (Journal journal = Journal.in(folder, 1)) {
            assertThat(journal).isNotNull();
        }
        assertThat(folder).doesNotExist();
        assertThat(merge()).isEqualTo(new Journal.Merged(0, 0, 0));
    }

    @Test
    void mergesEachRecordOnceWhileItsWriterGoesOn() {
        try (Journal journal = Journal.in(folder, 1)) {
            journal.append("\"a\"");
            assertThat(merge().records()).isEqualTo(1);
            assertThat(merge().records()).isZero();
            journal.append("\"b\"");
            journal.append("\"c\"");
            assertThat(merge().records()).isEqualTo(2);
        }
        assertThat(merge().records()).isZero();
        assertThat(texts()).containsExactlyInAnyOrder("\"a\"", "\"b\"", "\"c\"");
    }

    @Test
    void removesTheFilesOfAWriterThatIsDoneButNotOfOneThatGoesOn() {
        try (Journal journal = Journal.in(folder, 1)) {
            journal.append("\"a\"");
            merge();
            assertThat(files()).hasSize(2);
        }
        merge();
        assertThat(files()).isEmpty();
        merge();
        assertThat(store.<Long>read(
                        Things.SCHEMA,
                        database -> database.first(
                                        "select count(*) as c from bear_journal",
                                        row -> row.whole("c").orElseThrow())
                                .orElseThrow()))
                .as("positions of files that are gone")
                .isZero();
    }

    @Test
    void mergesWhatAKilledProcessLeft() throws Exception {
        try (Child writer = Child.start(List.of(), "journal", home.toString())) {
            assertThat(writer.line()).isEqualTo("written");
            assertThat(merge().records()).isEqualTo(1);
            assertThat(files()).as("it may write more").hasSize(2);
            writer.kill();
        }
        assertThat(merge().records()).isZero();
        assertThat(files()).isEmpty();
    }

    @Test
    void sharesTheDatabaseWithOtherJournals() {
        try (Journal journal = Journal.in(folder, 1);
                Journal other = Journal.in(home.resolve("other"), 1)) {
            journal.append("\"a\"");
            other.append("\"b\"");
            for (int i = 0; i < 2; i++) {
                long found = store.write(
                        Things.SCHEMA,
                        database -> journal.merge(database, JournalTest::insert).records()
                                + other.merge(database, JournalTest::insert).records());
                assertThat(found).isEqualTo(i == 0 ? 2 : 0);
            }
        }
        assertThat(texts()).containsExactlyInAnyOrder("\"a\"", "\"b\"");
    }

    @Test
    void undoesTheMergeWithTheLeaseAndMergesAgain() {
        try (Journal journal = Journal.in(folder, 1)) {
            journal.append("\"a\"");
        }
        assertThatThrownBy(() -> store.write(Things.SCHEMA, database -> {
                    Journal.in(folder, 1).merge(database, JournalTest::insert);
                    throw new IllegalArgumentException("the lease fails later");
                }))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(texts()).isEmpty();
        assertThat(merge().records()).isEqualTo(1);
    }

    @Test
    void keepsEveryWholeRecordOfAFileCutAtAnyByte() throws Exception {
        List<String> records = List.of("{\"a\":1}", "{\"b\":\"Bär 🐻\"}", "{}");
        byte[] whole = frames(records);
        int[] ends = new int[records.size()];
        for (int i = 0; i < records.size(); i++) {
            ends[i] = frames(records.subList(0, i + 1)).length;
        }
        for (int cut = 0; cut <= whole.length; cut++) {
            Found found = scan(Arrays.copyOf(whole, cut), true);
            int length = cut;
            int expected =
                    (int) Arrays.stream(ends).filter(end -> end <= length).count();
            assertThat(found.records).as("cut at %d", cut).isEqualTo(records.subList(0, expected));
            assertThat(found.bytes).as("cut at %d", cut).isEqualTo(cut - (expected == 0 ? 0 : ends[expected - 1]));
        }
    }

    @Test
    void leavesAnIncompleteEndToItsWriterAndReadsItLater() throws Exception {
        byte[] whole = frames(List.of("\"a\"", "\"b\""));
        byte[] half = Arrays.copyOf(whole, whole.length - 3);

        Found first = scan(half, false);
        assertThat(first.records).containsExactly("\"a\"");
        assertThat(first.bytes).isZero();

        Found rest = scan(whole, false, first.position);
        assertThat(rest.records).containsExactly("\"b\"");
    }

    @Test
    void keepsTheRecordsAroundGarbageWhateverItIs() throws Exception {
        long seed = RandomGenerator.getDefault().nextLong();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < 300; round++) {
            byte[] bytes = frames(
                    IntStream.range(0, 20).mapToObj(i -> "{\"n\":" + i + "}").toList());
            int from = random.nextInt(bytes.length);
            int to = Math.min(bytes.length, from + 1 + random.nextInt(40));
            for (int i = from; i < to; i++) {
                bytes[i] = (byte) random.nextInt(256);
            }
            Found found = scan(bytes, true);
            int perFrame = bytes.length / 20;
            assertThat(found.records)
                    .as("seed %d, round %d", seed, round)
                    .hasSizeGreaterThanOrEqualTo(20 - (to - from) / perFrame - 2)
                    .allMatch(record -> record.startsWith("{\"n\":"))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void findsRecordsBehindMoreGarbageThanFitsTheMemory() throws Exception {
        byte[] garbage = new byte[20 * Frame.LONGEST];
        Arrays.fill(garbage, (byte) '7');
        byte[] record = frames(List.of("\"a\""));
        byte[] bytes = Arrays.copyOf(garbage, garbage.length + record.length);
        System.arraycopy(record, 0, bytes, garbage.length, record.length);

        assertThat(scan(bytes, true).records).containsExactly("\"a\"");
        assertThat(scan(bytes, false).records).containsExactly("\"a\"");
    }

    @Test
    void takesNoRandomBytesForARecordAndNeverFails() throws Exception {
        long seed = RandomGenerator.getDefault().nextLong();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < 500; round++) {
            byte[] bytes = new byte[random.nextInt(200)];
            String alphabet = "0123456789abcdef  \n";
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = random.nextBoolean()
                        ? (byte) alphabet.charAt(random.nextInt(alphabet.length()))
                        : (byte) random.nextInt(256);
            }
            Found found = scan(bytes, true);
            assertThat(found.records).as("seed %d", seed).isEmpty();
            // Line ends alone stand where records were erased.
            boolean erased = new String(bytes, StandardCharsets.ISO_8859_1).matches("\n*");
            assertThat(found.bytes).as("seed %d", seed).isEqualTo(erased ? 0 : bytes.length);
        }
    }

    @Test
    void setsDamagedBytesAsideAndSaysHowMany() throws Exception {
        Path file = segment("v1");
        byte[] good = frames(List.of("\"a\""));
        Files.write(file, concat(good, "half a rec".getBytes(StandardCharsets.UTF_8)));

        assertThat(merge()).isEqualTo(new Journal.Merged(1, 1, 10));

        assertThat(file).doesNotExist();
        assertThat(files())
                .extracting(Path::toString)
                .containsExactly(folder.resolve("aside").toString());
        try (Stream<Path> aside = Files.list(folder.resolve("aside"))) {
            assertThat(aside).singleElement().satisfies(kept -> assertThat(kept).hasContent("half a rec"));
        }
    }

    @Test
    void leavesRecordsOfANewerVersionToANewerProgram() throws Exception {
        Path newer = segment("v2");
        Files.write(newer, frames(List.of("\"a\"")));

        assertThat(merge().records()).isZero();

        assertThat(newer).exists();
    }

    @Test
    void ignoresOtherFilesInItsFolder() throws Exception {
        Files.createDirectories(folder);
        Path mine = Files.writeString(folder.resolve("notes.journal"), "mine");
        Files.createDirectories(folder.resolve("sub.lock"));

        assertThat(merge().records()).isZero();
        assertThat(mine).hasContent("mine");
    }

    @Test
    void beginsAnotherFileWhereOneIsFull() {
        String large = "\"" + "x".repeat(Frame.LONGEST / 2) + "\"";
        try (Journal journal = Journal.in(folder, 1)) {
            for (int i = 0; i < 9; i++) {
                journal.append(large);
            }
            assertThat(files()).hasSize(4);
            assertThat(merge().records()).isEqualTo(9);
            assertThat(files()).hasSize(2);
        }
    }

    @Test
    void refusesARecordThatIsTooLongAndTakesTheNext() {
        try (Journal journal = Journal.in(folder, 1)) {
            assertThatThrownBy(() -> journal.append("x".repeat(Frame.LONGEST)))
                    .isInstanceOf(IllegalArgumentException.class);
            journal.append("\"a\"");
        }
        assertThat(merge().records()).isEqualTo(1);
    }

    @Test
    void keepsRecordsThatCannotBeWrittenAndWritesThemWithTheNext() throws Exception {
        Files.writeString(folder, "in the way");
        try (Journal journal = Journal.in(folder, 1)) {
            assertThatThrownBy(() -> journal.append("\"a\""))
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining("cannot be written");
            Files.delete(folder);
            journal.append("\"b\"");
        }
        assertThat(merge().records()).isEqualTo(2);
    }

    private Journal.Merged merge() {
        return store.write(Things.SCHEMA, database -> Journal.in(folder, 1).merge(database, JournalTest::insert));
    }

    private static void insert(Database database, List<String> records) {
        records.forEach(record -> database.update("insert into things(text) values (?)", record));
    }

    private List<String> texts() {
        return store.write(
                Things.SCHEMA,
                database -> database.query(
                        "select text from things", row -> row.string("text").orElseThrow()));
    }

    private Path segment(String version) throws IOException {
        Files.createDirectories(folder);
        return folder.resolve(version + "-" + UUID.randomUUID() + ".journal");
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] frames(List<String> records) {
        return records.stream().map(Frame::of).reduce(new byte[0], JournalTest::concat);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private Found scan(byte[] bytes, boolean finished) throws IOException {
        return scan(bytes, finished, 0);
    }

    private Found scan(byte[] bytes, boolean finished, long from) throws IOException {
        Path file = Files.write(home.resolve("bytes"), bytes);
        Found found = new Found();
        SegmentReader reader = new SegmentReader(from, found);
        reader.read(file, finished);
        found.position = reader.position();
        return found;
    }

    private static final class Found implements SegmentReader.Sink {
        private final List<String> records = new ArrayList<>();
        private long bytes;
        private long position;

        @Override
        public void record(String text) {
            records.add(text);
        }

        @Override
        public void damaged(long at, byte[] damaged) {
            bytes += damaged.length;
        }
    }
}
