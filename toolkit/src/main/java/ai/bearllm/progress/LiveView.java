package ai.bearllm.progress;

import ai.bearllm.model.Shown;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A value that is shown anew until it is over: {@code LiveView.of(view, value, interval, over).watch()}.
 *
 * <p>Where nobody looks on (plain output, a notebook that is executed headless) it is shown once and {@link #watch()} returns,
 * at once or, {@link #waiting()}, when it is over.
 */
public final class LiveView {
    private final ShownView view;
    private final Supplier<? extends Shown> value;
    private final Duration interval;
    private final BooleanSupplier over;
    private final boolean waits;

    private LiveView(
            ShownView view, Supplier<? extends Shown> value, Duration interval, BooleanSupplier over, boolean waits) {
        this.view = view;
        this.value = value;
        this.interval = interval;
        this.over = over;
        this.waits = waits;
    }

    /**
     * One that is not shown yet.
     *
     * @param view used for this alone
     * @param value read on a thread of the toolkit
     * @param interval between two states; a view may leave some out
     * @param over whether nothing more will change; asked once an interval
     * @throws IllegalArgumentException where the interval is not positive
     */
    public static LiveView of(
            ShownView view, Supplier<? extends Shown> value, Duration interval, BooleanSupplier over) {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("interval must be positive but was " + interval);
        }
        return new LiveView(view, value, interval, over, false);
    }

    /** Waits until it is over also where nobody looks on: for what ends by itself, and that must not be cut off. */
    public LiveView waiting() {
        return new LiveView(view, value, interval, over, true);
    }

    /**
     * Shows the value until it is over; its last state remains. Stopping the cell, or interrupting the thread, ends the view
     * and nothing else.
     *
     * @throws CancellationException where the thread was interrupted (its interrupt flag is then set)
     */
    public void watch() {
        Cancellation stop = Cancellation.create();
        Task.await("watch", stop, () -> {
            redraw(stop);
            return true;
        });
    }

    private void redraw(Cancellation stop) throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        stop.onCancel(stopped::countDown);
        try {
            boolean goesOn = view.isWatched() || waits;
            while (goesOn && !over.getAsBoolean()) {
                if (view.isWatched()) {
                    view.show(value.get());
                }
                goesOn = !stopped.await(interval.toNanos(), TimeUnit.NANOSECONDS);
            }
        } finally {
            view.end(value.get());
        }
    }
}
