package ai.bearllm.engine.llamacpp;

import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.Sampling;
import ai.bearllm.model.Sha256;
import de.kherud.llama.InferenceParameters;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A request's options as the library takes them, each one set, so that none of its defaults applies unseen.
 *
 * @param limit at most so many tokens, so that the context never overflows
 * @param seed the seed in use
 * @param temperature the temperature in use
 * @param forbidden tokens that must not be chosen
 */
record Settings(GenerationRequest request, int limit, int seed, double temperature, List<Integer> forbidden) {
    /** Asks the library for a random seed; another one stands in for it, because a seed repeats its text. */
    private static final int RANDOM_SEED = -1;

    private static final int INSTEAD_OF_RANDOM = Integer.MAX_VALUE;

    /** Below it the library divides by almost nothing; the likeliest token is what is meant. */
    private static final double LEAST_TEMPERATURE = 1e-3;

    /**
     * @param room how many tokens the context still holds
     * @param sessionSeed for a request that names none
     * @param hidden tokens that have a text for grammars and none for readers
     */
    static Settings of(GenerationRequest request, int room, int sessionSeed, List<Integer> ends, List<Integer> hidden) {
        Sampling sampling = request.sampling();
        int seed = sampling.seed().orElse(sessionSeed);
        return new Settings(
                request,
                Math.min(request.maxTokens(), room),
                seed == RANDOM_SEED ? INSTEAD_OF_RANDOM : seed,
                sampling.temperature() < LEAST_TEMPERATURE ? 0 : sampling.temperature(),
                request.ignoreEnd() ? ends : hidden);
    }

    InferenceParameters parameters(String prompt) {
        Sampling sampling = request.sampling();
        InferenceParameters parameters = new InferenceParameters(prompt)
                .setNPredict(limit)
                .setCachePrompt(request.cachePrompt())
                .setTemperature((float) temperature)
                .setTopK(topK())
                .setTopP((float) sampling.topP())
                .setMinP((float) sampling.minP())
                .setRepeatPenalty((float) sampling.repeatPenalty())
                .setPresencePenalty((float) sampling.presencePenalty())
                .setFrequencyPenalty((float) sampling.frequencyPenalty())
                .setRepeatLastN(sampling.penaltyTokens())
                .setSeed(seed)
                .setIgnoreEos(request.ignoreEnd());
        request.grammar().ifPresent(grammar -> parameters.setGrammar(grammar.normalized()));
        // "Ignore the end" forbids one end token to the library; models have several.
        return forbidden.isEmpty() ? parameters : parameters.disableTokenIds(forbidden);
    }

    /**
     * Where the likeliest token is meant, one candidate is all that is needed; asked for no limit, the library sorts its whole
     * vocabulary for each token, which costs as much as a third of computing it.
     */
    private int topK() {
        return temperature == 0 ? 1 : request.sampling().topK();
    }

    Map<String, String> effective() {
        Sampling sampling = request.sampling();
        Map<String, String> effective = new LinkedHashMap<>();
        effective.put("maxTokens", Integer.toString(request.maxTokens()));
        effective.put("temperature", Double.toString(temperature));
        effective.put("topK", Integer.toString(sampling.topK()));
        effective.put("topP", Double.toString(sampling.topP()));
        effective.put("minP", Double.toString(sampling.minP()));
        effective.put("repeatPenalty", Double.toString(sampling.repeatPenalty()));
        effective.put("presencePenalty", Double.toString(sampling.presencePenalty()));
        effective.put("frequencyPenalty", Double.toString(sampling.frequencyPenalty()));
        effective.put("repeatLastTokens", Integer.toString(sampling.penaltyTokens()));
        effective.put("seed", Integer.toUnsignedString(seed));
        effective.put("stop", String.join(" ", request.stop()).replaceAll("\\R", "\\\\n"));
        request.grammar().ifPresent(grammar -> effective.put("grammarSha256", sha256(grammar.normalized())));
        effective.put("ignoreEnd", Boolean.toString(request.ignoreEnd()));
        effective.put("cachePrompt", Boolean.toString(request.cachePrompt()));
        return effective;
    }

    /** Enough to tell grammars apart in statistics, which hold nobody's words. */
    private static String sha256(String text) {
        return Sha256.of(Sha256.newDigest().digest(text.getBytes(StandardCharsets.UTF_8)))
                .hex();
    }
}
