package ai.bearllm.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PaletteTest {
    @ParameterizedTest
    @EnumSource
    void everyMarkAndLetterHasItsContrast(Theme theme) {
        Palette palette = Palette.of(theme);
        assertThat(contrast(palette.ink(), palette.paper())).isGreaterThan(7);
        assertThat(contrast(palette.rule(), palette.paper())).isGreaterThan(3);
        palette.series()
                .forEach(color -> assertThat(contrast(color, palette.paper()))
                        .as("contrast of " + color)
                        .isGreaterThan(4.5));
    }

    @ParameterizedTest
    @EnumSource
    void aPairOfColorAndShapeNamesOneSeriesOfThirty(Theme theme) {
        Set<Object> pairs = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            pairs.add(java.util.List.of(Palette.of(theme).series(i), BearChartTheme.marker(i)));
        }
        assertThat(pairs).hasSize(30);
    }

    /** Source: WCAG 2.2, definitions of contrast ratio and relative luminance. */
    private static double contrast(Color first, Color second) {
        double a = luminance(first);
        double b = luminance(second);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }

    private static double luminance(Color color) {
        return 0.2126 * linear(color.getRed()) + 0.7152 * linear(color.getGreen()) + 0.0722 * linear(color.getBlue());
    }

    private static double linear(int channel) {
        double value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
}
