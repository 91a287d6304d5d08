package ai.bearllm.chart;

import ai.bearllm.chart.IntervalChart.Point;
import ai.bearllm.chart.IntervalChart.Range;
import ai.bearllm.model.Sheet;
import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws an interval chart: XChart lays out title, axis, grid, marks and legend; labels, whiskers and raw values are painted
 * over it, because its own error bars are symmetric only and its category axis has no room for long names.
 */
final class IntervalPlot extends XYChart {
    private static final int WIDTH = 760;
    private static final int LANE = 30;
    /** Height of a label's line, in lanes. */
    private static final double LABEL = 0.85;

    /** Space between two labels' groups, in lanes. */
    private static final double GAP = 0.35;
    /** Title, axis and paddings, in units of length. */
    private static final int FRAME = 100;

    private static final int MARK = 10;
    private static final BasicStroke WHISKER = new BasicStroke(2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER);
    private static final BasicStroke RING = new BasicStroke(1);

    private final transient Palette palette;
    private final transient ChartLegend below;
    private final transient List<Mark> marks = new ArrayList<>();
    private final transient List<Label> labels = new ArrayList<>();

    /** A value and where it is drawn: lane counted from below, in lanes. */
    private record Mark(Point point, double lane, int series) {}

    private record Label(String text, double lane) {}

    private IntervalPlot(int plotHeight, ChartLegend below, Palette palette) {
        super(WIDTH, plotHeight + below.height(), new BearChartTheme(palette));
        this.palette = palette;
        this.below = below;
    }

    static IntervalPlot of(IntervalChart chart, Theme theme) {
        List<String> labels =
                chart.points().stream().map(Point::label).distinct().toList();
        List<String> series =
                chart.points().stream().map(Point::series).distinct().toList();
        double lanes = chart.points().size() + labels.size() * (LABEL + GAP);
        ChartLegend below = ChartLegend.of(series.size() > 1 ? series : List.of(), chart.explanation());
        IntervalPlot plot = new IntervalPlot((int) (lanes * LANE) + FRAME, below, Palette.of(theme));
        plot.setTitle(ChartText.cut(chart.title()));
        plot.setXAxisTitle(ChartText.cut(chart.axisTitle()));
        plot.place(chart, labels, series, lanes);
        plot.style(chart, lanes);
        return plot;
    }

    private void place(IntervalChart chart, List<String> labelNames, List<String> series, double lanes) {
        double y = lanes;
        for (String label : labelNames) {
            y -= LABEL;
            labels.add(new Label(ChartText.cut(label), y + LABEL * 0.35));
            for (Point point : chart.points()) {
                if (point.label().equals(label)) {
                    marks.add(new Mark(point, y - 0.4, series.indexOf(point.series())));
                    y -= 1;
                }
            }
            y -= GAP;
        }
    }

    private void style(IntervalChart chart, double lanes) {
        XYStyler styler = getStyler();
        styler.setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        styler.setLegendVisible(false);
        styler.setLocale(Locale.ROOT);
        styler.setYAxisTicksVisible(false);
        styler.setYAxisTitleVisible(false);
        styler.setPlotGridHorizontalLinesVisible(false);
        styler.setYAxisMin(0.0);
        styler.setYAxisMax(lanes);
        double least = Math.min(0, extent(chart).min().orElse(0));
        double most = Math.max(0, extent(chart).max().orElse(0));
        double span = most > least ? most - least : 1;
        // A little before zero, or XChart leaves out the zero; room for the value written behind the whisker.
        double from = least - span * (least < 0 ? 0.12 : 0.004);
        double to = most + span * 0.12;
        styler.setXAxisMin(from);
        styler.setXAxisMax(to);
        // XChart draws no axis without a series, and where values are few or evenly spaced it labels them instead of
        // round ones.
        double[] uneven = {0, 0.31, 0.74, 1};
        addSeries(
                        "frame",
                        DoubleStream.of(uneven)
                                .map(part -> from + (to - from) * part)
                                .toArray(),
                        DoubleStream.of(uneven).map(part -> lanes * part).toArray())
                .setMarker(SeriesMarkers.NONE);
        styler.setXAxisTickMarkSpacingHint(90);
        styler.setXAxisTickLabelsFormattingFunction(IntervalPlot::tick);
    }

    private static DoubleStream extent(IntervalChart chart) {
        return chart.points().stream()
                .flatMapToDouble(point -> DoubleStream.concat(
                        DoubleStream.of(point.value()),
                        DoubleStream.concat(
                                point.samples().stream().mapToDouble(Double::doubleValue),
                                point.interval().stream()
                                        .flatMapToDouble(range -> DoubleStream.of(range.low(), range.high())))));
    }

    private static String tick(double value) {
        double size = Math.abs(value);
        String text = size >= 1e7 || (size > 0 && size < 1e-4)
                ? String.format(Locale.ROOT, "%.2g", value)
                : String.format(Locale.ROOT, "%,.4f", value);
        return text.contains(".") && !text.contains("e") ? text.replaceFirst("\\.?0+$", "") : text;
    }

    @Override
    public void paint(Graphics2D graphics, int width, int height) {
        int plotHeight = height - below.height();
        super.paint(graphics, width, plotHeight);
        setHeight(height);
        Graphics2D pen = (Graphics2D) graphics.create();
        try {
            pen.setClip(null);
            pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            marks.forEach(mark -> paintMark(pen, mark));
            labels.forEach(label -> paintLabel(pen, label));
            below.paint(pen, palette, new Rectangle(0, plotHeight, width, below.height()));
        } finally {
            pen.dispose();
        }
    }

    private double x(double value) {
        Rectangle2D area = plot.getBounds();
        double from = getStyler().getXAxisMin();
        return area.getX() + area.getWidth() * (value - from) / (getStyler().getXAxisMax() - from);
    }

    /** XChart's own conversion fails where the plot is low. */
    private double y(double lane) {
        Rectangle2D area = plot.getBounds();
        return area.getMaxY() - area.getHeight() * lane / getStyler().getYAxisMax();
    }

    private void paintMark(Graphics2D pen, Mark mark) {
        Point point = mark.point();
        double y = y(mark.lane());
        pen.setColor(palette.series(mark.series()));
        point.interval().ifPresent(range -> paintWhisker(pen, range, y));
        BearChartTheme.marker(mark.series()).paint(pen, x(point.value()), y, MARK);
        pen.setStroke(RING);
        pen.setColor(palette.series(mark.series()));
        for (double sample : point.samples()) {
            pen.draw(new Ellipse2D.Double(x(sample) - 2.5, y + 8, 5, 5));
        }
        double end = Stream.concat(
                        point.samples().stream(),
                        Stream.of(
                                point.value(), point.interval().map(Range::high).orElse(point.value())))
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(point.value());
        write(pen, ChartText.SMALL, Sheet.format(point.value()), x(end) + 10, y + 4);
    }

    private void paintWhisker(Graphics2D pen, Range range, double y) {
        double low = x(range.low());
        double high = x(range.high());
        pen.setStroke(WHISKER);
        pen.draw(new Line2D.Double(low, y, high, y));
        pen.draw(new Line2D.Double(low, y - 6, low, y + 6));
        pen.draw(new Line2D.Double(high, y - 6, high, y + 6));
    }

    private void paintLabel(Graphics2D pen, Label label) {
        double left = x(getStyler().getXAxisMin());
        write(pen, ChartText.NORMAL, label.text(), left + 6, y(label.lane()));
    }

    /** On a piece of paper, so that grid lines do not cross the letters. */
    private void write(Graphics2D pen, Font font, String text, double x, double y) {
        Shape letters = ChartText.outline(text, font, x, y);
        Rectangle2D box = letters.getBounds2D();
        pen.setColor(palette.paper());
        pen.fill(new Rectangle2D.Double(box.getX() - 2, box.getY() - 2, box.getWidth() + 4, box.getHeight() + 4));
        pen.setColor(palette.ink());
        pen.fill(letters);
    }
}
