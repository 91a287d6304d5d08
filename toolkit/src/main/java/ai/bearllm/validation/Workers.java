package ai.bearllm.validation;

import ai.bearllm.progress.Cancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A few daemon threads that end with the work they were made for. */
final class Workers implements AutoCloseable {
    private final ExecutorService threads;

    Workers(String name, int count) {
        threads = Executors.newFixedThreadPool(count, work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    Future<?> submit(Runnable work) {
        return threads.submit(work);
    }

    <T> Future<T> compute(Callable<T> work) {
        return threads.submit(work);
    }

    /** Does the same work on so many threads, and ends with the first failure of any. */
    static void all(String name, int count, Cancellation cancellation, Callable<@Nullable Void> work) {
        try (Workers workers = new Workers(name, count)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                running.add(workers.threads.submit(work));
            }
            running.forEach(Workers::await);
        }
        cancellation.check();
    }

    /** Waits for the result, and throws what the work threw. */
    static <T extends @Nullable Object> T await(Future<T> work) {
        try {
            return work.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new IllegalStateException("a thread of a reading failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CancellationException cancelled = new CancellationException("the waiting thread was interrupted");
            cancelled.initCause(e);
            throw cancelled;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
