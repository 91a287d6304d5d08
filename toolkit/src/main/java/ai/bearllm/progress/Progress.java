package ai.bearllm.progress;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One event of a job. {@code job} says what is worked on, in words for people: "download of bear-tiny",
 * "benchmark of 2 models".
 *
 * <p>Grammar: {@code started advanced* (paused resumed advanced*)* (verified | failed | cancelled)}; the amount of
 * {@code advanced} never goes back.
 */
public sealed interface Progress {
    /** What is worked on, in words for people. */
    String job();

    /** What a job's amounts count. */
    enum Unit {
        /** Bytes. */
        BYTES,
        /** Samples of a benchmark. */
        SAMPLES
    }

    /**
     * The job began.
     *
     * @param total the amount of work; empty where unknown
     * @param unit what {@code total} counts
     */
    record Started(String job, OptionalLong total, Unit unit) implements Progress {}

    /**
     * More is done.
     *
     * @param done so far, never less than before
     * @param total the amount of work; empty where unknown
     * @param unit what {@code done} and {@code total} count
     * @param elapsed since the start
     * @param perSecond a smoothed rate; empty until it is known
     */
    record Advanced(String job, long done, OptionalLong total, Unit unit, Duration elapsed, OptionalDouble perSecond)
            implements Progress {
        /** From 0 to 100; empty where the total is unknown. */
        public OptionalDouble percent() {
            if (total.isEmpty()) {
                return OptionalDouble.empty();
            }
            long all = total.getAsLong();
            return OptionalDouble.of(all == 0 ? 100 : Math.min(100, 100.0 * done / all));
        }

        /** Time left at the present rate; empty where it cannot be told. */
        public Optional<Duration> remaining() {
            if (total.isEmpty() || perSecond.isEmpty() || perSecond.getAsDouble() <= 0) {
                return Optional.empty();
            }
            long left = Math.max(0, total.getAsLong() - done);
            return Optional.of(Duration.ofMillis((long) (1000.0 * left / perSecond.getAsDouble())));
        }
    }

    /** The job waits, for this reason, and will go on. */
    record Paused(String job, String why) implements Progress {}

    /** The job goes on after a pause. */
    record Resumed(String job) implements Progress {}

    /**
     * The job is done and its result was checked.
     *
     * @param result what was made and how it was checked, in words for people
     */
    record Verified(String job, Duration elapsed, String result) implements Progress {}

    /** The job ended without a result, for this reason. */
    record Failed(String job, String why) implements Progress {}

    /** The job ended because someone asked for it. */
    record Cancelled(String job) implements Progress {}
}
