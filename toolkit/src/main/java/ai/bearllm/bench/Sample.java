package ai.bearllm.bench;

import ai.bearllm.model.RunRecord;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One run of one configuration.
 *
 * @param round which round, from 1; 0 is the warm-up
 * @param position place in the order of all runs, from 1, warm-ups included
 * @param configuration what ran
 * @param run what was measured; empty where the run failed
 * @param excluded why the sample is not part of any statistics; empty where it is
 */
public record Sample(
        int round, int position, Configuration configuration, Optional<RunRecord> run, Optional<String> excluded) {
    /** The metric's value; empty where it is unknown. */
    public OptionalDouble value(Metric metric) {
        return run.map(metric::of).orElseGet(OptionalDouble::empty);
    }

    /** Whether it counts. */
    public boolean counts() {
        return excluded.isEmpty() && run.isPresent();
    }
}
