package ai.bearllm.worker;

import ai.bearllm.engine.Capabilities;
import ai.bearllm.engine.Engine;
import ai.bearllm.engine.EngineEnvironment;
import ai.bearllm.engine.EngineProvider;
import ai.bearllm.engine.FakeEngine;
import java.util.Optional;

/** Offers the fake engine to a worker. */
public final class FakeProvider implements EngineProvider {
    @Override
    public String name() {
        return "fake";
    }

    @Override
    public String description() {
        return "Answers with the prompt in reverse.";
    }

    @Override
    public String build() {
        return "fake 1";
    }

    @Override
    public Capabilities capabilities() {
        return Capabilities.of(Capabilities.Feature.TOKENIZE, Capabilities.Feature.TOKEN_IDS);
    }

    @Override
    public Optional<String> unavailableBecause() {
        return Optional.empty();
    }

    @Override
    public Placement placement() {
        return Placement.WORKER;
    }

    @Override
    public Engine create(EngineEnvironment environment) {
        return new FakeEngine();
    }
}
