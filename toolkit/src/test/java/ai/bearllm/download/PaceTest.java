package ai.bearllm.download;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long STEP = 50_000_000L;

    private int most;
    private double busyShare;

    /** Runs a download on a network that gives so many bytes a second to so many connections; returns where it settles. */
    private int settle(int allowed, double seconds, long size, IntToDoubleFunction rate) {
        Pace pace = new Pace(allowed, 0, 0);
        double bytes = 0;
        for (long now = STEP; now <= seconds * 1e9 && bytes < size; now += STEP) {
            bytes += rate.applyAsDouble(pace.lanes()) * STEP / 1e9;
            pace.look(now, (long) bytes, size - (long) bytes, (long) (busyShare * now * pace.lanes()));
            most = Math.max(most, pace.lanes());
        }
        return pace.lanes();
    }

    @Test
    void whereEachConnectionIsHeldBackItUsesAllThatAreAllowed() {
        assertThat(settle(16, 10, 10_000_000_000L, lanes -> lanes * 10e6)).isEqualTo(16);
        assertThat(settle(3, 10, 10_000_000_000L, lanes -> lanes * 10e6)).isEqualTo(3);
    }

    @Test
    void whereMoreBringNothingItGoesBackToOneAndRarelyTriesAgain() {
        assertThat(settle(16, 15, 10_000_000_000L, lanes -> 20e6)).isEqualTo(1);
        assertThat(most).isEqualTo(4);
    }

    @Test
    void whereFourAreAsGoodAsSixteenItStaysWithFour() {
        assertThat(settle(16, 12, 10_000_000_000L, lanes -> Math.min(lanes, 4) * 10e6))
                .isEqualTo(4);
    }

    @Test
    void aFastServerIsAskedOnce() {
        settle(16, 10, 100_000_000_000L, lanes -> 700e6);
        assertThat(most).isEqualTo(1);
    }

    @Test
    void whereThisMachineIsWhatIsSlowMoreConnectionsAreNotTried() {
        busyShare = 0.5;
        settle(16, 10, 10_000_000_000L, lanes -> lanes * 10e6);
        assertThat(most).isEqualTo(1);
    }

    @Test
    void aFileThatIsNearlyHereIsNotSplit() {
        settle(16, 10, 10_000_000, lanes -> lanes * 10e6);
        assertThat(most).isEqualTo(1);
    }

    @Test
    void failuresOfSomeLeaveTheOthers() {
        Pace pace = new Pace(16, 0, 0);
        double bytes = 0;
        for (long now = STEP; now < 5e9; now += STEP) {
            bytes += pace.lanes() * 10e6 * STEP / 1e9;
            pace.look(now, (long) bytes, Long.MAX_VALUE / 2, 0);
        }
        assertThat(pace.lanes()).isEqualTo(16);
        pace.fewer(5, (long) 5e9, (long) bytes);
        assertThat(pace.lanes()).isEqualTo(5);
        pace.single();
        assertThat(pace.lanes()).isEqualTo(1);
    }
}
