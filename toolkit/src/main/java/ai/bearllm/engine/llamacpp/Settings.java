package ai.bearllm.engine.llamacpp;

import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.Sampling;
import de.kherud.llama.InferenceParameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A request's options as the library takes them, each one set, so that none of its defaults applies unseen.
 *
 * @param limit at most so many tokens, so that the context never overflows
 * @param seed the seed in use
 * @param temperature the temperature in use
 * @param ends tokens that must not be chosen
 */
record Settings(GenerationRequest request, int limit, int seed, double temperature, List<Integer> ends) {
    /** Asks the library for a random seed; another one stands in for it, because a seed repeats its text. */
    private static final int RANDOM_SEED = -1;

    private static final int INSTEAD_OF_RANDOM = Integer.MAX_VALUE;

    /** Below it the library divides by almost nothing; the likeliest token is what is meant. */
    private static final double LEAST_TEMPERATURE = 1e-3;

    private static final int REPEAT_LAST_TOKENS = 64;

    static Settings of(GenerationRequest request, int room, Vocabulary vocabulary) {
        Sampling sampling = request.sampling();
        return new Settings(
                request,
                Math.min(request.maxTokens(), room),
                sampling.seed() == RANDOM_SEED ? INSTEAD_OF_RANDOM : sampling.seed(),
                sampling.temperature() < LEAST_TEMPERATURE ? 0 : sampling.temperature(),
                request.ignoreEnd() ? vocabulary.ends() : List.of());
    }

    InferenceParameters parameters(String prompt) {
        Sampling sampling = request.sampling();
        InferenceParameters parameters = new InferenceParameters(prompt)
                .setNPredict(limit)
                .setCachePrompt(request.cachePrompt())
                .setTemperature((float) temperature)
                .setTopK(sampling.topK())
                .setTopP((float) sampling.topP())
                .setMinP((float) sampling.minP())
                .setRepeatPenalty((float) sampling.repeatPenalty())
                .setRepeatLastN(REPEAT_LAST_TOKENS)
                .setSeed(seed)
                .setIgnoreEos(request.ignoreEnd());
        // "Ignore the end" forbids one end token to the library; models have several.
        return ends.isEmpty() ? parameters : parameters.disableTokenIds(ends);
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
        effective.put("repeatLastTokens", Integer.toString(REPEAT_LAST_TOKENS));
        effective.put("seed", Integer.toString(seed));
        effective.put("stop", String.join(" ", request.stop()).replaceAll("\\R", "\\\\n"));
        effective.put("ignoreEnd", Boolean.toString(request.ignoreEnd()));
        effective.put("cachePrompt", Boolean.toString(request.cachePrompt()));
        return effective;
    }
}
