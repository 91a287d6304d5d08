package ai.bearllm.chart;

import ai.bearllm.model.Sheet;
import java.awt.Font;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;

/** Letters in charts. */
final class ChartText {
    static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 15);
    static final Font NORMAL = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

    /** What fits the width of a chart. */
    private static final int LONGEST = 80;
    /** From here on letters of the scripts of East Asia are about twice as wide. */
    private static final int WIDE = 0x1100;

    private static final FontRenderContext MEASURE = new FontRenderContext(null, true, true);

    private ChartText() {}

    /** The letters as shapes: as text, an SVG would depend on the viewer's fonts. */
    static Shape outline(String text, Font font, double x, double y) {
        if (text.isBlank()) {
            return new Path2D.Double();
        }
        return new TextLayout(text, font, MEASURE).getOutline(AffineTransform.getTranslateInstance(x, y));
    }

    /** How wide the text is drawn. */
    static double width(String text, Font font) {
        return font.getStringBounds(text, MEASURE).getWidth();
    }

    /** The text on one line, without what cannot be shown, and cut to what fits. */
    static String cut(String text) {
        String line = Sheet.format(text);
        int width = 0;
        for (int i = 0; i < line.length(); i = line.offsetByCodePoints(i, 1)) {
            width += line.codePointAt(i) >= WIDE ? 2 : 1;
            if (width > LONGEST) {
                return line.substring(0, i) + "…";
            }
        }
        return line;
    }
}
