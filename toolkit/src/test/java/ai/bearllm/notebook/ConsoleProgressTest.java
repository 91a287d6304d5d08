package ai.bearllm.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.progress.Progress;
import ai.bearllm.progress.Progress.Unit;
import ai.bearllm.progress.ProgressListener;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void writesFewWholeLinesWhereNobodyRedraws() {
        run(new ConsoleProgress(out, false, Duration.ZERO));

        assertThat(printed()).doesNotContain("\r");
        assertThat(printed().lines())
                .extracting(line -> line.replaceAll("^download of x: (\\d+ %).*", "$1"))
                .containsExactly("0 %", "25 %", "50 %", "75 %", "100 %");
    }

    @Test
    void saysOnlyBeginAndEndOfAQuickJob() {
        run(new Console("console", out, false).progress());

        assertThat(printed().lines()).hasSizeBetween(2, 3).last().asString().contains("100 %");
    }

    @Test
    void redrawsOneLineInATerminalAndLeavesTheLastState() {
        run(new Console("JShell", out, true).progress());

        String[] drawn = printed().split("\r");
        assertThat(printed()).endsWith(System.lineSeparator()).containsOnlyOnce("100 %");
        assertThat(drawn[drawn.length - 1].strip()).isEqualTo("download of x: 100 %, done in 1.0 s, as known");
        assertThat(drawn).allMatch(line -> line.strip().length() <= 79);
    }

    @Test
    void erasesWhatALongerLineLeftBehind() {
        ProgressListener progress = new ConsoleProgress(out, true);
        progress.on(new Progress.Started("j", OptionalLong.of(10), Unit.SAMPLES));
        progress.on(new Progress.Paused("j", "a rather long reason to wait for"));
        progress.on(new Progress.Resumed("j"));

        String[] drawn = printed().split("\r");
        assertThat(drawn[3]).hasSameSizeAs(drawn[2]);
    }

    private static void run(ProgressListener progress) {
        OptionalLong total = OptionalLong.of(1000);
        progress.on(new Progress.Started("download of x", total, Unit.BYTES));
        LongStream.range(0, 1000)
                .forEach(done -> progress.on(new Progress.Advanced(
                        "download of x", done, total, Unit.BYTES, Duration.ofMillis(done), OptionalDouble.of(1000))));
        progress.on(new Progress.Verified("download of x", Duration.ofSeconds(1), "as known"));
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
