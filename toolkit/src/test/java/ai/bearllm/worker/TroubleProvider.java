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
import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The fake engine with the troubles that native code makes: a prompt's first word chooses one, and the extra {@code trouble}
 * makes it while loading.
 */
public final class TroubleProvider implements EngineProvider {
    private static final int OWN_EXIT = 7;

    @Override
    public String name() {
        return "trouble";
    }

    @Override
    public String description() {
        return "Does what native code does at its worst.";
    }

    @Override
    public String build() {
        return "trouble 1";
    }

    @Override
    public Capabilities capabilities() {
        return new FakeEngine().capabilities();
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
        return new TroubleEngine();
    }

    private static void make(String trouble) {
        switch (trouble) {
            case "halt" -> Runtime.getRuntime().halt(OWN_EXIT);
            case "defect" -> throw new UnsupportedOperationException("nobody thought of this");
            case "unlinked" -> throw new UnsatisfiedLinkError("no native library");
            case "problem" -> throw new BearException("The model is too shy.", "Ask kindly.");
            case "heap" -> hoard();
            case "print" -> System.out.println("Extracted something to somewhere");
            default -> {
                // Every other word is harmless.
            }
        }
    }

    private static void hoard() {
        List<long[]> hoarded = new java.util.ArrayList<>();
        while (true) {
            hoarded.add(new long[1 << 24]);
        }
    }

    private static final class TroubleEngine implements Engine {
        private final FakeEngine fake = new FakeEngine();

        @Override
        public String name() {
            return "trouble";
        }

        @Override
        public String build() {
            return "trouble 1";
        }

        @Override
        public Capabilities capabilities() {
            return fake.capabilities();
        }

        @Override
        public Session load(ModelSource source, LoadOptions options, Cancellation cancellation) {
            String trouble = options.extras().getOrDefault("trouble", "");
            if (trouble.equals("stuck")) {
                spin();
            }
            make(trouble);
            return new TroubleSession(fake.load(source, options, cancellation));
        }

        @Override
        public void close() {
            fake.close();
        }
    }

    /** Computes for ever, as a native call does that cannot be stopped. */
    @SuppressWarnings("InfiniteLoopStatement")
    private static void spin() {
        while (true) {
            Thread.onSpinWait();
        }
    }

    private record TroubleSession(Session fake) implements Session {
        @Override
        public ModelSource source() {
            return fake.source();
        }

        @Override
        public LoadReport loaded() {
            return fake.loaded();
        }

        @Override
        public Generation generate(GenerationRequest request, GenerationListener listener, Cancellation cancellation) {
            String trouble = request.prompt().split(" ", 2)[0];
            make(trouble);
            GenerationListener troubled = text -> {
                listener.onText(text);
                if (trouble.equals("stuck")) {
                    spin();
                }
                if (trouble.equals("slow")) {
                    LockSupport.parkNanos(20_000_000);
                }
            };
            return fake.generate(request, troubled, cancellation);
        }

        @Override
        public List<Integer> tokenize(String text) {
            make(text);
            return fake.tokenize(text);
        }

        @Override
        public String detokenize(List<Integer> tokens) {
            return fake.detokenize(tokens);
        }

        @Override
        public float[] embed(String text) {
            return new float[] {1, Float.NaN, -0.5f};
        }

        @Override
        public MemoryReport memory() {
            return fake.memory();
        }

        @Override
        public void close() {
            fake.close();
        }
    }
}
