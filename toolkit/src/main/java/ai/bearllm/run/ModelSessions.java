package ai.bearllm.run;

import ai.bearllm.engine.Engine;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.LoadReport;
import ai.bearllm.engine.MemoryReport;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Sandboxing;
import ai.bearllm.engine.Session;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.RunRecord;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Task;
import ai.bearllm.registry.Model;
import ai.bearllm.registry.Registry;
import ai.bearllm.usage.MemoryObservation;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Opens sessions on the models of the library and records each load. */
public final class ModelSessions implements SessionFactory {
    private final Registry registry;
    private final Engines engines;
    private final Consumer<RunRecord> recorder;
    private final LoadObserver observer;
    private final Clock clock;
    /** What was loaded of each model: engines may keep it when its sessions are closed. */
    private final Map<ModelId, Set<ModelSource>> sources = new ConcurrentHashMap<>();

    /** Weak, so that a session that nobody closed can still go. */
    private final Set<ModelSession> open = Collections.newSetFromMap(Collections.synchronizedMap(new WeakHashMap<>()));

    /**
     * @param registry knows the models
     * @param engines knows the engines
     * @param recorder takes each run's record; must not throw
     */
    public ModelSessions(Registry registry, Engines engines, Consumer<RunRecord> recorder, Clock clock) {
        this(registry, engines, recorder, seen -> {}, clock);
    }

    /**
     * @param registry knows the models, and learns from the memory of each load
     * @param engines knows the engines
     * @param recorder takes each run's record; must not throw
     * @param observations takes what memory each load was forecast to need and took; must not throw
     */
    public ModelSessions(
            Registry registry,
            Engines engines,
            Consumer<RunRecord> recorder,
            Consumer<MemoryObservation> observations,
            Clock clock) {
        this.registry = registry;
        this.observer = new LoadObserver(registry, observations);
        this.engines = engines;
        this.recorder = recorder;
        this.clock = clock;
    }

    @Override
    public ModelSession open(String name, String engineName, LoadOptions chosen) {
        LoadOptions options = settled(chosen);
        Model model = name.isEmpty() ? registry.requireActive() : registry.model(name);
        Path file = model.verifiedFile();
        Engine engine = engines.named(engineName);
        Cancellation cancellation = Cancellation.create();
        return Task.await("load", cancellation, () -> {
            Gguf gguf = Gguf.read(file);
            SpecialTokens tokens = SpecialTokens.of(gguf);
            ModelSession.Subject subject = new ModelSession.Subject(
                    model.id(),
                    model.sha256(),
                    model.card().chat().kind(),
                    template(model.card(), gguf),
                    tokens.named(),
                    tokens.control(),
                    OptionalInt.of(model.card().contextTokens()),
                    engine.name(),
                    engine.build());
            ModelSession loaded = load(subject, engine, file, options, cancellation);
            if (!loaded.loaded().wasKept()) {
                observer.observe(subject, gguf, options, loaded, clock.instant());
            }
            return loaded;
        });
    }

    /** With what is set for the whole home where the session says nothing. */
    private LoadOptions settled(LoadOptions options) {
        Optional<String> wish = registry.sandbox();
        if (wish.isEmpty() || options.hosting().sandboxing().isPresent()) {
            return options;
        }
        try {
            return options.withHosting(options.hosting().withSandboxing(Sandboxing.named(wish.get())));
        } catch (IllegalArgumentException e) {
            throw new BearException(
                    "The home's setting for sandboxes cannot be read: " + e.getMessage() + ".",
                    "Set it anew, for example with bear.sandbox(\"preferred\").",
                    e);
        }
    }

    private ModelSession load(
            ModelSession.Subject subject, Engine engine, Path file, LoadOptions options, Cancellation cancellation) {
        Instant when = clock.instant();
        try {
            ModelSource source = new ModelSource.LocalFile(file);
            sources.computeIfAbsent(subject.model(), model -> ConcurrentHashMap.newKeySet())
                    .add(source);
            Session session = engine.load(source, options, cancellation);
            if (!session.loaded().wasKept()) {
                recorder.accept(record(subject, when, Optional.of(session), Optional.empty()));
            }
            ModelSession loaded = new ModelSession(subject, session, recorder, clock);
            open.add(loaded);
            return loaded;
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            recorder.accept(record(
                    subject, when, Optional.empty(), Optional.of(e.getClass().getSimpleName())));
            throw e;
        }
    }

    /** Closes every session that has this model loaded, and ends what engines keep of it. */
    public void end(ModelId model) {
        List<ModelSession> loaded;
        synchronized (open) {
            loaded = open.stream()
                    .filter(session -> session.subject().model().equals(model))
                    .toList();
        }
        loaded.forEach(session -> {
            session.close();
            open.remove(session);
        });
        Set<ModelSource> kept = sources.remove(model);
        if (kept != null) {
            kept.forEach(engines::forget);
        }
    }

    private static Optional<String> template(ModelCard card, Gguf gguf) {
        return switch (card.chat().kind()) {
            case FILE_TEMPLATE -> {
                Optional<String> template = gguf.chatTemplate();
                if (template.isEmpty()) {
                    throw new BearException(
                            "The file " + gguf.source() + " holds no chat template although the catalog says so.",
                            "Give a template in your own registry.json entry for " + card.id() + ".");
                }
                yield template;
            }
            case CATALOG_TEMPLATE -> card.chat().template();
            case BASE -> Optional.empty();
        };
    }

    @Override
    public List<String> engines() {
        return engines.available();
    }

    private static RunRecord record(
            ModelSession.Subject subject, Instant when, Optional<Session> session, Optional<String> errorClass) {
        Optional<LoadReport> loaded = session.map(Session::loaded);
        MemoryReport memory = session.map(Session::memory).orElse(MemoryReport.UNKNOWN);
        return new RunRecord(
                UUID.randomUUID(),
                when,
                RunRecord.Kind.LOAD,
                Optional.empty(),
                subject.model(),
                subject.sha256(),
                subject.engine(),
                subject.engineBuild(),
                loaded.map(LoadReport::parameters).orElse(Map.of()),
                RunRecord.Tokens.UNKNOWN,
                new RunRecord.Times(
                        loaded.map(LoadReport::time),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        loaded.map(LoadReport::time)),
                new RunRecord.Memory(memory.anonymousBytes(), memory.fileMappedBytes()),
                new RunRecord.Gpu(
                        loaded.map(LoadReport::gpuLayers).orElse(OptionalInt.empty()),
                        OptionalLong.empty(),
                        loaded.flatMap(LoadReport::gpuFallback)),
                RunRecord.Energy.UNKNOWN,
                Optional.empty(),
                errorClass);
    }
}
