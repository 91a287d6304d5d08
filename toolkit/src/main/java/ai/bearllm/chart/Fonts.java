package ai.bearllm.chart;

import ai.bearllm.model.BearException;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;

/** Finds out whether this Java can draw letters: small container images have neither fonts nor the library that finds them. */
final class Fonts {
    private Fonts() {}

    /**
     * Measures a letter.
     *
     * @throws BearException where that fails
     */
    static void require() {
        try {
            Graphics2D pen = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
            pen.getFontMetrics(new Font(Font.SANS_SERIF, Font.PLAIN, 13)).stringWidth("x");
            pen.dispose();
        } catch (Error | RuntimeException e) {
            if (e instanceof OutOfMemoryError || e instanceof StackOverflowError) {
                throw e;
            }
            // AWT throws InternalError, NoClassDefFoundError, UnsatisfiedLinkError or RuntimeException, by version and
            // cause.
            throw new BearException(
                    "A chart could not be drawn, because this Java found no fonts ("
                            + e.getClass().getSimpleName() + ": " + e.getMessage() + ").",
                    "Install fonts and fontconfig, on Debian: apt-get install fontconfig fonts-dejavu-core libfreetype6;"
                            + " then start Java again.",
                    e);
        }
    }
}
