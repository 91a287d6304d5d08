package ai.bearllm.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.bearllm.progress.Progress.Advanced;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MeterTest {
    private static final long MILLI = 1_000_000L;

    private final AtomicLong clock = new AtomicLong(-5_000);
    private final Heard heard = new Heard();
    private final Meter meter = new Meter(voice(), OptionalLong.of(1_000_000), clock::get);

    private Voice voice() {
        Voice voice = new Voice("job", OptionalLong.of(1_000_000));
        voice.add(heard);
        heard.events().clear();
        return voice;
    }

    private Advanced last() {
        return (Advanced) heard.last();
    }

    @Test
    void saysAtMostTwentyTimesASecondAndAlwaysTheEnd() {
        for (int i = 1; i <= 1000; i++) {
            clock.addAndGet(MILLI);
            meter.reached(1000L * i);
        }
        assertThat(heard.events()).hasSizeBetween(20, 22);
        assertThat(last().done()).isEqualTo(1_000_000);
        assertThat(last().perSecond().orElseThrow()).isCloseTo(1_000_000, within(1_000.0));
        assertThat(last().elapsed()).hasSeconds(1);
    }

    @Test
    void saysTheFirstBytesAtOnceAndWhatWasHeldBackBeforeAPause() {
        meter.reached(10);
        assertThat(last().perSecond()).isEmpty();
        meter.reached(30);
        assertThat(last().done()).isEqualTo(10);
        meter.flush();
        assertThat(last().done()).isEqualTo(30);
    }

    @Test
    void neverGoesBackWhenATransferStartsOver() {
        clock.addAndGet(100 * MILLI);
        meter.reached(500_000);
        clock.addAndGet(100 * MILLI);
        meter.reached(100_000);
        meter.flush();
        assertThat(heard.events()).hasSize(1);
        clock.addAndGet(100 * MILLI);
        meter.reached(600_000);
        assertThat(last().done()).isEqualTo(600_000);
    }

    @Test
    void theRateFollowsSmoothlyAndIgnoresWaits() {
        long length = 0;
        for (int i = 0; i < 20; i++) {
            clock.addAndGet(100 * MILLI);
            meter.reached(length += 10_000);
        }
        assertThat(last().perSecond().orElseThrow()).isCloseTo(100_000, within(1.0));
        clock.addAndGet(60_000 * MILLI);
        meter.waited(length);
        clock.addAndGet(100 * MILLI);
        meter.reached(length += 20_000);
        assertThat(last().perSecond().orElseThrow()).isBetween(100_000.0, 110_000.0);
        assertThat(last().remaining()).isPresent();
    }
}
