package ai.bearllm.worker;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/**
 * Starts programs on one thread that lives as long as they do. Linux ends a child that asked to die with its parent when the
 * thread that started it ends, not the process: see {@code PR_SET_PDEATHSIG} in prctl(2). A thread of a pool would take its
 * workers along.
 */
final class Starter implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread starter = new Thread(task, "bear-worker-starter");
        starter.setDaemon(true);
        return starter;
    });

    /** Starts it; an interrupt is heard later. */
    Process start(ProcessBuilder builder) throws IOException {
        Future<Process> started;
        try {
            started = thread.submit(builder::start);
        } catch (RejectedExecutionException e) {
            throw new IOException("the engine is closed", e);
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return started.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof IOException cause) {
                        throw cause;
                    }
                    throw new IllegalStateException("a process cannot be started", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
