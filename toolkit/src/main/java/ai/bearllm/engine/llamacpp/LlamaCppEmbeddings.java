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

/** A model that makes vectors; one text at a time. */
final class LlamaCppEmbeddings implements Session {
    /** At most so many tokens stand around a text: a beginning and an end. */
    private static final int AROUND = 2;

    private final LlamaModel model;
    private final ModelSource source;
    private final LoadReport report;
    private final int longest;
    private final int vocabulary;
    private final Turns turns;

    /**
     * @param longest tokens of the longest text, those around it included; the library waits for ever with a longer one
     * @param vocabulary ids are below it
     */
    LlamaCppEmbeddings(LlamaModel model, ModelSource source, LoadReport report, int longest, int vocabulary) {
        this.model = model;
        this.turns = new Turns(model);
        this.source = source;
        this.report = report;
        this.longest = longest;
        this.vocabulary = vocabulary;
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
            throw new BearException(
                    "This session makes vectors and no text.", "Open another one without .embeddings() to generate.");
        });
    }

    @Override
    public List<Integer> tokenize(String text) {
        return turns.take(() -> Arrays.stream(encode(text)).boxed().toList());
    }

    private int[] encode(String text) {
        Vocabulary.requireTokenizable(text);
        return model.encode(text);
    }

    @Override
    public String detokenize(List<Integer> tokens) {
        return turns.take(() -> model.decode(Vocabulary.require(tokens, vocabulary)));
    }

    @Override
    public float[] embed(String text) {
        return turns.take(() -> {
            int tokens = encode(text).length;
            if (tokens == 0) {
                throw new BearException("An empty text has no vector.", "Leave empty texts out.");
            }
            if (tokens + AROUND > longest) {
                throw new BearException(
                        "The text has " + tokens + " tokens; this session takes at most " + (longest - AROUND) + ".",
                        "Cut the text into parts, or open the session with a larger batch where the model's context"
                                + " allows it: .batch(2048).");
            }
            try {
                return model.embed(text);
            } catch (RuntimeException e) {
                throw new BearException(
                        "llama.cpp made no vector: " + e.getMessage() + ".", "Validate the model's file.", e);
            }
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
