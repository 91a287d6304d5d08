package ai.bearllm.bench;

import ai.bearllm.store.ProcessMark;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A benchmark as {@link BenchLog} keeps it, so that it can go on after a crash.
 *
 * @param id unique
 * @param revision which version of it this is; the one with the largest number counts
 * @param created when it was planned
 * @param changed when one of these values last changed; samples do not count
 * @param title what it is called
 * @param plan JSON: what is measured in which order; with it and the samples that there are, it goes on
 * @param environment JSON: the machine as it was; empty where unknown
 * @param state how far it is
 * @param writer the process that runs it
 * @param source whose measurement it is where it is not the toolkit's own, for example {@code llama-bench}
 */
public record KeptPlan(
        UUID id,
        long revision,
        Instant created,
        Instant changed,
        String title,
        String plan,
        Optional<String> environment,
        State state,
        Optional<ProcessMark> writer,
        Optional<String> source) {
    /** How far a benchmark is. */
    public enum State {
        /** It is being measured just now. */
        RUNNING,
        /** The user stopped it. */
        STOPPED,
        /** Everything was measured. */
        FINISHED,
        /** It could not go on. */
        FAILED,
        /** Its process ended before everything was measured. */
        INTERRUPTED
    }

    /** Whether something may be left to measure, and nobody does it. */
    public boolean canGoOn() {
        return state == State.STOPPED || state == State.INTERRUPTED || state == State.FAILED;
    }
}
