package ai.bearllm.worker;

import ai.bearllm.engine.FakeEngine;
import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Session;
import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The fake engine with the troubles that native code makes: a prompt's first word chooses one, and the extra {@code trouble}
 * makes it while loading.
 */
public final class TroubleProvider extends DressedProvider {
    private static final int OWN_EXIT = 7;

    public TroubleProvider() {
        super("trouble", "Does what native code does at its worst.");
    }

    @Override
    Session load(FakeEngine fake, ModelSource source, LoadOptions options, Cancellation cancellation) {
        String trouble = options.extras().getOrDefault("trouble", "");
        if (trouble.equals("stuck")) {
            spin();
        }
        make(trouble);
        return new TroubleSession(fake.load(source, options, cancellation));
    }

    private static void make(String trouble) {
        switch (trouble) {
            case "halt" -> Runtime.getRuntime().halt(OWN_EXIT);
            case "defect" -> throw new UnsupportedOperationException("nobody thought of this");
            case "unlinked" -> throw new UnsatisfiedLinkError("no native library");
            case "problem" -> throw new BearException("The model is too shy.", "Ask kindly.");
            case "heap" -> hoard();
            case "ponder" -> LockSupport.parkNanos(7_000_000_000L);
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

    /** Computes for ever, as a native call does that cannot be stopped. */
    @SuppressWarnings("InfiniteLoopStatement")
    private static void spin() {
        while (true) {
            Thread.onSpinWait();
        }
    }

    private static final class TroubleSession extends DressedSession {
        TroubleSession(Session fake) {
            super(fake);
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
        public float[] embed(String text) {
            return new float[] {1, Float.NaN, -0.5f};
        }
    }
}
