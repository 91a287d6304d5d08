package ai.bearllm.bench;

/**
 * Where the true value lies, with a confidence of 95 %.
 *
 * @param low lower end
 * @param high upper end
 */
public record Interval(double low, double high) {
    /** Whether the value lies inside, ends included. */
    public boolean holds(double value) {
        return low <= value && value <= high;
    }
}
