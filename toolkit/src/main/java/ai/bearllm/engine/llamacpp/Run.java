package ai.bearllm.engine.llamacpp;

import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadReport;
import ai.bearllm.engine.StopStrings;
import ai.bearllm.grammar.Grammar;
import ai.bearllm.grammar.GrammarMatcher;
import ai.bearllm.model.BearException;
import ai.bearllm.model.FinishReason;
import ai.bearllm.model.RunRecord;
import ai.bearllm.progress.Cancellation;
import de.kherud.llama.LlamaIterator;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.LlamaOutput;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One generation.
 *
 * <p>Stop strings are found here, because the library drops text that it holds back when a generation ends otherwise. It is
 * told to stop by the thread that reads from it, and only after its first output: from another thread that one may wait
 * forever, and before the first output the wish can overtake the request, which then runs to its end unheard.
 */
final class Run {
    private static final Duration LOG_PATIENCE = Duration.ofSeconds(2);

    /** A worker that takes so long to stop has been ended before. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);

    private static final Logger LOG = System.getLogger(Run.class.getName());

    private final LlamaModel model;
    private final NativeLog log;
    private final LoadReport loaded;
    private final GenerationRequest request;
    private final Prompt prompt;
    private final Settings settings;
    private final StopStrings stops;
    private final PieceCount pieces;
    private final StringBuilder text = new StringBuilder();
    private final long start = System.nanoTime();
    private Optional<GrammarMatcher> place;

    /**
     * The prompt as the library gets it.
     *
     * @param text without the beginning-of-text that the library adds
     * @param tokens with it
     */
    record Prompt(String text, int tokens) {}

    Run(
            LlamaModel model,
            NativeLog log,
            LoadReport loaded,
            GenerationRequest request,
            Prompt prompt,
            Vocabulary vocabulary,
            int seed) {
        this.model = model;
        this.log = log;
        this.loaded = loaded;
        this.request = request;
        this.prompt = prompt;
        this.settings = Settings.of(
                request,
                loaded.contextTokens() - prompt.tokens(),
                seed,
                vocabulary.ends(),
                request.grammar().isPresent() ? vocabulary.hidden() : List.of());
        this.place = request.grammar().map(Grammar::matcher);
        this.stops = new StopStrings(request.stop());
        this.pieces = new PieceCount(model, start);
    }

    Generation generate(GenerationListener listener, Cancellation cancellation) {
        if (cancellation.isCancelled()) {
            return generation(FinishReason.CANCELLED, new RunLog(""), 0);
        }
        log.read();
        LlamaIterator iterator = begin();
        try {
            do {
                take(iterator, listener);
            } while (iterator.hasNext() && !stops.reached() && !cancellation.isCancelled());
            emit(stops.rest(), listener);
        } finally {
            if (iterator.hasNext()) {
                iterator.cancel();
                // Until then it computes, and its lines would be taken for the next request's.
                log.mark(RunLog.RELEASED, STOP_PATIENCE);
            }
        }
        Generation generation = pieces.ended() && !stops.reached() ? finished() : cutShort();
        log.forget();
        return generation;
    }

    private LlamaIterator begin() {
        try {
            return model.generate(settings.parameters(prompt.text())).iterator();
        } catch (RuntimeException e) {
            throw failed(e);
        }
    }

    private void take(LlamaIterator iterator, GenerationListener listener) {
        LlamaOutput output;
        try {
            output = iterator.next();
        } catch (RuntimeException e) {
            throw failed(e);
        }
        pieces.add(output.text, !iterator.hasNext());
        // Some grammars can read a text in ever more ways, and the library would take ever longer over each.
        place = place.map(at -> at.accept(output.text));
        if (place.isPresent() && place.get().dead()) {
            throw new BearException(
                    "The model wrote bytes that are no text where the grammar allows any character.",
                    "Try again with another seed or a lower temperature.");
        }
        emit(stops.accept(output.text), listener);
    }

    private static BearException failed(RuntimeException cause) {
        return new BearException(
                "llama.cpp failed: " + cause.getMessage() + ".",
                "Try again with other options; if it happens again, validate the model's file.",
                cause);
    }

    private void emit(String piece, GenerationListener listener) {
        if (!piece.isEmpty()) {
            text.append(piece);
            listener.onText(piece);
        }
    }

    /** The library ended by itself, so its log has everything. */
    private Generation finished() {
        RunLog run = new RunLog(log.readUntil(RunLog.FINISHED, LOG_PATIENCE));
        int decoded = run.decodedTokens().orElse(pieces.tokens());
        // At the limit only the empty text of the last token tells an end token from any other.
        boolean end = !request.ignoreEnd() && (decoded < settings.limit() || pieces.lastIsEmpty());
        FinishReason reason = end
                ? FinishReason.END_OF_TEXT
                : settings.limit() < request.maxTokens() ? FinishReason.CONTEXT_FULL : FinishReason.MAX_TOKENS;
        return generation(reason, run, end ? decoded - 1 : decoded);
    }

    /** Ended from here: what the library computed beyond the text does not count. */
    private Generation cutShort() {
        RunLog run = new RunLog(log.readUntil(RunLog.RELEASED, LOG_PATIENCE));
        FinishReason reason = stops.reached() ? FinishReason.STOP_STRING : FinishReason.CANCELLED;
        return generation(reason, run, pieces.tokens());
    }

    private Generation generation(FinishReason reason, RunLog run, int generated) {
        int counted = run.promptTokens().orElse(prompt.tokens());
        if (counted != prompt.tokens()) {
            LOG.log(Level.WARNING, "counted {0} prompt tokens where llama.cpp has {1}", prompt.tokens(), counted);
        }
        boolean timed = run.decodeTime().isPresent();
        RunRecord.Times times = new RunRecord.Times(
                Optional.empty(),
                pieces.timeToFirstText(),
                timed ? run.promptTime() : pieces.timeToFirstOutput(),
                timed ? run.decodeTime() : pieces.decodeTime(),
                Optional.of(Duration.ofNanos(System.nanoTime() - start)));
        Map<String, String> parameters = new LinkedHashMap<>(loaded.parameters());
        parameters.putAll(settings.effective());
        place.ifPresent(at -> parameters.put("grammarComplete", Boolean.toString(at.complete())));
        parameters.put("timesFrom", timed ? "llama.cpp" : "clock");
        return new Generation(
                text.toString(),
                Optional.empty(),
                new RunRecord.Tokens(
                        OptionalInt.of(counted), OptionalInt.of(generated), run.cachedTokens(), OptionalInt.of(0)),
                times,
                reason,
                parameters,
                pieces.arrivals());
    }
}
