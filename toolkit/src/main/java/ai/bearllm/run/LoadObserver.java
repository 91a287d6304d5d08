package ai.bearllm.run;

import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.LoadReport;
import ai.bearllm.engine.MemoryReport;
import ai.bearllm.estimate.MemoryEstimate;
import ai.bearllm.estimate.MemoryOptions;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.registry.Registry;
import ai.bearllm.usage.MemoryObservation;
import java.lang.System.Logger;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Compares what a load took with what it was forecast to take, so that later forecasts are better. A load that cannot be
 * compared teaches nothing, and none fails because of this.
 */
final class LoadObserver {
    private static final Logger LOG = System.getLogger(LoadObserver.class.getName());

    private final Registry registry;
    private final Consumer<MemoryObservation> observations;

    LoadObserver(Registry registry, Consumer<MemoryObservation> observations) {
        this.registry = registry;
        this.observations = observations;
    }

    void observe(ModelSession.Subject subject, Gguf gguf, LoadOptions options, ModelSession session, Instant when) {
        try {
            MemoryReport seen = session.memory();
            if (seen.peakResidentBytes().isEmpty() && seen.anonymousBytes().isEmpty()) {
                return;
            }
            Optional<MemoryEstimate> forecast = forecast(subject, gguf, options, session.loaded());
            // First, for it does not need the store.
            forecast.ifPresent(made -> learn(made, seen));
            observations.accept(observation(subject, session.loaded(), forecast, seen, when));
        } catch (RuntimeException e) {
            LOG.log(Logger.Level.DEBUG, "the memory of a load was not observed", e);
        }
    }

    /** Only for the engine that the formulas were measured on, on the processor, as it loads by itself. */
    private static Optional<MemoryEstimate> forecast(
            ModelSession.Subject subject, Gguf gguf, LoadOptions options, LoadReport loaded) {
        boolean known = subject.engine().equals(Engines.DEFAULT)
                && loaded.gpuLayers().orElse(0) == 0
                && options.extras().isEmpty();
        if (!known) {
            return Optional.empty();
        }
        MemoryOptions like = options.batchTokens().isPresent()
                ? MemoryOptions.DEFAULT.withStep(Math.min(
                        MemoryOptions.DEFAULT.stepTokens(),
                        options.batchTokens().getAsInt()))
                : MemoryOptions.DEFAULT;
        return Optional.of(MemoryEstimate.of(gguf, loaded.contextTokens(), like, 1));
    }

    private static MemoryObservation observation(
            ModelSession.Subject subject,
            LoadReport loaded,
            Optional<MemoryEstimate> forecast,
            MemoryReport seen,
            Instant when) {
        return new MemoryObservation(
                UUID.randomUUID(),
                when,
                subject.model(),
                subject.sha256(),
                subject.engine(),
                subject.engineBuild(),
                OptionalInt.of(loaded.contextTokens()),
                forecast.map(MemoryEstimate::totalBytes).orElse(OptionalLong.empty()),
                forecast.map(made -> "after loading, the worker included"),
                seen.anonymousBytes(),
                seen.fileMappedBytes(),
                seen.peakResidentBytes());
    }

    private void learn(MemoryEstimate forecast, MemoryReport seen) {
        OptionalLong model = forecast.modelBytes();
        OptionalLong worker = forecast.workerBytes();
        if (model.isPresent() && worker.isPresent() && seen.peakResidentBytes().isPresent()) {
            registry.observedLoad(model.getAsLong(), seen.peakResidentBytes().getAsLong() - worker.getAsLong());
        }
    }
}
