package ai.bearllm.engine;

import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;
import java.util.List;

/**
 * A loaded model. Requests of several threads are served one after the other, in the order of their coming. After
 * {@link #close()} every call that needs the model throws an {@link IllegalStateException} with a sentence.
 */
public interface Session extends AutoCloseable {
    /** What is loaded. */
    ModelSource source();

    /** How it was loaded: the effective options, the time, the sizes. */
    LoadReport loaded();

    /**
     * Generates text; returns when it is done, when the context is full
     * ({@link ai.bearllm.model.FinishReason#CONTEXT_FULL}), or when it is cancelled. Cancelling frees the caller within 200 ms
     * and returns what came so far with {@link ai.bearllm.model.FinishReason#CANCELLED}; counts that are not known by then
     * are empty.
     *
     * <p>Under a grammar the text ends where the grammar does ({@link ai.bearllm.model.FinishReason#END_OF_TEXT}); any other reason
     * means that it may be unfinished.
     *
     * @throws BearException where the prompt alone fills the context, the engine lacks what the request asks for, or it fails;
     *     the session can be used again
     */
    Generation generate(GenerationRequest request, GenerationListener listener, Cancellation cancellation);

    /** The text's tokens; special tokens written out in the text become themselves; no beginning-of-text is added. */
    List<Integer> tokenize(String text);

    /**
     * The tokens' text.
     *
     * @throws IllegalArgumentException for an id that the model does not have
     */
    String detokenize(List<Integer> tokens);

    /**
     * The text's vector of length 1, pooled as {@link LoadOptions#embeddings()} says.
     *
     * @throws BearException where the engine lacks {@link Capabilities.Feature#EMBED}, or the text is empty or too long
     */
    float[] embed(String text);

    /** Memory of the process that holds the model, now and at its highest. */
    MemoryReport memory();

    /** Frees the model. May be called twice. */
    @Override
    void close();
}
