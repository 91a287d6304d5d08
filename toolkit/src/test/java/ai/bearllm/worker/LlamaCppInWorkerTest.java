package ai.bearllm.worker;

import ai.bearllm.engine.Engine;
import ai.bearllm.engine.EngineContractTest;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.llamacpp.LlamaCppProvider;
import ai.bearllm.lab.Lab;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract with a real model, as people run it. */
class LlamaCppInWorkerTest extends EngineContractTest {
    @TempDir
    static Path home;

    @Override
    protected Engine open() {
        return new WorkerEngine(
                new LlamaCppProvider(), WorkerSettings.of(home.resolve("workers"), home.resolve("logs")));
    }

    @Override
    protected ModelSource source() {
        return new ModelSource.LocalFile(Lab.project()
                .resolve("data/bear-tiny/bear-tiny.gguf")
                .toAbsolutePath()
                .normalize());
    }

    @Override
    protected String prompt() {
        return "Once upon a time";
    }

    @Override
    protected int beginningTokens() {
        return 1;
    }
}
