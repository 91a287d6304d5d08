package ai.bearllm.bench;

import ai.bearllm.model.RunRecord;
import java.util.OptionalDouble;

/** What a benchmark measures in each run. */
public enum Metric {
    /** Prompt tokens computed per second, tokenizing and sampling not included. */
    PROMPT("prompt", "tokens/s", true),
    /** Tokens generated per second once the prompt is computed. */
    GENERATION("generation", "tokens/s", true),
    /** From the request to the first token's text. */
    FIRST_TOKEN("time to first token", "ms", false);

    private final String label;
    private final String unit;
    private final boolean higherIsFaster;

    Metric(String label, String unit, boolean higherIsFaster) {
        this.label = label;
        this.unit = unit;
        this.higherIsFaster = higherIsFaster;
    }

    /** What it is called in tables and charts. */
    public String label() {
        return label;
    }

    /** Its unit. */
    public String unit() {
        return unit;
    }

    /** Whether a larger value is the faster one. */
    public boolean higherIsFaster() {
        return higherIsFaster;
    }

    /** Its value in a run; empty where the engine did not tell what it needs. */
    public OptionalDouble of(RunRecord run) {
        return switch (this) {
            case PROMPT -> run.promptTokensPerSecond();
            case GENERATION -> run.decodeTokensPerSecond();
            case FIRST_TOKEN ->
                run.times()
                        .timeToFirstToken()
                        .map(time -> OptionalDouble.of(time.toNanos() / 1e6))
                        .orElseGet(OptionalDouble::empty);
        };
    }
}
