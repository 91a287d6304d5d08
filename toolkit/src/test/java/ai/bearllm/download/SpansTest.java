package ai.bearllm.download;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpansTest {
    private static final long MB = 1L << 20;

    @Test
    void oneConnectionTakesEverything() {
        Spans spans = new Spans(5, OptionalLong.of(100));
        Spans.Span span = spans.take(Long.MAX_VALUE, MB).orElseThrow();
        assertThat(span.position()).isEqualTo(5);
        assertThat(span.limit()).hasValue(100);
        assertThat(spans.written()).isEqualTo(5);
        span.advance(40);
        assertThat(spans.frontier()).isEqualTo(45);
        spans.release(span);
        assertThat(spans.take(Long.MAX_VALUE, MB).orElseThrow().position()).isEqualTo(45);
    }

    @Test
    void anOpenEndIsClosedWhenTheFileEnds() {
        Spans spans = new Spans(0, OptionalLong.empty());
        Spans.Span span = spans.take(Long.MAX_VALUE, MB).orElseThrow();
        assertThat(span.limit()).isEmpty();
        span.advance(70);
        spans.endAt(70);
        spans.release(span);
        assertThat(spans.isComplete()).isTrue();
        assertThat(spans.written()).isEqualTo(70);
    }

    @Test
    void whateverConnectionsDoEachByteIsFetchedOnceAndNobodyRunsAhead() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            simulate(random, seed);
        }
    }

    private static void simulate(Random random, long seed) {
        int size = 1 + random.nextInt(200);
        long total = size * MB / 4;
        long window = 16 * MB;
        byte[] fetched = new byte[size];
        Spans spans = new Spans(0, OptionalLong.of(total));
        List<Spans.Span> active = new ArrayList<>();
        for (int step = 0; step < 100_000 && !spans.isComplete(); step++) {
            if (active.isEmpty() || random.nextInt(4) == 0) {
                boolean alone = active.isEmpty() && random.nextBoolean();
                Optional<Spans.Span> span = spans.take(alone ? Long.MAX_VALUE : 4 * MB, window);
                span.or(() -> spans.unassigned() == 0 ? spans.share() : Optional.empty())
                        .ifPresent(active::add);
            } else {
                Spans.Span span = active.get(random.nextInt(active.size()));
                int action = random.nextInt(20);
                if (action == 0 || span.wanted() == 0) {
                    active.remove(span);
                    spans.release(span);
                } else if (action == 1 && active.size() == 1) {
                    spans.cut(MB);
                } else {
                    long bytes = Math.min(span.wanted(), MB / 4);
                    // Steps of a quarter are the smallest unit here; a share may begin within one.
                    mark(fetched, span.position(), bytes);
                    span.advance(bytes);
                }
            }
            assertThat(spans.written()).as("seed %d", seed).isBetween(spans.frontier(), total);
        }
        assertThat(spans.isComplete()).as("seed %d", seed).isTrue();
        assertThat(spans.written()).isEqualTo(total);
        assertThat(spans.frontier()).isEqualTo(total);
        for (byte count : fetched) {
            assertThat(count).as("seed %d", seed).isGreaterThan((byte) 0);
        }
    }

    private static void mark(byte[] fetched, long position, long bytes) {
        for (long at = position; at < position + bytes; at += MB / 4) {
            fetched[(int) (at / (MB / 4))]++;
        }
        if (bytes > 0) {
            fetched[(int) ((position + bytes - 1) / (MB / 4))] |= 1;
        }
    }
}
