package ai.bearllm.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.knowm.xchart.style.theme.XChartTheme;

/** How our charts look, light and dark. */
final class BearChartTheme extends XChartTheme {
    private static final BasicStroke HAIR = new BasicStroke(1);

    private final Palette palette;

    BearChartTheme(Palette palette) {
        this.palette = palette;
    }

    /** Six colors and five shapes meet in thirty different pairs before the first one comes again. */
    static Marker marker(int series) {
        Marker[] shapes = {
            SeriesMarkers.CIRCLE,
            SeriesMarkers.SQUARE,
            SeriesMarkers.DIAMOND,
            SeriesMarkers.TRIANGLE_UP,
            SeriesMarkers.TRIANGLE_DOWN
        };
        return shapes[series % shapes.length];
    }

    @Override
    public Font getBaseFont() {
        return ChartText.NORMAL;
    }

    @Override
    public Color getChartBackgroundColor() {
        return palette.paper();
    }

    @Override
    public Color getChartFontColor() {
        return palette.ink();
    }

    @Override
    public Font getChartTitleFont() {
        return ChartText.TITLE;
    }

    @Override
    public boolean isChartTitleBoxVisible() {
        return false;
    }

    @Override
    public int getChartPadding() {
        return 10;
    }

    @Override
    public Color getPlotBackgroundColor() {
        return palette.paper();
    }

    @Override
    public Color getPlotBorderColor() {
        return palette.rule();
    }

    @Override
    public boolean isPlotBorderVisible() {
        return false;
    }

    @Override
    public Color getPlotGridLinesColor() {
        return palette.grid();
    }

    @Override
    public BasicStroke getPlotGridLinesStroke() {
        return HAIR;
    }

    @Override
    public double getPlotContentSize() {
        return 1;
    }

    @Override
    public Font getAxisTitleFont() {
        return ChartText.NORMAL;
    }

    @Override
    public Font getAxisTickLabelsFont() {
        return ChartText.SMALL;
    }

    @Override
    public Color getAxisTickLabelsColor() {
        return palette.ink();
    }

    @Override
    public Color getAxisTickMarksColor() {
        return palette.rule();
    }

    @Override
    public BasicStroke getAxisTickMarksStroke() {
        return HAIR;
    }

    @Override
    public int getMarkerSize() {
        return 10;
    }
}
