package ai.bearllm.usage;

import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Whether a model generates slower or faster on an engine than it did.
 *
 * @param model the model's id
 * @param engine the engine's name
 * @param runs how many runs measured a rate, in all periods
 * @param since start of the earlier period
 * @param then median of the earlier period, in tokens per second
 * @param now median of the later period
 * @param changePercent the later against the earlier; empty where there is only one period
 * @param verdict what that means
 */
public record RateDrift(
        String model,
        String engine,
        long runs,
        Instant since,
        double then,
        double now,
        OptionalDouble changePercent,
        Verdict verdict) {
    private static final int ENOUGH = 10;
    private static final double LEAST_PERCENT = 5;
    private static final double LEAST_ERRORS = 3;

    /** What a change means. */
    public enum Verdict {
        /** Slower, beyond what runs differ among themselves. */
        SLOWER,
        /** Faster, beyond what runs differ among themselves. */
        FASTER,
        /** No change that could be told from chance, or a small one. */
        STEADY,
        /** Fewer than two periods with ten runs. */
        TOO_FEW_RUNS
    }

    static RateDrift of(List<RateHistory.Period> periods) {
        List<RateHistory.Period> full =
                periods.stream().filter(period -> period.runs() >= ENOUGH).toList();
        boolean few = full.size() < 2;
        List<RateHistory.Period> used = few ? periods : full;
        RateHistory.Period first = used.get(0);
        RateHistory.Period last = used.get(used.size() - 1);
        double change = 100 * (last.median() - first.median()) / first.median();
        return new RateDrift(
                first.model(),
                first.engine(),
                periods.stream().mapToLong(RateHistory.Period::runs).sum(),
                first.begin(),
                first.median(),
                last.median(),
                used.size() < 2 ? OptionalDouble.empty() : OptionalDouble.of(change),
                few ? Verdict.TOO_FEW_RUNS : verdict(first, last, change));
    }

    private static Verdict verdict(RateHistory.Period first, RateHistory.Period last, double change) {
        double error = Math.hypot(first.error(), last.error());
        boolean real = Math.abs(last.median() - first.median()) > LEAST_ERRORS * error;
        if (!real || Math.abs(change) < LEAST_PERCENT) {
            return Verdict.STEADY;
        }
        return change < 0 ? Verdict.SLOWER : Verdict.FASTER;
    }
}
