package ai.bearllm.engine;

import java.nio.file.Path;

class FakeEngineTest extends EngineContractTest {
    @Override
    protected Engine open() {
        return new FakeEngine();
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
