package ai.bearllm.notebook;

import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One output of a cell that changes while the cell runs. The newest content wins; the last one is sent for certain, and nothing
 * follows it. A saved notebook holds only that one, because a kernel's updates replace the output.
 */
final class LiveOutput {
    private final Kernel kernel;
    private final Pacer pacer;
    private final String id = "bear-" + UUID.randomUUID();
    private final Runnable frame = this::send;
    private @Nullable Supplier<Rendering> next;
    private boolean shown;
    private boolean ended;

    LiveOutput(Kernel kernel, Pacer pacer) {
        this.kernel = kernel;
        this.pacer = pacer;
    }

    /** Shows this at the next free moment, unless something newer comes before. */
    void show(Supplier<Rendering> content) {
        synchronized (this) {
            next = content;
        }
        pacer.later(frame);
    }

    /** Shows this as what remains; returns when it is sent. */
    void end(Supplier<Rendering> content) {
        synchronized (this) {
            next = content;
        }
        pacer.last(frame);
        synchronized (this) {
            ended = true;
        }
    }

    private synchronized void send() {
        Supplier<Rendering> content = next;
        if (ended || content == null) {
            return;
        }
        next = null;
        if (shown) {
            kernel.update(id, content.get());
        } else {
            shown = true;
            kernel.display(id, content.get());
        }
    }
}
