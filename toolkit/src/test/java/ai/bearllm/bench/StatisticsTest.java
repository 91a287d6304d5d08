package ai.bearllm.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatisticsTest {
    @Test
    void mediansAndQuantilesAreThoseComputedByHand() {
        assertThat(Statistics.median(new double[] {3, 1, 2})).isEqualTo(2);
        assertThat(Statistics.median(new double[] {4, 1, 3, 2})).isEqualTo(2.5);
        assertThat(Statistics.median(new double[] {7})).isEqualTo(7);
        double[] sorted = {10, 20, 30, 40, 50};
        assertThat(Statistics.quantile(sorted, 0)).isEqualTo(10);
        assertThat(Statistics.quantile(sorted, 0.25)).isEqualTo(20);
        assertThat(Statistics.quantile(sorted, 0.6)).isCloseTo(34, within(1e-9));
        assertThat(Statistics.quantile(sorted, 1)).isEqualTo(50);
    }

    /**
     * Of five values, the resamples' median is the smallest with a chance of 5.8 % and the largest with the same: the sum of
     * C(5,k) 0.2^k 0.8^(5-k) over k from 3 to 5. So the 2.5 % and 97.5 % quantiles are the smallest and the largest.
     */
    @Test
    void theBootstrapIntervalOfFiveValuesReachesFromTheSmallestToTheLargest() {
        Estimate estimate = Statistics.estimate(new double[] {5, 1, 4, 2, 3}, 7);
        assertThat(estimate.median()).isEqualTo(3);
        assertThat(estimate.interval()).contains(new Interval(1, 5));
        assertThat(estimate.samples()).isEqualTo(5);
    }

    @Test
    void theSameSeedGivesTheSameInterval() {
        double[] values = new SplittableRandom(3).doubles(40).toArray();
        assertThat(Statistics.estimate(values, 5)).isEqualTo(Statistics.estimate(values, 5));
        assertThat(Statistics.estimate(values, 5).interval().orElseThrow().holds(Statistics.median(values)))
                .isTrue();
    }

    @Test
    void tooFewSamplesHaveNoInterval() {
        assertThat(Statistics.estimate(new double[] {1, 2, 3, 4}, 1).interval()).isEmpty();
        double[] five = {1, 2, 3, 4, 5};
        assertThat(Statistics.ratio(five, five).interval()).isEmpty();
        assertThat(Statistics.ratio(five, five).value()).isEqualTo(1);
    }

    /** Critical values of the signed-rank statistic at 2.5 % a side, as printed in textbooks' tables; the cut is one more. */
    @ParameterizedTest
    @CsvSource({"6, 0", "7, 2", "8, 3", "9, 5", "10, 8", "12, 13", "15, 25", "20, 52", "25, 89", "30, 137"})
    void cutsWhereTheTablesOfTheSignedRankTestDo(int n, int critical) {
        assertThat(Statistics.cut(n)).isEqualTo(critical + 1);
    }

    @Test
    void theApproximationForManyPairsMeetsTheExactValues() {
        assertThat((double) Statistics.cut(101)).isCloseTo(Statistics.cut(100), within(60.0));
        assertThat(Statistics.cut(1_000)).isPositive();
    }

    /** The ratios are 2, 2, 2, 2, 2 and 8; of their 21 pairs' geometric means 15 are 2, five are 4, one is 8. */
    @Test
    void oneOutlierMovesNeitherTheRatioNorItsLowerEnd() {
        Statistics.Ratio ratio = Statistics.ratio(new double[] {2, 4, 6, 8, 10, 48}, new double[] {1, 2, 3, 4, 5, 6});
        assertThat(ratio.value()).isCloseTo(2, within(1e-9));
        assertThat(ratio.interval().orElseThrow().low()).isCloseTo(2, within(1e-9));
        assertThat(ratio.interval().orElseThrow().high()).isCloseTo(8, within(1e-9));
    }

    /** 2 % noise and 5 % drift over the session: what benchmarks on a laptop look like. */
    @Test
    void twoIdenticalSystemsAreCalledDifferentInAboutFivePercent() {
        assertThat(alarms(10, 0, 4_000)).isBetween(0.035, 0.06);
        assertThat(alarms(30, 0, 2_000)).isBetween(0.035, 0.065);
        assertThat(alarms(6, 0, 4_000)).isBetween(0.02, 0.045);
    }

    @Test
    void aRealDifferenceIsFound() {
        assertThat(alarms(10, 0.05, 1_000)).isGreaterThan(0.95);
        assertThat(alarms(30, 0.02, 1_000)).isGreaterThan(0.9);
    }

    private static double alarms(int rounds, double effect, int trials) {
        SplittableRandom random = new SplittableRandom(20 + rounds);
        int alarms = 0;
        for (int trial = 0; trial < trials; trial++) {
            double[] first = new double[rounds];
            double[] second = new double[rounds];
            double direction = random.nextBoolean() ? 0.05 : -0.05;
            for (int round = 0; round < rounds; round++) {
                boolean firstRunsFirst = random.nextBoolean();
                for (int place = 0; place < 2; place++) {
                    double drift = 1 + direction * (2 * round + place) / (2.0 * rounds);
                    double value = drift * Math.exp(0.02 * random.nextGaussian());
                    if (firstRunsFirst == (place == 0)) {
                        first[round] = value * (1 + effect);
                    } else {
                        second[round] = value;
                    }
                }
            }
            Interval interval = Statistics.ratio(first, second).interval().orElseThrow();
            alarms += interval.holds(1) ? 0 : 1;
        }
        return (double) alarms / trials;
    }
}
