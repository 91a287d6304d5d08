package ai.bearllm.engine;

import ai.bearllm.model.BearException;
import ai.bearllm.model.FinishReason;
import ai.bearllm.model.RunRecord;
import ai.bearllm.progress.Cancellation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An engine that counts characters as tokens and answers with the prompt's own characters in reverse, over and over: every
 * count is exact and every text predictable. It passes the same contract as the real ones.
 */
public final class FakeEngine implements Engine {
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Set<FakeSession> sessions = ConcurrentHashMap.newKeySet();

    @Override
    public String name() {
        return "fake";
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
    public Session load(ModelSource source, LoadOptions options, Cancellation cancellation) {
        if (closed.get()) {
            throw new IllegalStateException("The engine is closed.");
        }
        cancellation.check();
        FakeSession session = new FakeSession(source, options);
        sessions.add(session);
        return session;
    }

    @Override
    public void close() {
        closed.set(true);
        sessions.forEach(FakeSession::close);
    }

    private static final class FakeSession implements Session {
        private final ModelSource source;
        private final int context;
        private final AtomicBoolean closed = new AtomicBoolean();

        FakeSession(ModelSource source, LoadOptions options) {
            this.source = source;
            this.context = options.contextTokens().orElse(512);
        }

        @Override
        public ModelSource source() {
            return source;
        }

        @Override
        public LoadReport loaded() {
            return new LoadReport(
                    Duration.ofMillis(1),
                    context,
                    Map.of("contextTokens", Integer.toString(context)),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalInt.of(0),
                    Optional.empty());
        }

        @Override
        public synchronized Generation generate(
                GenerationRequest request, GenerationListener listener, Cancellation cancellation) {
            requireOpen();
            request.requireNoGrammar("fake");
            List<Integer> prompt = tokenize(request.prompt());
            if (prompt.size() >= context) {
                throw new BearException(
                        "The prompt has " + prompt.size() + " tokens but the context holds " + context + ".",
                        "Shorten the prompt or open the session with a larger context.");
            }
            long start = System.nanoTime();
            StopStrings stops = new StopStrings(request.stop());
            StringBuilder text = new StringBuilder();
            List<Integer> ids = new ArrayList<>();
            List<Arrival> arrivals = new ArrayList<>();
            FinishReason finish = FinishReason.MAX_TOKENS;
            while (ids.size() < request.maxTokens()) {
                if (cancellation.isCancelled()) {
                    finish = FinishReason.CANCELLED;
                    break;
                }
                if (prompt.size() + ids.size() >= context) {
                    finish = FinishReason.CONTEXT_FULL;
                    break;
                }
                int token = prompt.isEmpty() ? 'a' : prompt.get(prompt.size() - 1 - ids.size() % prompt.size());
                ids.add(token);
                arrivals.add(new Arrival(System.nanoTime() - start, 1));
                emit(stops.accept(shown(token)), text, listener);
                if (stops.reached()) {
                    finish = FinishReason.STOP_STRING;
                    break;
                }
            }
            emit(stops.rest(), text, listener);
            Duration total = Duration.ofNanos(System.nanoTime() - start);
            return new Generation(
                    text.toString(),
                    Optional.of(ids),
                    new RunRecord.Tokens(
                            OptionalInt.of(prompt.size()),
                            OptionalInt.of(ids.size()),
                            OptionalInt.of(0),
                            OptionalInt.of(0)),
                    new RunRecord.Times(
                            Optional.empty(),
                            Optional.of(total),
                            Optional.of(Duration.ofMillis(1)),
                            Optional.of(total),
                            Optional.of(total)),
                    finish,
                    parameters(request),
                    arrivals);
        }

        private Map<String, String> parameters(GenerationRequest request) {
            Map<String, String> parameters = new LinkedHashMap<>(loaded().parameters());
            parameters.put("maxTokens", Integer.toString(request.maxTokens()));
            return parameters;
        }

        /** Half a surrogate pair stands alone in some prompts and must not reach a listener. */
        private static String shown(int token) {
            boolean half = token >= Character.MIN_SURROGATE && token <= Character.MAX_SURROGATE;
            return half ? "?" : Character.toString(token);
        }

        private static void emit(String piece, StringBuilder text, GenerationListener listener) {
            if (!piece.isEmpty()) {
                text.append(piece);
                listener.onText(piece);
            }
        }

        @Override
        public List<Integer> tokenize(String text) {
            requireOpen();
            return text.codePoints().boxed().toList();
        }

        @Override
        public String detokenize(List<Integer> tokens) {
            requireOpen();
            StringBuilder text = new StringBuilder();
            // Refuses what is no character with an IllegalArgumentException.
            tokens.forEach(text::appendCodePoint);
            return text.toString();
        }

        @Override
        public float[] embed(String text) {
            requireOpen();
            throw new BearException("The fake engine makes no embeddings.", "Use another engine.");
        }

        @Override
        public MemoryReport memory() {
            requireOpen();
            return MemoryReport.UNKNOWN;
        }

        @Override
        public void close() {
            closed.set(true);
        }

        private void requireOpen() {
            if (closed.get()) {
                throw new IllegalStateException("The session is closed; open a new one.");
            }
        }
    }
}
