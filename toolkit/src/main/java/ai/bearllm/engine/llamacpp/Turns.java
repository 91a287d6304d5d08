package ai.bearllm.engine.llamacpp;

import de.kherud.llama.LlamaModel;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** One request at a time, in the order in which they came, and none to a closed model: the library does not survive it. */
final class Turns {
    private final LlamaModel model;
    private final ReentrantLock turn = new ReentrantLock(true);
    private boolean closed;

    Turns(LlamaModel model) {
        this.model = model;
    }

    /**
     * @throws IllegalStateException once closed
     */
    <T> T take(Supplier<T> work) {
        turn.lock();
        try {
            if (closed) {
                throw new IllegalStateException("The session is closed; open a new one.");
            }
            return work.get();
        } finally {
            turn.unlock();
        }
    }

    /** Ends the library's own loop; it frees nothing, which is why the worker's process ends too. */
    void close() {
        turn.lock();
        try {
            if (!closed) {
                closed = true;
                model.close();
            }
        } finally {
            turn.unlock();
        }
    }
}
