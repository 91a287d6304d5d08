package ai.bearllm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StatusTest {
    @Test
    void isAWordInTextWhateverItsTone() {
        Sheet sheet = Sheet.of("files")
                .columns("file", "state")
                .row("a", Status.good("passed"))
                .row("b", Status.bad("failed"))
                .row("c", Status.warning("odd"))
                .row("d", Status.neutral("skipped"))
                .build();
        assertThat(sheet.text()).contains("a     passed", "b     failed", "c     odd", "d     skipped");
        assertThat(sheet.isNumeric(1)).isFalse();
    }

    @Test
    void isNeverColorAlone() {
        assertThatThrownBy(() -> Status.good(" ")).isInstanceOf(IllegalArgumentException.class);
    }
}
