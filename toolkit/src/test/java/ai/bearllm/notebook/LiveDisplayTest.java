package ai.bearllm.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.progress.LiveView;
import ai.bearllm.progress.ShownView;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A value that is shown anew, in cells and in consoles. */
class LiveDisplayTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private final RecordingKernel kernel = new RecordingKernel();

    private static Shown jars(int count) {
        return () -> Sheet.of("Honey").columns("jars").row(count).build();
    }

    private static void watch(ShownView view, int states) {
        Iterator<Integer> counts = IntStream.rangeClosed(1, states).iterator();
        LiveView.of(view, () -> jars(counts.next()), Duration.ofMillis(150), () -> !counts.hasNext())
                .watch();
    }

    @Test
    void isOneOutputOfTheCellThatEndsAsATable() {
        ShownView view = Display.of(kernel).live();
        view.show(jars(1));
        view.show(jars(2));
        view.end(jars(3));
        view.show(jars(4));
        assertThat(kernel.saved()).hasSize(1);
        assertThat(kernel.last().html()).contains("<caption>Honey</caption>", ">3<");
        assertThat(kernel.last().text()).isEqualTo(jars(3).sheet().text());
    }

    @Test
    void isShownOnceWhereANotebookIsExecutedWithoutAnybody() {
        kernel.watched = false;
        LiveView.of(Display.of(kernel).live(), () -> jars(1), Duration.ofHours(1), () -> false)
                .watch();
        assertThat(kernel.messages).hasSize(1);
    }

    @Test
    void drawsOverItselfInATerminalAndLeavesTheLastStateWhole() {
        ShownView view = new Console("JShell", out, true).live();
        view.show(jars(1));
        view.show(jars(2));
        view.end(jars(3));
        int lines = (int) jars(1).sheet().text().lines().count();
        String back = "\u001b[" + lines + "A\u001b[J";
        assertThat(printed())
                .isEqualTo("\u001b[?7l" + jars(1).sheet().text() + "\u001b[?7h" + back + "\u001b[?7l"
                        + jars(2).sheet().text() + "\u001b[?7h" + back
                        + jars(3).sheet().text());
    }

    @Test
    void drawsNoMoreLinesThanATerminalHas() {
        Shown high = () -> Sheet.of("High").columns("line").row("a").row("b\nc").build();
        List<Integer> rows = IntStream.range(0, 50).boxed().toList();
        ShownView view = new Console("JShell", out, true).live();
        view.show(() -> {
            Sheet.Builder sheet = Sheet.of("High").columns("row");
            rows.forEach(sheet::row);
            return sheet.build();
        });
        assertThat(printed().lines()).hasSizeLessThanOrEqualTo(21);
        view.end(high);
        assertThat(printed()).contains("\u001b[20A").endsWith(high.sheet().text());
    }

    @Test
    void isPrintedOnceWhereThereIsNoTerminal() {
        watch(new Console("console", out, false).live(), 3);
        assertThat(printed()).isEqualTo(jars(1).sheet().text());
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
