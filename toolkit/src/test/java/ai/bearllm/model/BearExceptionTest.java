package ai.bearllm.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class BearExceptionTest {
    private final BearException exception =
            new BearException("There is no cave.", "Dig one.", new IllegalStateException());

    @Test
    void saysTheProblemAndThenTheFix() {
        assertThat(exception).hasMessage("There is no cave. Dig one.").hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void showsTheCallersFramesAlone() {
        assertThat(exception.getStackTrace())
                .isNotEmpty()
                .extracting(StackTraceElement::getClassName)
                .noneMatch(name -> name.startsWith("ai.bearllm.") || name.startsWith("java."));
    }

    @Test
    void keepsEveryFrameForLogs() {
        StringWriter log = new StringWriter();
        exception.printStackTrace(new PrintWriter(log));

        assertThat(log.toString())
                .contains("at ai.bearllm.model.BearExceptionTest", "Caused by: java.lang.IllegalState");
    }
}
