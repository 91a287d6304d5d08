package ai.bearllm.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.bearllm.chart.IntervalChart.Point;
import ai.bearllm.chart.IntervalChart.Range;
import ai.bearllm.model.Sheet;
import ai.bearllm.table.HostileText;
import ai.bearllm.table.ParsedHtml;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FigureTest {
    private static final IntervalChart RATES = Chart.intervals("Rates", "generation", "tokens/s")
            .point("llama.cpp", "tiny", 100, 90, 130)
            .point("djl", "tiny", 80, 75, 82)
            .point("djl", "small", 12)
            .explained("Mark: median.");

    @Test
    void saysInWordsWhatItShows() {
        Figure figure = RATES.figure();
        assertThat(figure.description())
                .isEqualTo(
                        "Rates. generation (tokens/s): tiny, llama.cpp 100 (90.0 to 130); tiny, djl 80.0 (75.0 to 82.0);"
                                + " small, djl 12.0. Mark: median.");
        assertThat(figure.toString()).isEqualTo("chart of 3 values: Rates");
        assertThat(Chart.intervals("T".repeat(200), "a", "")
                        .point("", "b", 1)
                        .figure()
                        .toString())
                .hasSizeLessThanOrEqualTo(80);
    }

    @Test
    void carriesItsDataWithUnknownIntervalsUnknown() {
        Sheet sheet = RATES.figure().sheet();
        assertThat(sheet.rows()).hasSize(3);
        assertThat(sheet.rows().get(0).cells()).containsExactly("tiny", "llama.cpp", 100.0, 90.0, 130.0, null);
        assertThat(sheet.rows().get(2).cells()).containsExactly("small", "djl", 12.0, null, null, null);
    }

    @ParameterizedTest
    @EnumSource
    void svgIsADrawingWithoutTextOrScript(Theme theme) {
        ParsedHtml svg = ParsedHtml.of(RATES.figure().svg(theme));
        assertThat(svg.names()).contains("svg", "path").doesNotContain("text", "script", "image");
    }

    @ParameterizedTest
    @EnumSource
    void pngHasTheSizeAskedForAndTheThemesPaper(Theme theme) throws Exception {
        BufferedImage once =
                ImageIO.read(new ByteArrayInputStream(RATES.figure().png(theme, 1)));
        BufferedImage twice =
                ImageIO.read(new ByteArrayInputStream(RATES.figure().png(theme, 2)));
        assertThat(twice.getWidth()).isEqualTo(2 * once.getWidth());
        assertThat(twice.getHeight()).isEqualTo(2 * once.getHeight());
        Color paper = Palette.of(theme).paper();
        assertThat(new Color(once.getRGB(2, 2))).isEqualTo(paper);
        assertThat(new Color(once.getRGB(once.getWidth() - 3, once.getHeight() - 3)))
                .isEqualTo(paper);
    }

    /** An interval of 90 to 130 about 100 reaches three times as far up as down. */
    @Test
    void whiskersAreAsLongAsTheirSidesOfTheInterval() throws Exception {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(Chart.intervals("One", "a", "")
                .point("", "label", 100, 90, 130)
                .figure()
                .png(Theme.LIGHT, 1)));
        int color = Palette.of(Theme.LIGHT).series(0).getRGB();
        int longest = 0;
        int left = 0;
        int right = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            int first = -1;
            int last = -1;
            for (int x = 0; x < image.getWidth(); x++) {
                if (image.getRGB(x, y) == color) {
                    first = first < 0 ? x : first;
                    last = x;
                }
            }
            if (last - first > longest) {
                longest = last - first;
                left = first;
                right = last;
            }
        }
        double scale = (right - left) / 40.0;
        double mark = left + 10 * scale;
        // The mark's own color fills a disk of ten about the value, above and below the whisker.
        int up = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            up += image.getRGB((int) Math.round(mark), y) == color ? 1 : 0;
        }
        assertThat(up).isBetween(8, 12);
        assertThat(longest).isGreaterThan(100);
    }

    @Test
    void htmlHasBothThemesALabelACaptionAndTheTable() {
        ParsedHtml html = ParsedHtml.of(RATES.figure().html());
        assertThat(html.elements("figure")).hasSize(1);
        assertThat(html.elements("div").get(0).getAttribute("role")).isEqualTo("img");
        assertThat(html.elements("div").get(0).getAttribute("aria-label"))
                .isEqualTo(RATES.figure().description());
        assertThat(html.texts("figcaption")).containsExactly("Rates");
        assertThat(html.elements("img"))
                .extracting(img -> img.getAttribute("class"))
                .containsExactly("bear-light", "bear-dark");
        assertThat(html.elements("table")).hasSize(1);
        String data = html.elements("img").get(1).getAttribute("src");
        String prefix = "data:image/svg+xml;base64,";
        assertThat(data).startsWith(prefix);
        String svg = new String(Base64.getDecoder().decode(data.substring(prefix.length())), StandardCharsets.UTF_8);
        assertThat(svg).isEqualTo(RATES.figure().svg(Theme.DARK, false));
        assertThat(svg.length()).isLessThan(RATES.figure().svg(Theme.DARK).length());
    }

    @Test
    void hostileTextStaysText() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        List<String> harmless = ParsedHtml.of(hostile("x").html()).names();
        for (int i = 0; i < 10; i++) {
            String text = HostileText.next(random);
            Figure figure = hostile(text);
            assertThat(ParsedHtml.of(figure.html()).names()).as("seed " + seed).containsExactlyElementsOf(harmless);
            assertThat(figure.toString()).as("seed " + seed).hasSizeLessThanOrEqualTo(80);
        }
    }

    private static Figure hostile(String text) {
        return Chart.intervals(text, text, text)
                .point(text, text, 3, 2, 4)
                .point(text + "x", text, 4)
                .explained("." + text)
                .figure();
    }

    @Test
    void drawsWhateverIsFinite() {
        double[] values = {0, -1, -1e9, 1e-12, 1e300, -1e300, 4711};
        for (double value : values) {
            Figure figure = Chart.intervals("v", "a", "u")
                    .point(new Point("s", "l", value, Optional.of(new Range(value, value)), List.of(value, 0.0)))
                    .figure();
            assertThat(figure.svg(Theme.LIGHT)).as("value " + value).contains("<path");
        }
        IntervalChart many = Chart.intervals("many", "a", "");
        for (int i = 0; i < 60; i++) {
            many = many.point("series " + i % 20, "label " + i / 20, i, i, i + 1);
        }
        assertThat(many.figure().svg(Theme.LIGHT)).contains("<path");
    }

    @Test
    void refusesWhatCannotBeDrawn() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Chart.intervals("t", "a", "u").figure())
                .withMessageContaining("at least one value");
        assertThatIllegalArgumentException().isThrownBy(() -> RATES.point("s", "l", Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> RATES.point("s", "l", 1, 2, 1.5));
        assertThatIllegalArgumentException().isThrownBy(() -> RATES.figure().png(Theme.LIGHT, 0));
    }
}
