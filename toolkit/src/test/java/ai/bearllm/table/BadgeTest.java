package ai.bearllm.table;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.model.Sheet;
import ai.bearllm.model.Status;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BadgeTest {
    private static final Pattern BADGE =
            Pattern.compile("color:#([0-9a-f]{6});background:#([0-9a-f]{6})\">([^<]*)</span>");

    @ParameterizedTest
    @EnumSource
    void readsWellInEveryTone(Status.Tone tone) {
        Matcher badge = BADGE.matcher(html(new Status(tone, "a word")));
        assertThat(badge.find()).isTrue();
        double ink = luminance(badge.group(1));
        double paper = luminance(badge.group(2));
        assertThat((paper + 0.05) / (ink + 0.05)).isGreaterThan(7);
        assertThat(badge.group(3)).isEqualTo("a word");
    }

    @Test
    void escapesItsWord() {
        assertThat(html(Status.good("<b>"))).contains("&lt;b&gt;").doesNotContain("<b>");
    }

    @Test
    void isTextInATable() {
        var table = Tables.tablesaw(sheet(Status.bad("failed")));
        assertThat(table.column("state").get(0)).isEqualTo("failed");
    }

    private static String html(Status status) {
        return Tables.html(sheet(status));
    }

    private static Sheet sheet(Status status) {
        return Sheet.of("files").columns("file", "state").row("a", status).build();
    }

    /** Source: relative luminance as the Web Content Accessibility Guidelines 2.1 define it. */
    private static double luminance(String hex) {
        double[] weights = {0.2126, 0.7152, 0.0722};
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            double value = Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16) / 255.0;
            sum += weights[i] * (value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4));
        }
        return sum;
    }
}
