package ai.bearllm.chart;

import ai.bearllm.model.Sheet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Values with intervals: for each label one line a series, the value as a mark, its interval as a whisker, the raw values as
 * small rings below. The axis begins at zero, so that lengths compare as the values do.
 *
 * @param title what the chart shows
 * @param axis what is measured
 * @param unit its unit; empty where there is none
 * @param explanation what mark, whisker and rings mean, in one short line below; may be empty
 * @param points what is drawn, in this order
 */
public record IntervalChart(String title, String axis, String unit, String explanation, List<Point> points) {
    public IntervalChart {
        points = List.copyOf(points);
    }

    /**
     * One value.
     *
     * @param series what is compared, for example the engine; has its own color and shape of mark
     * @param label what the value belongs to, for example the model
     * @param value finite
     * @param interval where the true value lies, in the sense that the figure's text tells; empty where it is unknown
     * @param samples the raw values behind it; may be empty
     */
    public record Point(String series, String label, double value, Optional<Range> interval, List<Double> samples) {
        public Point {
            samples = List.copyOf(samples);
            if (!Double.isFinite(value) || samples.stream().anyMatch(sample -> !Double.isFinite(sample))) {
                throw new IllegalArgumentException("values of a chart must be finite");
            }
        }
    }

    /**
     * An interval, which need not be symmetric about its value.
     *
     * @param low its lower end
     * @param high its upper end
     */
    public record Range(double low, double high) {
        public Range {
            if (!(low <= high) || !Double.isFinite(low) || !Double.isFinite(high)) {
                throw new IllegalArgumentException(
                        "an interval must be finite and not reversed but was " + low + " to " + high);
            }
        }
    }

    /** With a short line below that says what mark, whisker and rings mean. */
    public IntervalChart explained(String text) {
        return new IntervalChart(title, axis, unit, text, points);
    }

    /** With one more value. */
    public IntervalChart point(Point point) {
        return new IntervalChart(
                title,
                axis,
                unit,
                explanation,
                Stream.concat(points.stream(), Stream.of(point)).toList());
    }

    /** With one more value and its interval. */
    public IntervalChart point(String series, String label, double value, double low, double high) {
        return point(new Point(series, label, value, Optional.of(new Range(low, high)), List.of()));
    }

    /** With one more value whose interval is unknown. */
    public IntervalChart point(String series, String label, double value) {
        return point(new Point(series, label, value, Optional.empty(), List.of()));
    }

    /**
     * The chart, ready to be shown.
     *
     * @throws IllegalArgumentException where there is no value yet
     */
    public Figure figure() {
        if (points.isEmpty()) {
            throw new IllegalArgumentException("a chart needs at least one value");
        }
        return new Figure(title, description(), data(), theme -> IntervalPlot.of(this, theme));
    }

    String axisTitle() {
        return unit.isEmpty() ? axis : axis + " (" + unit + ")";
    }

    private String description() {
        String values = points.stream()
                .limit(8)
                .map(point -> name(point) + " " + Sheet.format(point.value()) + interval(point))
                .collect(Collectors.joining("; "));
        String more = points.size() > 8 ? "; and " + (points.size() - 8) + " more in the table" : "";
        return title + ". " + axisTitle() + ": " + values + more + "."
                + (explanation.isEmpty() ? "" : " " + explanation);
    }

    private static String name(Point point) {
        return point.series().isEmpty() ? point.label() : point.label() + ", " + point.series();
    }

    private static String interval(Point point) {
        return point.interval()
                .map(range -> " (" + Sheet.format(range.low()) + " to " + Sheet.format(range.high()) + ")")
                .orElse("");
    }

    private Sheet data() {
        Sheet.Builder sheet = Sheet.of(title).columns("what", "series");
        sheet.column(axis, unit).column("low", unit).column("high", unit).columns("samples");
        points.forEach(point -> sheet.row(
                point.label(),
                point.series(),
                point.value(),
                point.interval().map(Range::low).orElse(null),
                point.interval().map(Range::high).orElse(null),
                point.samples().isEmpty() ? null : point.samples().size()));
        return explanation.isEmpty() ? sheet.build() : sheet.note(explanation).build();
    }
}
