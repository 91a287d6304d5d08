package ai.bearllm.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends this worker when its parent is gone. The end of the connection tells it at once; looking after the process too helps
 * where something else still holds the connection.
 */
final class ParentWatch {
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration CLEANING = Duration.ofMillis(800);

    private final Path directory;

    ParentWatch(Path directory) {
        this.directory = directory;
    }

    /** Begins to look; a parent that cannot be seen from here (another process namespace) is left to the connection. */
    void start(long parent) {
        Optional<ProcessHandle> seen = ProcessHandle.of(parent);
        if (seen.isPresent()) {
            Thread thread = new Thread(() -> look(seen.get()), "bear-parent-watch");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void look(ProcessHandle parent) {
        try {
            while (parent.isAlive()) {
                Thread.sleep(LOOK.toMillis());
            }
        } catch (InterruptedException e) {
            // Nobody interrupts this thread; a worker that is not watched ends.
            Thread.currentThread().interrupt();
        }
        end();
    }

    /** Removes the private directory as far as that is quick, and ends the process without waiting for anything native. */
    void end() {
        CountDownLatch cleaned = new CountDownLatch(1);
        Thread cleaner = new Thread(
                () -> {
                    PrivateDirectory.delete(directory);
                    cleaned.countDown();
                },
                "bear-cleaner");
        cleaner.setDaemon(true);
        cleaner.start();
        try {
            if (!cleaned.await(CLEANING.toMillis(), TimeUnit.MILLISECONDS)) {
                System.getLogger(ParentWatch.class.getName())
                        .log(System.Logger.Level.DEBUG, "{0} is left to the next worker", directory);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(0);
    }
}
