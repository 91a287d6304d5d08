package ai.bearllm.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrorBarTest {
    @Test
    void restsOnTheBenchmarkWhereNothingWasMeasured() {
        ErrorBar bar = ErrorBar.of(List.of());
        assertThat(bar.loads()).isZero();
        assertThat(bar.middle()).isEqualTo(1);
        assertThat(bar.low()).isEqualTo(Math.exp(-2 * ErrorBar.PRIOR_SPREAD), within(1e-9));
        assertThat(bar.high()).isEqualTo(Math.exp(2 * ErrorBar.PRIOR_SPREAD), within(1e-9));
        assertThat(bar.basis()).isEqualTo("-10 to +11 %, from the toolkit's benchmark: nothing was measured here yet");
    }

    @Test
    void movesToWhatIsMeasuredHereAndGrowsNarrowerWhereLoadsAgree() {
        ErrorBar one = ErrorBar.of(List.of(1.2));
        ErrorBar many = ErrorBar.of(Collections.nCopies(40, 1.2));
        assertThat(one.middle()).isBetween(1.01, 1.1);
        assertThat(many.middle()).isBetween(1.15, 1.2);
        assertThat(many.high() - many.low()).isLessThan(one.high() - one.low());
        assertThat(many.basis()).contains("from 40 loads measured here");
    }

    @Test
    void growsWiderWhereLoadsDisagree() {
        ErrorBar apart = ErrorBar.of(List.of(0.7, 1.4, 0.8, 1.3, 0.7, 1.4));
        ErrorBar none = ErrorBar.of(List.of());
        assertThat(apart.high() - apart.low()).isGreaterThan(none.high() - none.low());
    }

    @Test
    void learnsNothingFromNonsenseAndForgetsTheOldest() {
        assertThat(ErrorBar.of(List.of(0.0, -1.0, Double.NaN, Double.POSITIVE_INFINITY, 100.0)))
                .isEqualTo(ErrorBar.of(List.of()));
        List<Double> old = new java.util.ArrayList<>(Collections.nCopies(60, 2.0));
        old.addAll(Collections.nCopies(ErrorBar.MOST_LOADS, 1.0));
        assertThat(ErrorBar.of(old).middle()).isEqualTo(1, within(1e-9));
    }
}
