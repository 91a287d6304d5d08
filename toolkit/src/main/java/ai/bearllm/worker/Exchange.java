package ai.bearllm.worker;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request and what comes back: replies from the reading thread, a wish to cancel from any thread. */
final class Exchange {
    private final long id;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    Exchange(long id) {
        this.id = id;
    }

    /** What happens to a request. */
    sealed interface Event {}

    /** A reply came. */
    record Reply(Message message) implements Event {}

    /** The connection has ended; nothing more comes. */
    record Lost() implements Event {}

    /** Someone wants the request to stop. */
    record Cancel() implements Event {}

    long id() {
        return id;
    }

    void add(Event event) {
        events.add(event);
        boolean last =
                event instanceof Lost || (event instanceof Reply reply && !(reply.message() instanceof Message.Text));
        if (last) {
            ended.countDown();
        }
    }

    Event take() throws InterruptedException {
        return events.take();
    }

    /** The next event; null where none comes within this time. */
    @Nullable
    Event poll(Duration wait) throws InterruptedException {
        return events.poll(Math.max(0, wait.toNanos()), TimeUnit.NANOSECONDS);
    }

    /** Waits until the worker is done with the request, whoever takes the reply. */
    boolean awaitEnd(Duration wait) throws InterruptedException {
        return ended.await(wait.toNanos(), TimeUnit.NANOSECONDS);
    }
}
