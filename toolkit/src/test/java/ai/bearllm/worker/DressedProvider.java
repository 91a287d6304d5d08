package ai.bearllm.worker;

import ai.bearllm.engine.Capabilities;
import ai.bearllm.engine.Engine;
import ai.bearllm.engine.EngineEnvironment;
import ai.bearllm.engine.EngineProvider;
import ai.bearllm.engine.FakeEngine;
import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.LoadReport;
import ai.bearllm.engine.MemoryReport;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Session;
import ai.bearllm.progress.Cancellation;
import java.util.List;
import java.util.Optional;

/** Offers the fake engine to a worker, under another name and with whatever else its sessions shall do. */
abstract class DressedProvider implements EngineProvider {
    private final String name;
    private final String description;

    DressedProvider(String name, String description) {
        this.name = name;
        this.description = description;
    }

    /** What a load gives; the fake's own session where nothing is added. */
    Session load(FakeEngine fake, ModelSource source, LoadOptions options, Cancellation cancellation) {
        return fake.load(source, options, cancellation);
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final String description() {
        return description;
    }

    @Override
    public final String build() {
        return name + " 1";
    }

    @Override
    public final Capabilities capabilities() {
        return new FakeEngine().capabilities();
    }

    @Override
    public final Optional<String> unavailableBecause() {
        return Optional.empty();
    }

    @Override
    public final Placement placement() {
        return Placement.WORKER;
    }

    @Override
    public final Engine create(EngineEnvironment environment) {
        FakeEngine fake = new FakeEngine();
        return new Engine() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String build() {
                return DressedProvider.this.build();
            }

            @Override
            public Capabilities capabilities() {
                return fake.capabilities();
            }

            @Override
            public Session load(ModelSource source, LoadOptions options, Cancellation cancellation) {
                return DressedProvider.this.load(fake, source, options, cancellation);
            }

            @Override
            public void close() {
                fake.close();
            }
        };
    }

    /** Does what the fake's session does. */
    static class DressedSession implements Session {
        final Session fake;

        DressedSession(Session fake) {
            this.fake = fake;
        }

        @Override
        public final ModelSource source() {
            return fake.source();
        }

        @Override
        public final LoadReport loaded() {
            return fake.loaded();
        }

        @Override
        public Generation generate(GenerationRequest request, GenerationListener listener, Cancellation cancellation) {
            return fake.generate(request, listener, cancellation);
        }

        @Override
        public List<Integer> tokenize(String text) {
            return fake.tokenize(text);
        }

        @Override
        public final String detokenize(List<Integer> tokens) {
            return fake.detokenize(tokens);
        }

        @Override
        public float[] embed(String text) {
            return fake.embed(text);
        }

        @Override
        public final MemoryReport memory() {
            return fake.memory();
        }

        @Override
        public final void close() {
            fake.close();
        }
    }
}
