package ai.bearllm.engine;

/**
 * How the next token is chosen.
 *
 * @param temperature 0 takes the likeliest token each time (greedy); higher is more varied
 * @param topK only this many likeliest tokens are considered; 0: all
 * @param topP only the likeliest tokens that make up this probability; 1: all
 * @param minP only tokens at least this fraction as likely as the likeliest; 0: all
 * @param repeatPenalty above 1 makes repeated tokens less likely; 1: none
 * @param seed of the random numbers; the same seed on the same engine and machine repeats the text
 */
public record Sampling(double temperature, int topK, double topP, double minP, double repeatPenalty, int seed) {
    /** The likeliest token each time. */
    public static final Sampling GREEDY = new Sampling(0, 0, 1, 0, 1, 0);

    /** What chat uses unless told otherwise. */
    public static final Sampling DEFAULT = new Sampling(0.7, 40, 0.95, 0.05, 1, 0);

    public Sampling {
        requireIn("temperature", temperature, 0, 100);
        requireIn("topK", topK, 0, 1_000_000);
        requireIn("topP", topP, 0, 1);
        requireIn("minP", minP, 0, 1);
        requireIn("repeatPenalty", repeatPenalty, 0.01, 100);
    }

    /** With this temperature. */
    public Sampling withTemperature(double value) {
        return new Sampling(value, topK, topP, minP, repeatPenalty, seed);
    }

    /** With this seed. */
    public Sampling withSeed(int value) {
        return new Sampling(temperature, topK, topP, minP, repeatPenalty, value);
    }

    private static void requireIn(String name, double value, double least, double most) {
        // Written so that NaN, which aborts native samplers, is refused too.
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + " but was " + value);
        }
    }
}
