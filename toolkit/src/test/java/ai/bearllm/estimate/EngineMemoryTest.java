package ai.bearllm.estimate;

import ai.bearllm.lab.Lab;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EngineMemoryTest {
    @TempDir
    Path home;

    @Test
    void theBuiltInModelTakesWhatWasForecast() {
        EngineMemory.compare(
                Lab.project().resolve("data/bear-tiny/bear-tiny.gguf").toAbsolutePath(), home, 512, 1024);
    }
}
