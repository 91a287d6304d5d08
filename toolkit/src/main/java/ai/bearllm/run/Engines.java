package ai.bearllm.run;

import ai.bearllm.engine.Engine;
import ai.bearllm.engine.EngineProvider;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.SessionStatus;
import ai.bearllm.model.BearException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The engines by name, each made at its first use and kept until this is closed. */
public final class Engines implements AutoCloseable {
    /** The engine that runs where none is named. */
    public static final String DEFAULT = "llama.cpp";

    private final List<EngineProvider> providers;
    private final Function<EngineProvider, Engine> host;
    private final Map<String, Engine> running = new HashMap<>();
    private boolean closed;

    /**
     * @param providers every engine there is
     * @param host makes a provider's engine where it belongs: in a worker process or here
     */
    public Engines(List<EngineProvider> providers, Function<EngineProvider, Engine> host) {
        this.providers = List.copyOf(providers);
        this.host = host;
    }

    /** Every provider, also those that cannot run here. */
    public List<EngineProvider> providers() {
        return providers;
    }

    /** Names of the engines that can run here, the default first. */
    public List<String> available() {
        List<String> names = new ArrayList<>();
        for (EngineProvider provider : providers) {
            if (provider.unavailableBecause().isEmpty()) {
                names.add(provider.name().equals(DEFAULT) ? 0 : names.size(), provider.name());
            }
        }
        return names;
    }

    /**
     * The engine of this name.
     *
     * @param name empty for the default
     * @throws BearException where there is none, or it cannot run here
     */
    public synchronized Engine named(String name) {
        if (closed) {
            throw new IllegalStateException("this Bear is closed; open one with Bear.open()");
        }
        String wanted = name.isEmpty() ? DEFAULT : name;
        EngineProvider provider = providers.stream()
                .filter(candidate -> candidate.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new BearException(
                        "There is no engine called \"" + wanted + "\".",
                        "Take one of: "
                                + String.join(
                                        ", ",
                                        providers.stream()
                                                .map(EngineProvider::name)
                                                .toList()) + "."));
        Optional<String> unavailable = provider.unavailableBecause();
        if (unavailable.isPresent()) {
            throw new BearException(
                    "The engine " + wanted + " cannot run here: " + unavailable.get(),
                    "bear.doctor() shows every engine and what it needs.");
        }
        return running.computeIfAbsent(wanted, key -> host.apply(provider));
    }

    /** What is loaded at this moment, by engine. */
    public synchronized List<SessionStatus> sessions() {
        return running.values().stream()
                .flatMap(engine -> engine.sessions().stream())
                .toList();
    }

    /** Ends what engines keep of this model although no session is open on it. */
    synchronized void forget(ModelSource source) {
        running.values().forEach(engine -> engine.forget(source));
    }

    @Override
    public synchronized void close() {
        closed = true;
        running.values().forEach(Engine::close);
        running.clear();
    }
}
