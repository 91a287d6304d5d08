package ai.bearllm.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMarkTest {
    @Test
    void isReadAsItWasWritten() {
        ProcessMark here = ProcessMark.here();

        assertThat(ProcessMark.parse(here.toString())).contains(here);
        assertThat(here.isGone()).isFalse();
        for (String odd : new String[] {"", "4711", "a b c", "1 2", "99999999999999999999 1 host"}) {
            assertThat(ProcessMark.parse(odd)).as(odd).isEmpty();
        }
    }

    @Test
    void tellsAProcessFromALaterOneWithItsNumber() {
        ProcessMark here = ProcessMark.here();

        assertThat(new ProcessMark(here.host(), here.pid(), here.startedMillis() - 5).isGone())
                .isTrue();
        assertThat(new ProcessMark("another machine", here.pid(), here.startedMillis() - 5).isGone())
                .as("nobody knows")
                .isFalse();
    }

    @Test
    void isGoneWithItsProcess(@TempDir Path home) throws Exception {
        ProcessMark mark;
        try (Child child = Child.start(List.of(), "journal", home.toString())) {
            assertThat(child.line()).isEqualTo("written");
            mark = new ProcessMark(
                    Host.name(),
                    child.pid(),
                    ProcessHandle.of(child.pid())
                            .flatMap(process -> process.info().startInstant())
                            .orElseThrow()
                            .toEpochMilli());
            assertThat(mark.isGone()).isFalse();
            child.kill();
        }
        assertThat(mark.isGone()).isTrue();
    }
}
