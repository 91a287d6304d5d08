package ai.bearllm.engine;

import java.util.List;

/**
 * One request for text.
 *
 * @param prompt the text exactly as the model shall see it, special tokens written out; the engine adds a beginning-of-text
 *     token where the model asks for one and the prompt does not begin with it
 * @param maxTokens at most this many tokens are generated
 * @param sampling how each token is chosen
 * @param stop strings that end the text; none of them is part of it
 * @param ignoreEnd go on where the model would end, up to {@code maxTokens}: for measurements
 * @param cachePrompt whether an unchanged beginning of the prompt may be taken from the session's last run
 */
public record GenerationRequest(
        String prompt, int maxTokens, Sampling sampling, List<String> stop, boolean ignoreEnd, boolean cachePrompt) {
    public GenerationRequest {
        stop = List.copyOf(stop);
        if (maxTokens < 1) {
            throw new IllegalArgumentException("maxTokens must be at least 1 but was " + maxTokens);
        }
        if (stop.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException("a stop string must not be empty");
        }
    }

    /** A request with default sampling, no stop strings, the prompt cache on. */
    public static GenerationRequest of(String prompt, int maxTokens) {
        return new GenerationRequest(prompt, maxTokens, Sampling.DEFAULT, List.of(), false, true);
    }

    /** With this sampling. */
    public GenerationRequest withSampling(Sampling value) {
        return new GenerationRequest(prompt, maxTokens, value, stop, ignoreEnd, cachePrompt);
    }

    /** Ending at any of these strings. */
    public GenerationRequest withStop(List<String> strings) {
        return new GenerationRequest(prompt, maxTokens, sampling, strings, ignoreEnd, cachePrompt);
    }

    /** For a measurement: every prompt token computed anew, exactly {@code maxTokens} generated. */
    public GenerationRequest measured() {
        return new GenerationRequest(prompt, maxTokens, sampling, stop, true, false);
    }

    /** With the prompt cache on or off. */
    public GenerationRequest withCachePrompt(boolean value) {
        return new GenerationRequest(prompt, maxTokens, sampling, stop, ignoreEnd, value);
    }
}
