package ai.bearllm.worker;

import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadReport;
import ai.bearllm.engine.MemoryReport;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Session;
import ai.bearllm.progress.Cancellation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A session as its user has it: closing it gives the loaded model back, for the next user or to be ended. */
final class Lease implements Session {
    private final WorkerSession session;
    private final Optional<Duration> waited;
    private final Consumer<WorkerSession> back;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param waited how long the model had been waiting, loaded; empty where it was loaded for this user
     * @param back takes the session when it is closed
     */
    Lease(WorkerSession session, Optional<Duration> waited, Consumer<WorkerSession> back) {
        this.session = session;
        this.waited = waited;
        this.back = back;
    }

    @Override
    public ModelSource source() {
        return session.source();
    }

    @Override
    public LoadReport loaded() {
        LoadReport report = session.loaded();
        return waited.map(report::kept).orElse(report);
    }

    @Override
    public Generation generate(GenerationRequest request, GenerationListener listener, Cancellation cancellation) {
        return open().generate(request, listener, cancellation);
    }

    @Override
    public List<Integer> tokenize(String text) {
        return open().tokenize(text);
    }

    @Override
    public String detokenize(List<Integer> tokens) {
        return open().detokenize(tokens);
    }

    @Override
    public float[] embed(String text) {
        return open().embed(text);
    }

    @Override
    public MemoryReport memory() {
        return open().memory();
    }

    private WorkerSession open() {
        if (closed.get()) {
            throw new IllegalStateException("The session is closed; open a new one.");
        }
        return session;
    }

    /** A request that still runs is ended with its worker: nobody waits for it. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            if (session.isBusy()) {
                session.close();
            } else {
                back.accept(session);
            }
        }
    }
}
