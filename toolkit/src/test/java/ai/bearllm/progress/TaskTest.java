package ai.bearllm.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TaskTest {
    @Test
    void returnsWhatTheWorkReturnsFromAnotherThread() {
        Thread caller = Thread.currentThread();
        assertThat(Task.await("test", Cancellation.create(), Thread::currentThread))
                .isNotSameAs(caller)
                .matches(Thread::isDaemon);
    }

    @Test
    void throwsWhatTheWorkThrows() {
        IllegalStateException failure = new IllegalStateException("broken");
        assertThatThrownBy(() -> Task.await("test", Cancellation.create(), () -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }

    @Test
    void cancelsTheWorkWhenTheCallerIsInterrupted() throws InterruptedException {
        Cancellation cancellation = Cancellation.create();
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>(false);
        Thread caller = new Thread(() -> {
            try {
                Task.await("test", cancellation, () -> {
                    working.countDown();
                    CountDownLatch stop = new CountDownLatch(1);
                    cancellation.onCancel(stop::countDown);
                    stop.await();
                    ended.countDown();
                    return "stopped";
                });
            } catch (CancellationException e) {
                thrown.set(e);
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        caller.start();
        working.await();
        caller.interrupt();
        caller.join();
        ended.await();
        assertThat(thrown.get()).hasMessageContaining("test was interrupted");
        assertThat(flag.get()).isTrue();
    }

    /** JShell and the kernels stop a cell by throwing their own error into its thread at any instruction. */
    @Test
    @SuppressWarnings({"deprecation", "removal"})
    void cancelsTheWorkWhenSomethingIsThrownIntoTheCaller() throws InterruptedException {
        assumeTrue(Runtime.version().feature() < 20, "Thread.stop, which throws into a thread, ended with JDK 19");
        Cancellation cancellation = Cancellation.create();
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Thread caller = new Thread(() -> Task.await("test", cancellation, () -> {
            CountDownLatch stop = new CountDownLatch(1);
            cancellation.onCancel(stop::countDown);
            working.countDown();
            stop.await();
            ended.countDown();
            return "stopped";
        }));
        caller.start();
        working.await();
        caller.stop();
        caller.join();
        ended.await();
        assertThat(cancellation.isCancelled()).isTrue();
    }

    @Test
    void passesOnAnErrorOfTheWork() {
        Cancellation cancellation = Cancellation.create();
        assertThatThrownBy(() -> Task.await("test", cancellation, () -> {
                    throw new AssertionError("broken");
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessage("broken");
        assertThat(cancellation.isCancelled()).isFalse();
    }
}
