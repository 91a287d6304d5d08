package ai.bearllm.worker;

import ai.bearllm.engine.Capabilities;
import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadReport;
import ai.bearllm.engine.MemoryReport;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Pooling;
import ai.bearllm.engine.Session;
import ai.bearllm.engine.SessionStatus;
import ai.bearllm.model.BearException;
import ai.bearllm.model.RunRecord;
import ai.bearllm.progress.Cancellation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A session whose model lives in a worker. Where the worker died or had to be ended, the next request starts another and loads
 * the same model with the same options; the load report then says why.
 */
final class WorkerSession implements Session {
    private static final long LOOK_MILLIS = 20;

    private final Worker.Load load;
    private final Consumer<WorkerSession> whenClosed;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Worker worker;
    private volatile LoadReport report;
    private volatile @Nullable WorkerSession vectors;
    private volatile long changed = System.nanoTime();
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger restarts = new AtomicInteger();
    private volatile OptionalDouble rate = OptionalDouble.empty();
    private volatile @Nullable Answer current;

    WorkerSession(Worker.Load load, Worker worker, Consumer<WorkerSession> whenClosed) {
        this.load = load;
        this.worker = worker;
        this.report = worker.report();
        this.whenClosed = whenClosed;
    }

    @Override
    public ModelSource source() {
        return load.source();
    }

    @Override
    public LoadReport loaded() {
        return report;
    }

    /** Something that its load report has to say besides. */
    void remark(String name, String value) {
        report = report.with(name, value);
    }

    /** The process that holds the model at this moment. */
    long pid() {
        return worker.connection().pid();
    }

    @Override
    public Generation generate(GenerationRequest request, GenerationListener listener, Cancellation cancellation) {
        requireOpen();
        GenerationRequest sent = wellFormed(request);
        if (!takeTurn(cancellation)) {
            return Answer.none(request, report.parameters());
        }
        try {
            int before = restarts.get();
            Worker running = running(cancellation);
            if (cancellation.isCancelled()) {
                return Answer.none(request, report.parameters());
            }
            changed = System.nanoTime();
            Answer answer = new Answer(running, sent, listener);
            current = answer;
            Generation generation = answer.await(cancellation);
            finished(generation);
            return restarts.get() == before ? generation : withLoad(generation, report.time());
        } catch (CancellationException e) {
            if (cancellation.isCancelled() && !Thread.currentThread().isInterrupted()) {
                return Answer.none(request, report.parameters());
            }
            throw e;
        } catch (BearException e) {
            // A session that was closed meanwhile says so, not how its worker ended.
            requireOpen();
            throw e;
        } finally {
            current = null;
            changed = System.nanoTime();
            turn.unlock();
        }
    }

    private void finished(Generation generation) {
        answers.incrementAndGet();
        OptionalDouble measured = generation.decodeTokensPerSecond();
        if (measured.isPresent()) {
            rate = measured;
        }
    }

    /** Whether a request is being served or waits. */
    boolean isBusy() {
        return turn.isLocked();
    }

    /** Whether it is open and its worker lives. */
    boolean serves() {
        return !closed.get() && worker.connection().serves();
    }

    SessionStatus status(boolean kept) {
        Answer answer = current;
        SessionStatus.State idle = kept ? SessionStatus.State.KEPT : SessionStatus.State.OPEN;
        return new SessionStatus(
                load.provider().name(),
                source(),
                pid(),
                isBusy() ? SessionStatus.State.ANSWERING : idle,
                Duration.ofNanos(System.nanoTime() - changed),
                held(),
                report.gpuLayers().orElse(0),
                answers.get(),
                answer == null ? rate : answer.rate(),
                restarts.get(),
                report.parameters().getOrDefault("isolation", ""));
    }

    private static Generation withLoad(Generation generation, Duration load) {
        RunRecord.Times times = generation.times();
        return generation.with(new RunRecord.Times(
                Optional.of(load), times.timeToFirstToken(), times.prompt(), times.decode(), times.total()));
    }

    @Override
    public List<Integer> tokenize(String text) {
        return ask(id -> new Message.Tokenize(id, wellFormed(text)), Message.Tokens.class)
                .tokens();
    }

    @Override
    public String detokenize(List<Integer> tokens) {
        return ask(id -> new Message.Detokenize(id, List.copyOf(tokens)), Message.Decoded.class)
                .text();
    }

    /** Where vectors need a session of their own, it is opened with the first text, on the same file, and kept. */
    @Override
    public float[] embed(String text) {
        requireOpen();
        boolean apart = load.provider().capabilities().has(Capabilities.Feature.EMBED_APART)
                && load.options().embeddings().isEmpty();
        return apart ? vectors().embed(text) : vector(text);
    }

    private synchronized WorkerSession vectors() {
        WorkerSession session = vectors;
        if (session == null) {
            Worker.Load other = load.with(load.options().withEmbeddings(Pooling.MODEL));
            session = new WorkerSession(other, Worker.start(other, Cancellation.create()), ended -> {});
            vectors = session;
            if (closed.get()) {
                session.close();
                requireOpen();
            }
        }
        return session;
    }

    private float[] vector(String text) {
        List<Float> values = ask(id -> new Message.Embed(id, wellFormed(text)), Message.Vector.class)
                .values();
        float[] vector = new float[values.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = values.get(i);
        }
        return vector;
    }

    @Override
    public MemoryReport memory() {
        requireOpen();
        return held();
    }

    /** Of both processes, where vectors have one of their own. */
    private MemoryReport held() {
        MemoryReport own = worker.connection().memory();
        WorkerSession apart = vectors;
        return apart == null ? own : own.plus(apart.held());
    }

    private <T extends Message> T ask(LongFunction<Message> request, Class<T> kind) {
        requireOpen();
        Cancellation never = Cancellation.create();
        if (!takeTurn(never)) {
            throw new CancellationException("interrupted");
        }
        try {
            return running(never).connection().ask(request, kind);
        } catch (BearException e) {
            // A session that was closed meanwhile says so, not how its worker ended.
            requireOpen();
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } finally {
            turn.unlock();
        }
    }

    /** False where the wait for the requests before this one was cancelled. */
    private boolean takeTurn(Cancellation cancellation) {
        try {
            while (!turn.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                if (cancellation.isCancelled()) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for other requests");
        }
    }

    /** The worker, started anew where it has ended. */
    private Worker running(Cancellation cancellation) {
        try {
            worker.connection().settle();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
        requireOpen();
        if (!worker.connection().serves()) {
            String why = worker.connection().how();
            worker.close();
            Worker next = Worker.start(load, cancellation);
            report = next.report().with("restartedBecause", why);
            restarts.incrementAndGet();
            worker = next;
            if (closed.get()) {
                next.close();
                requireOpen();
            }
        }
        return worker;
    }

    private static GenerationRequest wellFormed(GenerationRequest request) {
        return request.withPrompt(wellFormed(request.prompt()))
                .withStop(request.stop().stream().map(WorkerSession::wellFormed).toList());
    }

    /** Half a surrogate pair cannot be written as UTF-8; engines see a question mark, as everywhere in Java. */
    private static String wellFormed(String text) {
        boolean broken = text.codePoints()
                .anyMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
        return broken ? new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8) : text;
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("The session is closed; open a new one.");
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            worker.close();
            WorkerSession apart = vectors;
            if (apart != null) {
                apart.close();
            }
            whenClosed.accept(this);
        }
    }
}
