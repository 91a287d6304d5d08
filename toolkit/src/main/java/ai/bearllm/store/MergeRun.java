package ai.bearllm.store;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** One merge: hands records to the owner in batches and counts. */
final class MergeRun {
    private static final Logger LOG = System.getLogger(MergeRun.class.getName());
    private static final int BATCH = 16_384;
    private static final int BATCH_CHARACTERS = 8 << 20;

    private final Database database;
    private final Journal.Merger merger;
    private final List<String> batch = new ArrayList<>();
    private long batchCharacters;
    private long records;
    private int damagedPlaces;
    private long damagedBytes;

    MergeRun(Database database, Journal.Merger merger) {
        this.database = database;
        this.merger = merger;
    }

    Database database() {
        return database;
    }

    /** Reads a segment from a position on and returns the position that was reached. */
    long read(JournalSegment segment, long from, boolean finished) throws IOException {
        if (!Files.exists(segment.file())) {
            return from;
        }
        SegmentReader reader = new SegmentReader(from, new SegmentReader.Sink() {
            @Override
            public void record(String text) {
                batch.add(text);
                batchCharacters += text.length();
                if (batch.size() >= BATCH || batchCharacters >= BATCH_CHARACTERS) {
                    flush();
                }
            }

            @Override
            public void damaged(long position, byte[] bytes) throws IOException {
                segment.keepAside(position, bytes);
                damagedPlaces++;
                damagedBytes += bytes.length;
                LOG.log(
                        Level.WARNING,
                        "{0} damaged bytes at {1} of journal {2} were set aside",
                        bytes.length,
                        position,
                        segment.name());
            }
        });
        reader.read(segment.file(), finished);
        return reader.position();
    }

    /** Hands over what is left; a batch may hold records of several segments. */
    void flush() {
        if (!batch.isEmpty()) {
            merger.merge(database, List.copyOf(batch));
            records += batch.size();
            batch.clear();
            batchCharacters = 0;
        }
    }

    Journal.Merged merged() {
        return new Journal.Merged(records, damagedPlaces, damagedBytes);
    }
}
