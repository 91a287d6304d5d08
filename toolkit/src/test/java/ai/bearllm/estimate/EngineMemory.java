package ai.bearllm.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.LoadReport;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Session;
import ai.bearllm.engine.llamacpp.LlamaCppProvider;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.worker.WorkerEngine;
import ai.bearllm.worker.WorkerSettings;
import java.nio.file.Path;

/** Loads a model in the real engine and holds the forecast to what its log says. */
final class EngineMemory {
    private EngineMemory() {}

    static void compare(Path model, Path home, int... contexts) {
        Gguf gguf = Gguf.read(model);
        WorkerEngine engine = new WorkerEngine(
                new LlamaCppProvider(), WorkerSettings.of(home.resolve("workers"), home.resolve("logs")));
        try (engine) {
            for (int context : contexts) {
                LoadOptions options = LoadOptions.DEFAULT.withContext(context).withThreads(1);
                try (Session session = engine.load(new ModelSource.LocalFile(model), options, Cancellation.create())) {
                    compare(MemoryEstimate.of(gguf, context), session.loaded());
                }
            }
        }
    }

    /** The log rounds to 0.01 MiB. */
    private static void compare(MemoryEstimate forecast, LoadReport loaded) {
        long cache = loaded.kvCacheBytes().orElseThrow();
        assertThat(forecast.bytesOf("cache").orElseThrow()).isCloseTo(cache, within(20_000L));
        long weights = loaded.weightsBytes().orElseThrow();
        assertThat(forecast.bytesOf("weights").orElseThrow()).isCloseTo(weights, within(weights / 100 + 20_000));
        long compute = loaded.computeBytes().orElseThrow();
        long computed = MemoryEstimateTest.reserved(forecast, "compute")
                + forecast.bytesOf("output").orElseThrow();
        assertThat(computed).isCloseTo(compute, within(compute * 11 / 1000 + 20_000));
    }
}
