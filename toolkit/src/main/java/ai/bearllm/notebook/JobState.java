package ai.bearllm.notebook;

import ai.bearllm.progress.Progress;
import ai.bearllm.progress.Progress.Unit;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Where a job stands after the events so far.
 *
 * @param said what the last event said in words: the result, or why it waits or failed; empty for the others
 */
record JobState(
        String job,
        Phase phase,
        long done,
        OptionalLong total,
        Unit unit,
        Duration elapsed,
        OptionalDouble perSecond,
        Optional<Duration> remaining,
        String said) {

    enum Phase {
        RUNNING,
        PAUSED,
        DONE,
        FAILED,
        CANCELLED;

        boolean isLast() {
            return this == DONE || this == FAILED || this == CANCELLED;
        }
    }

    static JobState started(Progress.Started event) {
        return new JobState(
                event.job(),
                Phase.RUNNING,
                0,
                event.total(),
                event.unit(),
                Duration.ZERO,
                OptionalDouble.empty(),
                Optional.empty(),
                "");
    }

    JobState after(Progress event) {
        if (event instanceof Progress.Started started) {
            return started(started);
        }
        if (event instanceof Progress.Advanced advanced) {
            return new JobState(
                    job,
                    Phase.RUNNING,
                    advanced.done(),
                    advanced.total(),
                    advanced.unit(),
                    advanced.elapsed(),
                    advanced.perSecond(),
                    advanced.remaining(),
                    "");
        }
        if (event instanceof Progress.Verified verified) {
            return new JobState(
                    job,
                    Phase.DONE,
                    total.orElse(done),
                    total,
                    unit,
                    verified.elapsed(),
                    perSecond,
                    Optional.empty(),
                    verified.result());
        }
        if (event instanceof Progress.Paused paused) {
            return in(Phase.PAUSED, paused.why());
        }
        if (event instanceof Progress.Failed failed) {
            return in(Phase.FAILED, failed.why());
        }
        return in(event instanceof Progress.Cancelled ? Phase.CANCELLED : Phase.RUNNING, "");
    }

    private JobState in(Phase next, String words) {
        return new JobState(job, next, done, total, unit, elapsed, OptionalDouble.empty(), Optional.empty(), words);
    }

    /** From 0 to 100, 100 only where all is done; empty where the total is unknown. */
    OptionalLong percent() {
        if (total.isEmpty()) {
            return OptionalLong.empty();
        }
        long all = total.getAsLong();
        if (phase == Phase.DONE || (all > 0 && done >= all)) {
            return OptionalLong.of(100);
        }
        return OptionalLong.of(all <= 0 ? 0 : (long) (100.0 * done / all));
    }
}
