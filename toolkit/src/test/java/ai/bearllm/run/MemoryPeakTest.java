package ai.bearllm.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.engine.MemoryReport;
import ai.bearllm.model.RunRecord;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MemoryPeakTest {
    @Test
    void keepsTheHighestOfEachPartThoughBothFallAgain() throws Exception {
        long[][] looks = {{10, 500}, {90, 20}, {30, 600}, {40, 30}};
        AtomicInteger next = new AtomicInteger();
        CountDownLatch seen = new CountDownLatch(looks.length);
        try (MemoryPeak peak = MemoryPeak.of(() -> {
            long[] look = looks[Math.min(looks.length - 1, next.getAndIncrement())];
            seen.countDown();
            return report(OptionalLong.of(look[0]), OptionalLong.of(look[1]));
        })) {
            assertThat(seen.await(30, TimeUnit.SECONDS)).isTrue();

            assertThat(peak.now()).isEqualTo(new RunRecord.Memory(OptionalLong.of(90), OptionalLong.of(600)));
        }
    }

    @Test
    void looksOnceMoreAtTheEndOfAShortRun() {
        AtomicInteger grown = new AtomicInteger(1);
        try (MemoryPeak peak = MemoryPeak.of(() -> report(OptionalLong.of(grown.get()), OptionalLong.empty()))) {
            grown.set(7);
            assertThat(peak.now()).isEqualTo(new RunRecord.Memory(OptionalLong.of(7), OptionalLong.empty()));
        }
    }

    @Test
    void knowsNothingWhereTheSystemTellsNothingOrTheProcessIsGone() {
        try (MemoryPeak silent = MemoryPeak.of(() -> MemoryReport.UNKNOWN);
                MemoryPeak gone = MemoryPeak.of(() -> {
                    throw new IllegalStateException("closed");
                })) {
            assertThat(silent.now()).isEqualTo(RunRecord.Memory.UNKNOWN);
            assertThat(gone.seen()).isEqualTo(RunRecord.Memory.UNKNOWN);
        }
    }

    private static MemoryReport report(OptionalLong anonymous, OptionalLong fileMapped) {
        return new MemoryReport(anonymous, fileMapped, OptionalLong.empty());
    }
}
