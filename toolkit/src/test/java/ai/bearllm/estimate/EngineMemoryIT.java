package ai.bearllm.estimate;

import ai.bearllm.lab.Lab;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class EngineMemoryIT {
    @TempDir
    Path home;

    @Test
    void aRealModelTakesWhatWasForecast() {
        EngineMemory.compare(Lab.smollm2(), home, 512, 2048, 8192);
    }
}
