package ai.bearllm.bench;

import ai.bearllm.model.RunRecord;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;

/**
 * One run of a benchmark as {@link BenchLog} keeps it: warm-ups and failures too.
 *
 * @param id unique
 * @param plan its benchmark
 * @param position place in the order of all runs, from 1
 * @param round which round, from 1; 0 is the warm-up
 * @param configuration what ran, by a name that is the same in each round
 * @param settings model, engine, threads, context and whatever else tells configurations apart, by name
 * @param measured when it began
 * @param tokenTimesMillis milliseconds from the request to each token, raw; empty where unknown
 * @param conditions what else went on
 * @param excluded why it is in no statistics; empty where it is
 * @param failure the failure as the user was told it; empty where it worked
 * @param run what was measured; empty where it failed before there was a run
 */
public record KeptSample(
        UUID id,
        UUID plan,
        int position,
        int round,
        String configuration,
        Map<String, String> settings,
        Instant measured,
        List<Double> tokenTimesMillis,
        Conditions conditions,
        Optional<String> excluded,
        Optional<String> failure,
        Optional<RunRecord> run) {
    public KeptSample {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        tokenTimesMillis = List.copyOf(tokenTimesMillis);
    }

    /**
     * What else went on; empty where unknown.
     *
     * @param cold whether the model was loaded for this sample
     * @param loadAverage the machine's load over the last minute when the sample began
     * @param throttled whether the processor was slowed down meanwhile
     * @param onBattery whether the machine ran on its battery
     */
    public record Conditions(
            Optional<Boolean> cold,
            OptionalDouble loadAverage,
            Optional<Boolean> throttled,
            Optional<Boolean> onBattery) {
        /** Nothing is known. */
        public static final Conditions UNKNOWN =
                new Conditions(Optional.empty(), OptionalDouble.empty(), Optional.empty(), Optional.empty());
    }
}
