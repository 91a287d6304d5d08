package ai.bearllm.engine;

import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;
import java.util.List;

/**
 * A loaded model. Requests of several threads are served one after the other. After {@link #close()} every call fails with a
 * sentence.
 */
public interface Session extends AutoCloseable {
    /** What is loaded. */
    ModelSource source();

    /** How it was loaded: the effective options, the time, the sizes. */
    LoadReport loaded();

    /**
     * Generates text; returns when it is done. Cancelling frees the caller within 200 ms and returns what came so far with
     * {@link ai.bearllm.model.FinishReason#CANCELLED}.
     *
     * @throws BearException where the prompt does not fit the context, or the engine fails; the session can be used again
     */
    Generation generate(GenerationRequest request, GenerationListener listener, Cancellation cancellation);

    /** The text's tokens; special tokens written out in the text become themselves; no beginning-of-text is added. */
    List<Integer> tokenize(String text);

    /** The tokens' text. */
    String detokenize(List<Integer> tokens);

    /** The text's vector, as the model pools it. */
    float[] embed(String text);

    /** Memory of the process that holds the model, now and at its highest. */
    MemoryReport memory();

    /** Frees the model. May be called twice. */
    @Override
    void close();
}
