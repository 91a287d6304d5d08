package ai.bearllm.chart;

import ai.bearllm.model.BearException;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;

/**
 * A chart with its description and its data, to be drawn for a light or a dark background. In a kernel it shows itself;
 * {@code show()} prints its data.
 */
public final class Figure implements Shown {
    private static final int LARGEST_SCALE = 8;
    /** Two decimals are finer than any screen; the rest would triple the document. */
    private static final Pattern LONG_NUMBER = Pattern.compile("(\\d\\.\\d\\d)\\d+");

    private final String title;
    private final String description;
    private final Sheet data;
    private final Function<Theme, XYChart> drawing;

    Figure(String title, String description, Sheet data, Function<Theme, XYChart> drawing) {
        this.title = title;
        this.description = description;
        this.data = data;
        this.drawing = drawing;
    }

    /** What the chart shows, in a few words. */
    public String title() {
        return title;
    }

    /** The chart in sentences, for those who do not see it. */
    public String description() {
        return description;
    }

    /**
     * The chart as an SVG document. Letters are drawn as shapes, so it looks the same everywhere.
     *
     * @throws BearException where this Java has no fonts
     */
    public String svg(Theme theme) {
        return svg(theme, true);
    }

    /** Without its title where the page writes that. */
    String svg(Theme theme, boolean titled) {
        Fonts.require();
        try {
            XYChart chart = drawing.apply(theme);
            chart.getStyler().setChartTitleVisible(titled);
            String svg = new String(ChartEncoder.getBytes(chart, "svg"), StandardCharsets.UTF_8);
            return LONG_NUMBER.matcher(svg).replaceAll("$1");
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    /**
     * The chart as a PNG image.
     *
     * @param scale pixels for each unit of length: 2 for sharp screens and print; over 0, at most 8
     * @throws BearException where this Java has no fonts
     */
    public byte[] png(Theme theme, double scale) {
        if (!(scale > 0 && scale <= LARGEST_SCALE)) {
            throw new IllegalArgumentException(
                    "scale must be over 0 and at most " + LARGEST_SCALE + " but was " + scale);
        }
        Fonts.require();
        XYChart chart = drawing.apply(theme);
        BufferedImage image = new BufferedImage(
                Math.max(1, (int) Math.round(chart.getWidth() * scale)),
                Math.max(1, (int) Math.round(chart.getHeight() * scale)),
                BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.scale(scale, scale);
        chart.paint(pen, chart.getWidth(), chart.getHeight());
        pen.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toByteArray();
    }

    /**
     * The chart for a page: the image for light and dark with its description, a caption, and its data as a table. Where this
     * Java has no fonts the table stands alone and says why.
     */
    public String html() {
        return FigureHtml.of(this);
    }

    @Override
    public Sheet sheet() {
        return data;
    }

    @Override
    public String toString() {
        int values = data.rows().size();
        return Shown.line("chart of " + values + (values == 1 ? " value: " : " values: ") + title);
    }
}
