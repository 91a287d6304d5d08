package ai.bearllm.chart;

import java.awt.Color;
import java.util.List;

/**
 * The colors of a theme. Each series color has a contrast of at least 3:1 to the paper, text at least 7:1; a test computes
 * both. Colors repeat only together with other marker shapes.
 *
 * @param paper background
 * @param ink text
 * @param rule axes and frame
 * @param grid grid lines: mere help for the eye, and faint
 * @param series one a series, in order
 */
record Palette(Color paper, Color ink, Color rule, Color grid, List<Color> series) {
    private static final Palette LIGHT =
            of(0xffffff, 0x1c1e21, 0x6f7378, 0xe3e4e6, 0x0b62c4, 0xb34700, 0x00766c, 0x8a3fa0, 0x5a5f66, 0xb3185b);
    private static final Palette DARK =
            of(0x17181a, 0xececee, 0x909499, 0x36393c, 0x6db3ff, 0xff9d5c, 0x3fc9b8, 0xd59bf0, 0xb9bec6, 0xff87b5);

    static Palette of(Theme theme) {
        return theme == Theme.DARK ? DARK : LIGHT;
    }

    /** The color of the series with this number, counted from 0. */
    Color series(int number) {
        return series.get(number % series.size());
    }

    private static Palette of(int paper, int ink, int rule, int grid, int... series) {
        return new Palette(
                new Color(paper),
                new Color(ink),
                new Color(rule),
                new Color(grid),
                java.util.Arrays.stream(series).mapToObj(Color::new).toList());
    }
}
