package ai.bearllm.hub.testhub;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what is served. */
final class Traffic {
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    void begin() {
        most.accumulateAndGet(open.incrementAndGet(), Math::max);
    }

    void end() {
        open.decrementAndGet();
    }

    void sent(long count) {
        bytes.addAndGet(count);
    }

    long bytes() {
        return bytes.get();
    }

    int most() {
        return most.get();
    }
}
