package ai.bearllm.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import org.junit.jupiter.api.Test;

class DisplayTest {
    private record Value(String name) implements Shown {
        @Override
        public Sheet sheet() {
            return Sheet.of("A value").columns("name").row(name).build();
        }
    }

    @Test
    void isTheConsoleWhereNoKernelRuns() {
        // Both kernels' classes are on this class path; none of them runs.
        assertThat(Display.detect().name()).isEqualTo("console");
    }

    @Test
    void namesItsKernel() {
        assertThat(Display.of(new RecordingKernel())).hasToString("Display(Recording 1)");
    }

    @Test
    void showsEveryValueAsTableAndText() {
        RecordingKernel kernel = new RecordingKernel();
        Display.of(kernel);

        Rendering rendering = kernel.renderers.get(Shown.class).apply(new Value("<x>"));

        assertThat(rendering.html()).contains("<caption>A value</caption>", "&lt;x&gt;");
        assertThat(rendering.text()).isEqualTo(new Value("<x>").sheet().text());
    }

    @Test
    void registersItsRenderersOnceAKernel() {
        RecordingKernel kernel = new RecordingKernel();
        Display.of(kernel);
        int once = kernel.registrations;
        Display.of(kernel);

        assertThat(kernel.registrations).isEqualTo(once).isPositive();
    }
}
