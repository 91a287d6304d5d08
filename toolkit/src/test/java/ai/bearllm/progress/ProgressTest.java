package ai.bearllm.progress;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.progress.Progress.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void percentAndRemainingTimeFollowFromAmountAndRate() {
        var event = new Progress.Advanced(
                "job", 250, OptionalLong.of(1000), Unit.BYTES, Duration.ofSeconds(1), OptionalDouble.of(500));
        assertThat(event.percent()).hasValue(25);
        assertThat(event.remaining()).contains(Duration.ofMillis(1500));
    }

    @Test
    void percentAndRemainingTimeAreUnknownWithoutATotal() {
        var event = new Progress.Advanced(
                "job", 250, OptionalLong.empty(), Unit.BYTES, Duration.ofSeconds(1), OptionalDouble.of(500));
        assertThat(event.percent()).isEmpty();
        assertThat(event.remaining()).isEmpty();
    }

    @Test
    void aListenerThatThrowsIsNotCalledAgain() {
        List<Progress> heard = new ArrayList<>();
        ProgressListener listener = event -> {
            heard.add(event);
            throw new IllegalStateException("broken display");
        };
        ProgressListener guarded = listener.guarded();
        guarded.on(new Progress.Resumed("one"));
        guarded.on(new Progress.Resumed("two"));
        assertThat(heard).containsExactly(new Progress.Resumed("one"));
        assertThat(guarded.guarded()).isSameAs(guarded);
    }

    @Test
    void aCancellationRunsItsActionsOnceAndLateOnesAtOnce() {
        List<String> ran = new ArrayList<>();
        Cancellation cancellation = Cancellation.create();
        cancellation.onCancel(() -> ran.add("early"));
        cancellation.onCancel(() -> ran.add("removed")).close();
        cancellation.cancel();
        cancellation.cancel();
        cancellation.onCancel(() -> ran.add("late"));
        assertThat(ran).containsExactly("early", "late");
    }
}
