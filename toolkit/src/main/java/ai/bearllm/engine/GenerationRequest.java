package ai.bearllm.engine;

import ai.bearllm.grammar.Grammar;
import ai.bearllm.model.BearException;
import java.util.List;
import java.util.Optional;

/**
 * One request for text.
 *
 * @param prompt the text exactly as the model shall see it, special tokens written out; the engine adds a beginning-of-text
 *     token where the model asks for one and the prompt does not begin with it
 * @param maxTokens at most this many tokens are generated
 * @param sampling how each token is chosen
 * @param stop at most 1,024 strings of at most 4,096 characters that end the text; none of them is part of it
 * @param grammar what the text must keep to; the text ends where the grammar does
 * @param ignoreEnd go on where the model would end, up to {@code maxTokens}: for measurements; not together with a grammar,
 *     after whose end no token could follow
 * @param cachePrompt whether an unchanged beginning of the prompt may be taken from the session's last run
 */
public record GenerationRequest(
        String prompt,
        int maxTokens,
        Sampling sampling,
        List<String> stop,
        Optional<Grammar> grammar,
        boolean ignoreEnd,
        boolean cachePrompt) {
    private static final int MOST_STOPS = 1024;
    private static final int LONGEST_STOP = 4096;

    public GenerationRequest {
        stop = List.copyOf(stop);
        if (maxTokens < 1) {
            throw new IllegalArgumentException("maxTokens must be at least 1 but was " + maxTokens);
        }
        if (stop.size() > MOST_STOPS) {
            throw new IllegalArgumentException("at most " + MOST_STOPS + " stop strings but were " + stop.size());
        }
        for (String string : stop) {
            if (string.isEmpty() || string.length() > LONGEST_STOP) {
                throw new IllegalArgumentException(
                        "a stop string has 1 to " + LONGEST_STOP + " characters but had " + string.length());
            }
        }
        if (ignoreEnd && grammar.isPresent()) {
            throw new IllegalArgumentException("a text under a grammar ends with it, so the end cannot be ignored");
        }
    }

    /** A request with default sampling, no stop strings, no grammar, the prompt cache on. */
    public static GenerationRequest of(String prompt, int maxTokens) {
        return new GenerationRequest(prompt, maxTokens, Sampling.DEFAULT, List.of(), Optional.empty(), false, true);
    }

    /** With this prompt. */
    public GenerationRequest withPrompt(String value) {
        return new GenerationRequest(value, maxTokens, sampling, stop, grammar, ignoreEnd, cachePrompt);
    }

    /** With at most this many tokens. */
    public GenerationRequest withMaxTokens(int value) {
        return new GenerationRequest(prompt, value, sampling, stop, grammar, ignoreEnd, cachePrompt);
    }

    /** With this sampling. */
    public GenerationRequest withSampling(Sampling value) {
        return new GenerationRequest(prompt, maxTokens, value, stop, grammar, ignoreEnd, cachePrompt);
    }

    /** Ending at any of these strings. */
    public GenerationRequest withStop(List<String> strings) {
        return new GenerationRequest(prompt, maxTokens, sampling, strings, grammar, ignoreEnd, cachePrompt);
    }

    /** Keeping to this grammar. */
    public GenerationRequest withGrammar(Grammar value) {
        return new GenerationRequest(prompt, maxTokens, sampling, stop, Optional.of(value), ignoreEnd, cachePrompt);
    }

    /** For a measurement: every prompt token computed anew, exactly {@code maxTokens} generated. */
    public GenerationRequest measured() {
        return new GenerationRequest(prompt, maxTokens, sampling, stop, grammar, true, false);
    }

    /** With the prompt cache on or off. */
    public GenerationRequest withCachePrompt(boolean value) {
        return new GenerationRequest(prompt, maxTokens, sampling, stop, grammar, ignoreEnd, value);
    }

    /**
     * For engines that lack {@link Capabilities.Feature#GRAMMAR}.
     *
     * @throws BearException where there is a grammar
     */
    public void requireNoGrammar(String engine) {
        if (grammar.isPresent()) {
            throw new BearException(
                    "The engine " + engine + " cannot keep a text to a grammar or a JSON schema.",
                    "Use an engine that can, such as llama.cpp, or leave the grammar out.");
        }
    }
}
