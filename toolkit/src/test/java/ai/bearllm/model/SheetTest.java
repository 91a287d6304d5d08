package ai.bearllm.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SheetTest {
    @Test
    void writesEachKindOfCellForPeople() {
        assertThat(Sheet.format(null)).isEqualTo("unknown");
        assertThat(Sheet.format(true)).isEqualTo("yes");
        assertThat(Sheet.format(12.345)).isEqualTo("12.3");
        assertThat(Sheet.format(12_345.6)).isEqualTo("12,346");
        assertThat(Sheet.format(0.0123)).isEqualTo("0.012");
        assertThat(Sheet.format(new ByteSize(2_124_672))).isEqualTo("2.12 MB");
        assertThat(Sheet.format(Duration.ofMillis(1500))).isEqualTo("1.5 s");
        assertThat(Sheet.format("two\r\n\tlines")).isEqualTo("two lines");
    }

    @Test
    void replacesWhatSteersTerminalsOrReversesNames() {
        assertThat(Sheet.format("a\u001b[31mb\u202egpj.exe\u0000")).isEqualTo("a\uFFFD[31mb\uFFFDgpj.exe\uFFFD");
        assertThat(Sheet.format("\ud83d\udc3b \ud83d")).isEqualTo("\ud83d\udc3b \uFFFD");
        assertThat(Sheet.format("\u05d3\u05d5\u05d1")).isEqualTo("\u05d3\u05d5\u05d1");
    }

    @Test
    void keepsLongCellsWholeAndCutsThemOnlyInTheTerminal() {
        String digest = "0123456789abcdef".repeat(4);
        Sheet sheet = Sheet.of("A file")
                .columns("name", "value")
                .row("SHA-256", digest)
                .build();
        assertThat(Sheet.format(digest)).isEqualTo(digest);
        assertThat(sheet.text()).contains("0123456789a").contains("\u2026").doesNotContain(digest);
    }

    @Test
    void aLineHasAtMostEightyCharactersAndWholeOnes() {
        assertThat(Shown.line("a\nb")).isEqualTo("a b");
        assertThat(Shown.line("x".repeat(80))).hasSize(80).doesNotContain("\u2026");
        assertThat(Shown.line("x".repeat(81))).hasSize(80).endsWith("x\u2026");
        String bears = Shown.line("x" + "\ud83d\udc3b".repeat(60));
        assertThat(bears).hasSizeLessThanOrEqualTo(80).endsWith("\ud83d\udc3b\u2026");
    }

    @Test
    void knowsWhichColumnsAreNumbers() {
        Sheet sheet = Sheet.of("Numbers")
                .columns("name", "size", "count", "nothing")
                .row("a", new ByteSize(1), 1, null)
                .row("b", null, 2L, null)
                .build();
        assertThat(sheet.isNumeric(0)).isFalse();
        assertThat(sheet.isNumeric(1)).isTrue();
        assertThat(sheet.isNumeric(2)).isTrue();
        assertThat(sheet.isNumeric(3)).isFalse();
    }
}
