package ai.bearllm.engine.llamacpp;

import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadReport;
import ai.bearllm.engine.MemoryReport;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Session;
import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;
import de.kherud.llama.LlamaModel;
import java.util.Arrays;
import java.util.List;

/** One loaded model; one request at a time. */
final class LlamaCppSession implements Session {
    private final LlamaModel model;
    private final ModelSource source;
    private final LoadReport report;
    private final Vocabulary vocabulary;
    private final NativeLog log;
    private final int seed;
    private final Turns turns;

    /**
     * @param seed for requests that name none
     */
    LlamaCppSession(
            LlamaModel model, ModelSource source, LoadReport report, Vocabulary vocabulary, NativeLog log, int seed) {
        this.model = model;
        this.turns = new Turns(model);
        this.source = source;
        this.report = report;
        this.vocabulary = vocabulary;
        this.log = log;
        this.seed = seed;
    }

    @Override
    public ModelSource source() {
        return source;
    }

    @Override
    public LoadReport loaded() {
        return report;
    }

    @Override
    public Generation generate(GenerationRequest request, GenerationListener listener, Cancellation cancellation) {
        return turns.take(() -> {
            request.grammar().ifPresent(vocabulary::requireWritable);
            String prompt = vocabulary.withoutBeginning(request.prompt());
            vocabulary.requirePossible(prompt, report.contextTokens());
            int promptTokens = model.encode(prompt).length + vocabulary.added();
            requireRoom(promptTokens);
            return new Run(model, log, report, request, new Run.Prompt(prompt, promptTokens), vocabulary, seed)
                    .generate(listener, cancellation);
        });
    }

    /** The library would end in the middle, or read past an empty prompt. */
    private void requireRoom(int promptTokens) {
        if (promptTokens == 0) {
            throw new BearException(
                    "The prompt is empty, and this model has no token to begin a text with.", "Write a prompt.");
        }
        if (promptTokens >= report.contextTokens()) {
            throw new BearException(
                    "The prompt has " + promptTokens + " tokens but the context holds " + report.contextTokens() + ".",
                    "Shorten the prompt, or open the session with a larger context.");
        }
    }

    @Override
    public List<Integer> tokenize(String text) {
        return turns.take(() -> {
            Vocabulary.requireTokenizable(text);
            return Arrays.stream(model.encode(text)).boxed().toList();
        });
    }

    @Override
    public String detokenize(List<Integer> tokens) {
        return turns.take(() -> model.decode(vocabulary.require(tokens)));
    }

    @Override
    public float[] embed(String text) {
        return turns.take(() -> {
            throw new BearException(
                    "This session of llama.cpp generates text; vectors come from a session of their own, because this"
                            + " build writes each text into its log otherwise.",
                    "Open one with bear.session(...).embeddings().open().");
        });
    }

    /** Not told here: the worker's parent reads it from the system for the worker's process. */
    @Override
    public MemoryReport memory() {
        return turns.take(() -> MemoryReport.UNKNOWN);
    }

    @Override
    public void close() {
        turns.close();
    }
}
