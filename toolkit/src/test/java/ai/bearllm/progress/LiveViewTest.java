package ai.bearllm.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class LiveViewTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    private final AtomicInteger count = new AtomicInteger();

    /** Counts how often it is read. */
    private Shown next() {
        int number = count.incrementAndGet();
        return () -> Sheet.of("state " + number).build();
    }

    private LiveView live(ShownView view, BooleanSupplier over) {
        return LiveView.of(view, this::next, SHORT, over);
    }

    @Test
    void showsStateAfterStateUntilItIsOver() {
        SeenStates view = new SeenStates(true);
        live(view, () -> count.get() == 3).watch();
        assertThat(view.states).containsExactly("state 1\n", "state 2\n", "state 3\n");
        assertThat(view.last).containsExactly("state 4\n");
    }

    @Test
    void showsTheLastStateAloneWhereItIsOverAlready() {
        SeenStates view = new SeenStates(true);
        live(view, () -> true).watch();
        assertThat(view.states).isEmpty();
        assertThat(view.last).containsExactly("state 1\n");
    }

    @Test
    void isShownOnceAndNotWaitedForWhereNobodyLooksOn() {
        SeenStates view = new SeenStates(false);
        live(view, () -> false).watch();
        assertThat(view.states).isEmpty();
        assertThat(view.last).containsExactly("state 1\n");
    }

    @Test
    void waitsWhereNobodyLooksOnOnlyIfTold() {
        SeenStates view = new SeenStates(false);
        AtomicInteger asked = new AtomicInteger();
        live(view, () -> asked.incrementAndGet() > 3).waiting().watch();
        assertThat(asked).hasValue(4);
        assertThat(view.states).isEmpty();
        assertThat(view.last).containsExactly("state 1\n");
    }

    @Test
    void interruptingItLeavesTheLastStateAndTheFlag() throws InterruptedException {
        SeenStates view = new SeenStates(true);
        AtomicBoolean cancelled = new AtomicBoolean();
        Thread cell = new Thread(() -> {
            try {
                // An hour between two states: only the interrupt ends it.
                LiveView.of(view, this::next, Duration.ofHours(1), () -> false).watch();
            } catch (CancellationException e) {
                cancelled.set(Thread.currentThread().isInterrupted());
            }
        });
        cell.start();
        view.shown.acquire();
        cell.interrupt();
        cell.join();
        assertThat(cancelled).isTrue();
        assertThat(view.last).containsExactly("state 2\n");
    }

    @Test
    void aValueThatCannotBeReadEndsItWithItsReason() {
        SeenStates view = new SeenStates(true);
        LiveView broken = LiveView.of(
                view,
                () -> {
                    throw new IllegalStateException("closed");
                },
                SHORT,
                () -> false);
        assertThatThrownBy(broken::watch).hasMessage("closed");
        assertThatThrownBy(() -> LiveView.of(view, this::next, Duration.ZERO, () -> true))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
