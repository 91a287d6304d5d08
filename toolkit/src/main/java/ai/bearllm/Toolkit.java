package ai.bearllm;

import ai.bearllm.chat.Chats;
import ai.bearllm.chat.Conversations;
import ai.bearllm.download.Downloader;
import ai.bearllm.download.Downloads;
import ai.bearllm.engine.Engine;
import ai.bearllm.engine.EngineEnvironment;
import ai.bearllm.engine.EngineProvider;
import ai.bearllm.hub.Http;
import ai.bearllm.hub.HttpSettings;
import ai.bearllm.hub.Hub;
import ai.bearllm.machine.Memory;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.ModelId;
import ai.bearllm.notebook.Display;
import ai.bearllm.registry.Home;
import ai.bearllm.registry.ModelUses;
import ai.bearllm.registry.Registry;
import ai.bearllm.run.Engines;
import ai.bearllm.run.ModelSessions;
import ai.bearllm.store.Store;
import ai.bearllm.store.StoreSettings;
import ai.bearllm.usage.Usage;
import ai.bearllm.usage.UsageGroup;
import ai.bearllm.worker.KeepAlive;
import ai.bearllm.worker.WorkerEngine;
import ai.bearllm.worker.WorkerSettings;
import java.lang.System.Logger;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Everything that belongs to one home in one process, shared by every {@link Bear} that is open on it: a cell that is run
 * again finds the same workers and the same store. Made without reading a database, loading a native library or opening a
 * connection; each of those waits for the first call that needs it.
 */
final class Toolkit {
    private static final Logger LOG = System.getLogger(Toolkit.class.getName());
    private static final ConcurrentHashMap<Path, Toolkit> OPEN = new ConcurrentHashMap<>();

    private final Home home;
    private final Display display = Display.detect();
    private final Supplier<Downloader> downloader;
    private final Registry registry;
    private final Store store;
    private final Usage usage;
    private final Conversations conversations;
    private final Engines engines;
    private final ModelSessions sessions;
    private final Chats chats;
    private volatile boolean offline;
    private int users;

    private Toolkit(Home home) {
        this.home = home;
        Clock clock = Clock.systemUTC();
        Supplier<Http> http = once(() -> Http.of(
                HttpSettings.of("bear-llm-ai/" + version(), System.getenv()).offline(() -> offline)));
        this.downloader = once(() -> Downloader.of(http.get(), home.downloads()));
        this.registry = new Registry(
                home,
                downloader,
                once(() -> Hub.of(http.get(), System.getenv()).remembering(home.hubAnswers(), clock)),
                display::progress,
                new Uses(),
                clock);
        // A log line a second: whoever waits for another notebook sees for whom.
        this.store = Store.at(
                home.path(), StoreSettings.DEFAULT.onWait(waiting -> LOG.log(Logger.Level.INFO, waiting.toString())));
        this.usage = new Usage(store, home.path(), () -> LibraryRows.of(registry));
        this.conversations = new Conversations(store, home.path(), clock);
        this.engines = new Engines(EngineProvider.all(), this::host);
        this.sessions = new ModelSessions(registry, engines, usage::record, usage::observe, clock);
        this.chats = new Chats(registry, sessions, display::answer);
    }

    /** The toolkit of this home; the caller gives it back with {@link #release()}. */
    static Toolkit acquire(Path path) {
        Home home = Home.at(path);
        return OPEN.compute(home.path(), (key, open) -> {
            Toolkit toolkit = open == null ? new Toolkit(home) : open;
            toolkit.users++;
            return toolkit;
        });
    }

    /** The last one to give it back ends the workers and closes the store. */
    void release() {
        OPEN.computeIfPresent(home.path(), (key, open) -> {
            if (--users > 0) {
                return open;
            }
            chats.close();
            engines.close();
            usage.close();
            conversations.close();
            store.close();
            return null;
        });
    }

    /** What the statistics and the sessions know about a model. */
    private final class Uses implements ModelUses {
        @Override
        public Optional<Instant> lastUse(ModelId model) {
            return usage.view().byModel().list().stream()
                    .filter(group -> group.name().equals(model.toString()))
                    .findFirst()
                    .map(UsageGroup::last);
        }

        @Override
        public OptionalInt conversations(ModelId model) {
            return OptionalInt.of(conversations.count(model));
        }

        @Override
        public boolean isRunnable(String architecture) {
            return engines.providers().stream()
                    .anyMatch(provider -> provider.unavailableBecause().isEmpty() && provider.knows(architecture));
        }

        @Override
        public void end(ModelId model) {
            chats.end(model);
            sessions.end(model);
        }
    }

    private Engine host(EngineProvider provider) {
        return switch (provider.placement()) {
            case WORKER ->
                new WorkerEngine(
                        provider,
                        WorkerSettings.of(home.path().resolve("workers"), home.logs())
                                .withKeepAlive(new KeepAlive(KeepAlive.USUAL, Toolkit::freeMemory)));
            case HERE -> provider.create(new EngineEnvironment(home.path().resolve("workers")));
        };
    }

    Downloads downloads() {
        return downloader.get().all(display::live);
    }

    private static OptionalLong freeMemory() {
        return Memory.now().available().stream().mapToLong(ByteSize::bytes).findFirst();
    }

    void forbidNetwork(boolean forbidden) {
        offline = forbidden;
    }

    Home home() {
        return home;
    }

    Display display() {
        return display;
    }

    Registry registry() {
        return registry;
    }

    Usage usage() {
        return usage;
    }

    Engines engines() {
        return engines;
    }

    Chats chats() {
        return chats;
    }

    ModelSessions sessions() {
        return sessions;
    }

    /** The toolkit's version as its jar's manifest has it; {@code development} outside a jar. */
    static String version() {
        return Optional.ofNullable(Toolkit.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    private static <T> Supplier<T> once(Supplier<T> maker) {
        AtomicReference<Optional<T>> made = new AtomicReference<>(Optional.empty());
        return () -> made.updateAndGet(known -> known.isPresent() ? known : Optional.of(maker.get()))
                .orElseThrow();
    }
}
