package ai.bearllm.worker;

import ai.bearllm.engine.Capabilities;
import ai.bearllm.engine.Engine;
import ai.bearllm.engine.EngineProvider;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Session;
import ai.bearllm.engine.SessionStatus;
import ai.bearllm.progress.Cancellation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs another engine in child processes, one for each session. What the native code does to its process it does to nobody
 * else: a session whose worker died throws {@link WorkerDiedException} once and serves the next request from a new worker.
 *
 * <p>A worker ends with its session, with this engine, and within two seconds of this process, however that ended. What a
 * worker prints goes to a log; prompts and answers are not printed. Tested on Linux; macOS and Windows should work and are
 * untested.
 */
public final class WorkerEngine implements Engine {
    private final EngineProvider provider;
    private final WorkerSettings settings;
    private final Set<WorkerSession> sessions = ConcurrentHashMap.newKeySet();
    private final Starter starter = new Starter();
    private final WarmPool pool;
    private final AtomicReference<Sandbox.@Nullable Found> sandbox = new AtomicReference<>();
    private final AtomicBoolean swept = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Starts nothing yet.
     *
     * @param provider a public class with a public constructor without parameters: the worker makes its own
     */
    public WorkerEngine(EngineProvider provider, WorkerSettings settings) {
        this.provider = provider;
        this.settings = settings;
        this.pool = new WarmPool(settings.keepAlive());
    }

    @Override
    public String name() {
        return provider.name();
    }

    @Override
    public String build() {
        return provider.build();
    }

    @Override
    public Capabilities capabilities() {
        return provider.capabilities();
    }

    /**
     * Starts a worker and loads the model there, or takes one that a closed session with the same options left loaded.
     *
     * @throws ai.bearllm.model.BearException where the engine cannot run here, no directory can take its native libraries, or
     *     the model does not load; it says what to do
     * @throws WorkerDiedException where the worker died while it loaded
     * @throws java.util.concurrent.CancellationException if cancelled; the worker is gone then
     */
    @Override
    public Session load(ModelSource source, LoadOptions options, Cancellation cancellation) {
        requireOpen();
        cancellation.check();
        Duration keepAlive =
                options.hosting().keepAlive().orElse(settings.keepAlive().idle());
        WarmPool.Key key = WarmPool.Key.of(source, options);
        if (!keepAlive.isZero()) {
            Optional<WarmPool.Warm> warm = pool.take(key);
            if (warm.isPresent()) {
                return lease(warm.get().session(), Optional.of(warm.get().waited()), key, keepAlive);
            }
        }
        List<String> ended = pool.makeRoom(key.bytes());
        WorkerSession session = start(source, options, cancellation);
        if (!ended.isEmpty()) {
            session.remark("endedForRoom", String.join("; ", ended));
        }
        return keepAlive.isZero() ? session : lease(session, Optional.empty(), key, keepAlive);
    }

    private Session lease(WorkerSession session, Optional<Duration> waited, WarmPool.Key key, Duration keepAlive) {
        return new Lease(session, waited, returned -> pool.put(key, returned, keepAlive));
    }

    private WorkerSession start(ModelSource source, LoadOptions options, Cancellation cancellation) {
        if (swept.compareAndSet(false, true)) {
            PrivateDirectory.sweep(settings);
        }
        Fence fence = Fence.of(options.hosting().sandboxing().orElse(settings.sandboxing()), sandbox());
        Worker.Load load = new Worker.Load(settings, provider, source, options, fence, starter);
        Worker worker = Worker.start(load, cancellation);
        WorkerSession session = new WorkerSession(load, worker, sessions::remove);
        sessions.add(session);
        if (closed.get()) {
            session.close();
            requireOpen();
        }
        return session;
    }

    @Override
    public List<SessionStatus> sessions() {
        List<WorkerSession> kept = pool.waiting();
        return sessions.stream()
                .map(session -> session.status(kept.contains(session)))
                .toList();
    }

    @Override
    public void forget(ModelSource source) {
        pool.end(source);
    }

    /** Looked for at the first load, once. */
    private Sandbox.Found sandbox() {
        return sandbox.updateAndGet(known -> known == null ? Sandbox.best() : known);
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("The engine is closed; open a new one.");
        }
    }

    @Override
    public void close() {
        closed.set(true);
        pool.close();
        sessions.forEach(WorkerSession::close);
        starter.close();
    }
}
