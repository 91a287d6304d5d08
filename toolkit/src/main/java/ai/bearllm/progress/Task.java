package ai.bearllm.progress;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Work on a thread of the toolkit while the caller only waits.
 *
 * <p>JShell and the kernels stop a cell by interrupting its thread or by throwing into it at any instruction. The caller's
 * thread therefore holds no file, lock or native call: whatever is thrown into its wait cancels the work, gives it a moment
 * to end, and goes on to the caller.
 */
public final class Task {
    private static final long GRACE_MILLIS = 2_000;

    private Task() {}

    /**
     * Does the work on a daemon thread and returns its result.
     *
     * @param name the thread's name
     * @param cancellation asked for when the caller is stopped
     * @throws CancellationException if the work was cancelled or the caller interrupted (its interrupt flag is then set)
     */
    public static <T> T await(String name, Cancellation cancellation, Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "bear-" + name);
        thread.setDaemon(true);
        thread.setContextClassLoader(Task.class.getClassLoader());
        boolean finished = false;
        try {
            thread.start();
            T result = task.get();
            finished = true;
            return result;
        } catch (ExecutionException e) {
            finished = true;
            throw rethrow(e.getCause());
        } catch (InterruptedException e) {
            cancellation.cancel();
            CancellationException cancelled = new CancellationException(name + " was interrupted");
            cancelled.initCause(e);
            settle(task);
            Thread.currentThread().interrupt();
            throw cancelled;
        } finally {
            // Reached without a result only when something was thrown into this thread from outside.
            if (!finished && !cancellation.isCancelled()) {
                cancellation.cancel();
            }
        }
    }

    private static void settle(FutureTask<?> task) {
        try {
            task.get(GRACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            // How the cancelled work ended is of no interest here; its own listeners have heard it.
            task.cancel(false);
        }
    }

    private static RuntimeException rethrow(@Nullable Throwable failure) {
        if (failure instanceof RuntimeException unchecked) {
            return unchecked;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(failure);
    }
}
