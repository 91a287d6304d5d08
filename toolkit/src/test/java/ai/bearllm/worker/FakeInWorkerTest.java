package ai.bearllm.worker;

import ai.bearllm.engine.Engine;
import ai.bearllm.engine.EngineContractTest;
import ai.bearllm.engine.ModelSource;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract through a real worker process: what comes out is what the engine gave. */
class FakeInWorkerTest extends EngineContractTest {
    @TempDir
    static Path home;

    @Override
    protected Engine open() {
        return new WorkerEngine(new FakeProvider(), WorkerSettings.of(home.resolve("workers"), home.resolve("logs")));
    }

    @Override
    protected ModelSource source() {
        return new ModelSource.LocalFile(Path.of("fake.gguf").toAbsolutePath());
    }

    @Override
    protected String prompt() {
        return "Once upon a time there was a bear";
    }

    @Override
    protected int beginningTokens() {
        return 0;
    }
}
