package ai.bearllm.download;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;

/**
 * Which connection fetches which stretch of a file. Stretches are given out from the front, and nobody runs further ahead of the
 * first missing byte than one piece for each connection: that is the most that is not yet proven at any moment, and the digest
 * follows closely.
 */
final class Spans {
    /** Less is not worth a request of its own. */
    static final long LEAST_BYTES = 1L << 20;

    private final List<Span> active = new ArrayList<>();
    private final PriorityQueue<Gap> gaps = new PriorityQueue<>(Comparator.comparingLong(Gap::start));
    private final long from;
    private long end;
    private long next;

    /** @param end empty where nobody knows how long the file is */
    Spans(long from, OptionalLong end) {
        this.from = from;
        this.next = from;
        this.end = end.orElse(Long.MAX_VALUE);
    }

    private record Gap(long start, long end) {}

    /** A stretch that one connection fetches from its beginning on. Its end may come nearer meanwhile. */
    final class Span {
        private long position;
        private long limit;

        private Span(long start, long limit) {
            this.position = start;
            this.limit = limit;
        }

        /** Where the next byte belongs. */
        long position() {
            synchronized (Spans.this) {
                return position;
            }
        }

        /** Where it ends; empty where that is the file's unknown end. */
        OptionalLong limit() {
            synchronized (Spans.this) {
                return limit == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(limit);
            }
        }

        /** How many bytes are still wanted. */
        long wanted() {
            synchronized (Spans.this) {
                return limit - position;
            }
        }

        /** So many were written. */
        void advance(long bytes) {
            synchronized (Spans.this) {
                position += bytes;
            }
        }
    }

    /**
     * The next stretch.
     *
     * @param block how long it may be
     * @param window how far it may begin after the first missing byte
     * @return empty where nothing is left to give at this moment
     */
    synchronized Optional<Span> take(long block, long window) {
        Gap gap = gaps.poll();
        if (gap != null) {
            long limit = gap.end - gap.start > block ? gap.start + block : gap.end;
            if (limit < gap.end) {
                gaps.add(new Gap(limit, gap.end));
            }
            return Optional.of(given(gap.start, limit));
        }
        if (next < end && (active.isEmpty() || next - frontier() < window)) {
            long start = next;
            next = end - start > block ? start + block : end;
            return Optional.of(given(start, next));
        }
        return Optional.empty();
    }

    /** Takes the second half of what the busiest connection still has to do; empty where that is not worth it. */
    synchronized Optional<Span> share() {
        Optional<Span> busiest = active.stream().max(Comparator.comparingLong(span -> span.limit - span.position));
        if (busiest.isEmpty() || end == Long.MAX_VALUE) {
            return Optional.empty();
        }
        Span span = busiest.get();
        long left = span.limit - span.position;
        if (left < 4 * LEAST_BYTES) {
            return Optional.empty();
        }
        long middle = span.position + left / 2;
        Span half = given(middle, span.limit);
        span.limit = middle;
        return Optional.of(half);
    }

    /** Ends the one open stretch after so many more bytes, so that others can go on from there. */
    synchronized void cut(long bytes) {
        for (Span span : active) {
            if (span.limit == next && next - span.position > bytes) {
                span.limit = span.position + bytes;
                next = span.limit;
            }
        }
    }

    private Span given(long start, long limit) {
        Span span = new Span(start, limit);
        active.add(span);
        return span;
    }

    /** The connection is done with it; what it did not bring is given out again. */
    synchronized void release(Span span) {
        if (!active.remove(span) || span.position == span.limit) {
            return;
        }
        if (span.limit == next) {
            next = span.position;
        } else {
            gaps.add(new Gap(span.position, span.limit));
        }
    }

    /** The file ends here: the server said so by ending. */
    synchronized void endAt(long length) {
        end = length;
        next = length;
        active.forEach(span -> span.limit = Math.min(span.limit, length));
    }

    /** Up to where everything is written. */
    synchronized long frontier() {
        long first = gaps.isEmpty() ? next : gaps.peek().start;
        for (Span span : active) {
            first = Math.min(first, span.position);
        }
        return first;
    }

    /** How many bytes are written, wherever. */
    synchronized long written() {
        long missing = 0;
        for (Span span : active) {
            missing += span.limit - span.position;
        }
        for (Gap gap : gaps) {
            missing += gap.end - gap.start;
        }
        return next - missing;
    }

    /** How many bytes nobody has been given yet. */
    synchronized long unassigned() {
        return end - next;
    }

    synchronized boolean isComplete() {
        return next == end && active.isEmpty() && gaps.isEmpty();
    }

    /** Where the stretches begin. */
    long from() {
        return from;
    }
}
