package ai.bearllm.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;

/** Both run their saved inputs in every build, and look for new ones where {@code JAZZER_FUZZ=1} is set. */
class JournalFuzzTest {
    /** Every byte of a segment belongs to a record, to damage that is set aside, or to what was erased, in order. */
    @FuzzTest(maxDuration = "2h")
    void readsAnySegment(byte[] bytes) throws IOException {
        Found found = read(bytes);

        assertThat(found.position).isEqualTo(bytes.length);
        BitSet accounted = found.damaged(bytes);
        int frames = 0;
        for (int at = 0; at < bytes.length; at++) {
            int end = Frame.end(bytes, at, bytes.length);
            if (end > 0) {
                assertThat(accounted.get(at, end).isEmpty())
                        .as("damage within a record")
                        .isTrue();
                accounted.set(at, end);
                frames++;
                at = end - 1;
            }
        }
        assertThat(found.records).hasSize(frames);
        for (int at = accounted.nextClearBit(0); at < bytes.length; at = accounted.nextClearBit(at + 1)) {
            assertThat(bytes[at]).as("what was erased").isEqualTo((byte) '\n');
        }
    }

    /** A record between any two pieces of garbage is found, wherever they are cut. */
    @FuzzTest(maxDuration = "2h")
    void findsARecordBehindAnything(byte[] garbage) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(garbage);
        bytes.writeBytes(Frame.of("{\"a record\":1}"));
        bytes.writeBytes(garbage);

        List<String> records = read(bytes.toByteArray()).records;
        // Garbage that begins a long frame of its own could only hide the record with the right checksum over it.
        assertThat(records.contains("{\"a record\":1}") || records.stream().anyMatch(text -> text.contains("a record")))
                .isTrue();
    }

    private static Found read(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("bear-fuzz", ".journal");
        try {
            Files.write(file, bytes);
            Found found = new Found();
            SegmentReader reader = new SegmentReader(0, found);
            reader.read(file, true);
            found.position = reader.position();
            return found;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            Files.delete(file);
        }
    }

    private static final class Found implements SegmentReader.Sink {
        private final List<String> records = new ArrayList<>();
        private final TreeMap<Integer, byte[]> aside = new TreeMap<>();
        private long position;

        @Override
        public void record(String text) {
            records.add(text);
        }

        @Override
        public void damaged(long at, byte[] bytes) {
            aside.put(Math.toIntExact(at), bytes);
        }

        /** Where the damage was, which must be as it stands there. */
        BitSet damaged(byte[] bytes) {
            BitSet places = new BitSet(bytes.length);
            aside.forEach((at, kept) -> {
                assertThat(kept).isEqualTo(Arrays.copyOfRange(bytes, at, at + kept.length));
                assertThat(places.get(at, at + kept.length).isEmpty()).isTrue();
                places.set(at, at + kept.length);
            });
            return places;
        }
    }
}
