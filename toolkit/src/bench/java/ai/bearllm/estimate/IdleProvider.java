package ai.bearllm.estimate;

import ai.bearllm.engine.Capabilities;
import ai.bearllm.engine.Engine;
import ai.bearllm.engine.EngineEnvironment;
import ai.bearllm.engine.EngineProvider;
import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.LoadReport;
import ai.bearllm.engine.MemoryReport;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Session;
import ai.bearllm.progress.Cancellation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** An engine that has llama.cpp's library loaded and no model: what a worker takes before it has one. */
public final class IdleProvider implements EngineProvider {
    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String description() {
        return "llama.cpp's library without a model.";
    }

    @Override
    public String build() {
        return "idle";
    }

    @Override
    public Capabilities capabilities() {
        return Capabilities.of();
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
        try {
            Class.forName("de.kherud.llama.LlamaModel", true, IdleProvider.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        return new Idle();
    }

    private static final class Idle implements Engine {
        @Override
        public String name() {
            return "idle";
        }

        @Override
        public String build() {
            return "idle";
        }

        @Override
        public Capabilities capabilities() {
            return Capabilities.of();
        }

        @Override
        public Session load(ModelSource source, LoadOptions options, Cancellation cancellation) {
            return new Nothing(source);
        }

        @Override
        public void close() {}
    }

    private record Nothing(ModelSource source) implements Session {
        @Override
        public LoadReport loaded() {
            return new LoadReport(
                    Duration.ZERO,
                    8,
                    Map.of(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalInt.empty(),
                    Optional.empty());
        }

        @Override
        public Generation generate(GenerationRequest request, GenerationListener listener, Cancellation cancellation) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Integer> tokenize(String text) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String detokenize(List<Integer> tokens) {
            throw new UnsupportedOperationException();
        }

        @Override
        public float[] embed(String text) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MemoryReport memory() {
            return MemoryReport.UNKNOWN;
        }

        @Override
        public void close() {}
    }
}
