package ai.bearllm.bench;

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
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.RunRecord;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.run.ModelSession;
import ai.bearllm.run.SessionFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Sessions on the fake engine whose times follow a script instead of the clock: each model generates at the rate its name
 * ends with, so that {@code slow-100} makes 100 tokens a second. A model may hold less context, count a beginning-of-text
 * token, or fail at times.
 */
public final class FakeSessions implements SessionFactory {
    /** What was asked for, in order. */
    public final List<GenerationRequest> requests = Collections.synchronizedList(new ArrayList<>());

    /** Which model ran, in order. */
    public final List<String> order = Collections.synchronizedList(new ArrayList<>());

    /** Sessions that are open. */
    public final List<Session> open = Collections.synchronizedList(new ArrayList<>());

    /** What was recorded. */
    public final List<RunRecord> records = Collections.synchronizedList(new ArrayList<>());

    /** Called before each run with the number of runs so far. */
    public Script script = run -> {};

    /** Largest context that any session has. */
    public int mostContext = 4096;

    /** The context that models were made for. */
    public OptionalInt madeFor = OptionalInt.empty();

    /** Tokens that the engine puts before each prompt. */
    public int beginning;

    private final Map<String, Integer> runs = new HashMap<>();

    /** Interferes with a run. */
    @FunctionalInterface
    public interface Script {
        /** May throw or cancel. */
        void before(int run);
    }

    @Override
    public ModelSession open(String model, String engine, LoadOptions options) {
        if (model.equals("missing")) {
            throw new BearException("There is no model missing.", "Choose another.");
        }
        String name = model.isEmpty() ? "active-100" : model;
        LoadOptions capped = options.withContext(
                Math.min(mostContext, options.contextTokens().orElse(512)));
        Session session = new FakeEngine()
                .load(
                        new ModelSource.LocalFile(Path.of("model.gguf").toAbsolutePath()),
                        capped.withContext(capped.contextTokens().orElse(512) + 64),
                        Cancellation.create());
        Scripted scripted = new Scripted(name, session, capped);
        open.add(scripted);
        return new ModelSession(
                new ModelSession.Subject(
                        ModelId.of("fake", name),
                        Optional.of(Sha256.parse("ab".repeat(32))),
                        ModelCard.Kind.BASE,
                        Optional.empty(),
                        Map.of(),
                        List.of(),
                        madeFor,
                        engine.isEmpty() ? "fake" : engine,
                        "fake <1> & build"),
                scripted,
                records::add,
                Clock.systemUTC());
    }

    @Override
    public List<String> engines() {
        return List.of("fake");
    }

    private final class Scripted implements Session {
        private final String name;
        private final Session session;
        private final LoadOptions options;

        Scripted(String name, Session session, LoadOptions options) {
            this.name = name;
            this.session = session;
            this.options = options;
        }

        @Override
        public ModelSource source() {
            return session.source();
        }

        @Override
        public LoadReport loaded() {
            LoadReport report = session.loaded();
            return new LoadReport(
                    report.time(),
                    options.contextTokens().orElse(512),
                    Map.of("threads", Integer.toString(options.threads().orElse(2))),
                    report.weightsBytes(),
                    report.kvCacheBytes(),
                    report.computeBytes(),
                    report.gpuLayers(),
                    report.gpuFallback());
        }

        @Override
        public Generation generate(GenerationRequest request, GenerationListener listener, Cancellation cancellation) {
            requests.add(request);
            order.add(name);
            script.before(order.size());
            Generation fake = session.generate(request, listener, cancellation);
            double rate = Double.parseDouble(name.substring(name.lastIndexOf('-') + 1));
            // A little noise that repeats itself, the same for every model.
            double noise = 1 + 0.01 * (runs.merge(name, 1, Integer::sum) % 7 - 3);
            int prompt = fake.tokens().prompt().orElse(0) + beginning;
            int generated = fake.tokens().generated().orElse(0);
            Duration decode = Duration.ofNanos((long) (1e9 * generated / (rate * noise)));
            Duration first = Duration.ofNanos((long) (1e9 * prompt / (10 * rate * noise)));
            return new Generation(
                    fake.text(),
                    fake.tokenIds(),
                    new RunRecord.Tokens(
                            OptionalInt.of(prompt), OptionalInt.of(generated), OptionalInt.of(0), OptionalInt.of(0)),
                    new RunRecord.Times(
                            Optional.empty(),
                            Optional.of(first),
                            Optional.of(first),
                            Optional.of(decode),
                            Optional.of(first.plus(decode))),
                    fake.finishReason(),
                    Map.of("threads", "2"));
        }

        @Override
        public List<Integer> tokenize(String text) {
            return session.tokenize(text);
        }

        @Override
        public String detokenize(List<Integer> tokens) {
            return session.detokenize(tokens);
        }

        @Override
        public float[] embed(String text) {
            return session.embed(text);
        }

        @Override
        public MemoryReport memory() {
            return session.memory();
        }

        @Override
        public void close() {
            open.remove(this);
            session.close();
        }
    }
}
