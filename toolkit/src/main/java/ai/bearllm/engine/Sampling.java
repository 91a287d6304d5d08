package ai.bearllm.engine;

import java.util.OptionalInt;

/**
 * How the next token is chosen.
 *
 * @param temperature 0 takes the likeliest token each time (greedy); higher is more varied
 * @param topK only this many likeliest tokens are considered; 0: all
 * @param topP only the likeliest tokens that make up this probability; 1: all
 * @param minP only tokens at least this fraction as likely as the likeliest; 0: all
 * @param repeatPenalty above 1 makes repeated tokens less likely, by this factor; 1: none
 * @param presencePenalty taken from the logit of a token that came before; negative favors it; 0: none
 * @param frequencyPenalty taken from a token's logit once for each time that it came before; negative favors it; 0: none
 * @param penaltyTokens how many of the last tokens, the prompt's included, the penalties look at; 0 switches them off
 * @param seed of the random numbers, as 32 bits without a sign, so that negative ones are large ones; the same seed on the same
 *     engine and machine repeats the text; empty: the session's ({@link LoadOptions#seed()})
 */
public record Sampling(
        double temperature,
        int topK,
        double topP,
        double minP,
        double repeatPenalty,
        double presencePenalty,
        double frequencyPenalty,
        int penaltyTokens,
        OptionalInt seed) {
    /** The likeliest token each time. */
    public static final Sampling GREEDY = new Sampling(0, 0, 1, 0, 1, 0, 0, 64, OptionalInt.empty());

    /** What chat uses unless told otherwise. */
    public static final Sampling DEFAULT = new Sampling(0.7, 40, 0.95, 0.05, 1, 0, 0, 64, OptionalInt.empty());

    public Sampling {
        requireIn("temperature", temperature, 0, 100);
        requireIn("topK", topK, 0, 1_000_000);
        requireIn("topP", topP, 0, 1);
        requireIn("minP", minP, 0, 1);
        requireIn("repeatPenalty", repeatPenalty, 0.01, 100);
        requireIn("presencePenalty", presencePenalty, -100, 100);
        requireIn("frequencyPenalty", frequencyPenalty, -100, 100);
        requireIn("penaltyTokens", penaltyTokens, 0, 1_000_000);
    }

    /** With this temperature. */
    public Sampling withTemperature(double value) {
        return new Sampling(
                value, topK, topP, minP, repeatPenalty, presencePenalty, frequencyPenalty, penaltyTokens, seed);
    }

    /** Among this many likeliest tokens. */
    public Sampling withTopK(int count) {
        return new Sampling(
                temperature, count, topP, minP, repeatPenalty, presencePenalty, frequencyPenalty, penaltyTokens, seed);
    }

    /** Among the likeliest tokens that make up this probability. */
    public Sampling withTopP(double probability) {
        return new Sampling(
                temperature,
                topK,
                probability,
                minP,
                repeatPenalty,
                presencePenalty,
                frequencyPenalty,
                penaltyTokens,
                seed);
    }

    /** Among tokens at least this fraction as likely as the likeliest. */
    public Sampling withMinP(double fraction) {
        return new Sampling(
                temperature,
                topK,
                topP,
                fraction,
                repeatPenalty,
                presencePenalty,
                frequencyPenalty,
                penaltyTokens,
                seed);
    }

    /** With this factor against repetition. */
    public Sampling withRepeatPenalty(double factor) {
        return new Sampling(
                temperature, topK, topP, minP, factor, presencePenalty, frequencyPenalty, penaltyTokens, seed);
    }

    /** With these penalties for having come before, and for each time. */
    public Sampling withPenalties(double presence, double frequency) {
        return new Sampling(temperature, topK, topP, minP, repeatPenalty, presence, frequency, penaltyTokens, seed);
    }

    /** With penalties that look at this many of the last tokens. */
    public Sampling withPenaltyTokens(int count) {
        return new Sampling(
                temperature, topK, topP, minP, repeatPenalty, presencePenalty, frequencyPenalty, count, seed);
    }

    /** With this seed. */
    public Sampling withSeed(int value) {
        return new Sampling(
                temperature,
                topK,
                topP,
                minP,
                repeatPenalty,
                presencePenalty,
                frequencyPenalty,
                penaltyTokens,
                OptionalInt.of(value));
    }

    private static void requireIn(String name, double value, double least, double most) {
        // Written so that NaN, which aborts native samplers, is refused too.
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + " but was " + value);
        }
    }
}
