package ai.bearllm.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.chat.AnswerView;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AnswerViewsTest {
    private final RecordingKernel kernel = new RecordingKernel();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void aCellKeepsOneOutputWithAllThatCame() {
        AnswerView view = Display.of(kernel).answer();
        for (int i = 0; i < 500; i++) {
            view.text(i + " ");
        }
        view.failed("stopped");

        assertThat(kernel.saved()).hasSize(1);
        assertThat(kernel.last().text()).startsWith("0 1 2").endsWith(" 499 ");
        assertThat(kernel.last().html()).doesNotContain("aria-busy");
    }

    @Test
    void aCellShowsWhatTheModelWroteAsTextOnly() {
        AnswerView view = Display.of(kernel).answer();
        view.text("<img src=x onerror=alert(1)>\u001B[31m");
        view.failed("stopped");

        assertThat(kernel.last().html()).contains("&lt;img src=x").doesNotContain("<img", "\u001B");
    }

    @Test
    void aCellShowsNothingWhereNothingCame() {
        Display.of(kernel).answer().failed("no room");

        assertThat(kernel.messages).isEmpty();
    }

    @Test
    void aConsolePrintsEachPieceAsItComesAndEndsTheLine() {
        AnswerView view = new Console("console", out, false).answer();
        view.text("Once upon");
        assertThat(printed()).isEqualTo("Once upon");
        view.text(" a time\u0007");
        view.failed("stopped");

        assertThat(printed()).isEqualTo("Once upon a time\uFFFD" + System.lineSeparator());
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
