package ai.bearllm.worker;

import java.util.Arrays;
import java.util.Random;

/**
 * The ratio of two sides' means with a bootstrap interval of 95 % over the pairs.
 *
 * @param value first side to second
 * @param low lower end of the interval
 * @param high upper end
 */
record PairedRatio(double value, double low, double high) {
    private static final int RESAMPLES = 10_000;

    /** Of values of one side and those that the other had in the same pairs. */
    static PairedRatio of(double[] first, double[] second, Random random) {
        double[] ratios = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            double sum = 0;
            double otherSum = 0;
            for (int k = 0; k < first.length; k++) {
                int drawn = random.nextInt(first.length);
                sum += first[drawn];
                otherSum += second[drawn];
            }
            ratios[i] = sum / otherSum;
        }
        Arrays.sort(ratios);
        return new PairedRatio(
                Arrays.stream(first).sum() / Arrays.stream(second).sum(),
                ratios[RESAMPLES * 25 / 1000],
                ratios[RESAMPLES * 975 / 1000 - 1]);
    }
}
