package ai.bearllm.chart;

import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.List;

/** The lines below a chart: which mark is which series, and what marks and whiskers mean. */
final class ChartLegend {
    private static final int LINE = 22;
    private static final int LEFT = 20;
    private static final int MARK = 16;
    private static final int SPACE = 24;
    private static final int WIDTH = 720;

    private final List<String> series;
    private final String explanation;
    private final List<Place> places = new ArrayList<>();
    private final int lines;

    private record Place(int x, int line) {}

    private ChartLegend(List<String> series, String explanation) {
        this.series = series.stream().map(ChartText::cut).toList();
        this.explanation = ChartText.cut(explanation);
        int x = LEFT;
        int line = 0;
        for (String name : this.series) {
            int width = MARK + (int) ChartText.width(name, ChartText.NORMAL);
            if (x > LEFT && x + width > WIDTH) {
                x = LEFT;
                line++;
            }
            places.add(new Place(x, line));
            x += width + SPACE;
        }
        this.lines = (series.isEmpty() ? 0 : line + 1) + (explanation.isEmpty() ? 0 : 1);
    }

    /** No series where there is only one. */
    static ChartLegend of(List<String> series, String explanation) {
        return new ChartLegend(series, explanation);
    }

    int height() {
        return lines == 0 ? 0 : lines * LINE + 8;
    }

    void paint(Graphics2D pen, Palette palette, Rectangle area) {
        pen.setColor(palette.paper());
        pen.fill(area);
        for (int i = 0; i < series.size(); i++) {
            int x = area.x + places.get(i).x();
            int y = area.y + places.get(i).line() * LINE + LINE / 2;
            pen.setColor(palette.series(i));
            BearChartTheme.marker(i).paint(pen, x, y, 10);
            pen.setColor(palette.ink());
            pen.fill(ChartText.outline(series.get(i), ChartText.NORMAL, x + MARK, y + 5));
        }
        pen.setColor(palette.ink());
        pen.fill(ChartText.outline(explanation, ChartText.SMALL, area.x + LEFT - 6, area.y + lines * LINE - 6));
    }
}
