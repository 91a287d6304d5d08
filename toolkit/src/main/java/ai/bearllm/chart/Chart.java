package ai.bearllm.chart;

/** Begins a chart: describe it step by step, then ask for its {@link Figure}. */
public final class Chart {
    private Chart() {}

    /**
     * Measured values with their intervals, one below the other.
     *
     * @param title what the chart shows
     * @param axis what is measured, for example {@code generation}
     * @param unit its unit, for example {@code tokens/s}; empty where there is none
     */
    public static IntervalChart intervals(String title, String axis, String unit) {
        return new IntervalChart(title, axis, unit, "", java.util.List.of());
    }
}
