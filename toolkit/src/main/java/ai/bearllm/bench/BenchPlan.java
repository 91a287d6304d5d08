package ai.bearllm.bench;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * What a benchmark is going to do: with the same plan, machine and models it can be repeated.
 *
 * @param models ids, aliases or short names; an empty name is the active model
 * @param engines names of engines; an empty name is the default
 * @param promptTokens length of each prompt as the engine counts it
 * @param generatedTokens how many tokens each run generates
 * @param rounds how often each configuration is measured
 * @param threads threads that compute; empty: the engine's default
 * @param seed of the prompts, the order within each round and the bootstrap
 */
public record BenchPlan(
        List<String> models,
        List<String> engines,
        int promptTokens,
        int generatedTokens,
        int rounds,
        OptionalInt threads,
        long seed) {
    private static final int MOST_TOKENS = 1_000_000;

    /** The active model on the default engine: 512 tokens in, 128 out, 10 rounds. */
    public static final BenchPlan DEFAULT =
            new BenchPlan(List.of(""), List.of(""), 512, 128, 10, OptionalInt.empty(), 1);

    public BenchPlan {
        models = models.stream().distinct().toList();
        engines = engines.stream().distinct().toList();
        if (models.isEmpty() || engines.isEmpty()) {
            throw new IllegalArgumentException("a benchmark needs at least one model and one engine");
        }
        requireIn("prompt", promptTokens, 4, MOST_TOKENS);
        requireIn("generate", generatedTokens, 1, MOST_TOKENS);
        requireIn("samples", rounds, 1, 1_000);
        if (threads.isPresent()) {
            requireIn("threads", threads.getAsInt(), 1, 1024);
        }
    }

    /** Tokens of context that each run needs. */
    public int contextTokens() {
        return promptTokens + generatedTokens;
    }

    /** The call that does it again, for a notebook cell or JShell. */
    public String code() {
        return "bear.bench()"
                + (models.equals(List.of("")) ? "" : ".models(" + strings(models) + ")")
                + (engines.equals(List.of("")) ? "" : ".engines(" + strings(engines) + ")")
                + ".prompt(" + promptTokens + ").generate(" + generatedTokens + ").samples(" + rounds + ")"
                + (threads.isPresent() ? ".threads(" + threads.getAsInt() + ")" : "")
                + ".seed(" + seed + "L).run()";
    }

    private static String strings(List<String> values) {
        return values.stream()
                .map(value -> "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
                .collect(Collectors.joining(", "));
    }

    private static void requireIn(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + " but was " + value);
        }
    }
}
