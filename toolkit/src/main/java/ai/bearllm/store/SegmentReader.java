package ai.bearllm.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads a segment's records from a position on, past whatever is damaged, in bounded memory. */
final class SegmentReader {
    private static final int WINDOW = 8 * Frame.LONGEST;

    private final Sink sink;
    private long position;

    SegmentReader(long position, Sink sink) {
        this.position = position;
        this.sink = sink;
    }

    /** Takes what is found, in order. */
    interface Sink {
        void record(String text);

        void damaged(long position, byte[] bytes) throws IOException;
    }

    /** Everything before this position was given to the sink. */
    long position() {
        return position;
    }

    /**
     * Reads to the end.
     *
     * @param finished whether nobody writes any more: an incomplete end is then torn, otherwise it may yet become a record
     */
    void read(Path file, boolean finished) throws IOException {
        try (var in = Files.newInputStream(file)) {
            in.skipNBytes(Math.min(position, Files.size(file)));
            byte[] window = in.readNBytes(WINDOW);
            while (window.length == WINDOW) {
                int used = scan(window, false);
                byte[] next = Arrays.copyOfRange(window, used, WINDOW);
                byte[] more = in.readNBytes(used);
                window = Arrays.copyOf(next, next.length + more.length);
                System.arraycopy(more, 0, window, next.length, more.length);
            }
            scan(window, finished);
        }
    }

    /** Gives what the bytes hold to the sink and returns how many of them are done with. */
    private int scan(byte[] bytes, boolean finished) throws IOException {
        int done = 0;
        int at = 0;
        while (at < bytes.length) {
            int end = Frame.end(bytes, at, bytes.length);
            if (end < 0) {
                at++;
                continue;
            }
            damaged(bytes, done, at);
            sink.record(Frame.text(bytes, at, end));
            at = end;
            done = end;
        }
        // What is longer than any record cannot become one.
        int hopeless = finished ? bytes.length : Math.max(done, bytes.length - Frame.LONGEST);
        damaged(bytes, done, hopeless);
        position += hopeless;
        return hopeless;
    }

    private void damaged(byte[] bytes, int from, int to) throws IOException {
        if (to > from && !isBlank(bytes, from, to)) {
            sink.damaged(position + from, Arrays.copyOfRange(bytes, from, to));
        }
    }

    /** Whether records were erased here; see {@link JournalSegment#blank}. */
    private static boolean isBlank(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != '\n') {
                return false;
            }
        }
        return true;
    }
}
