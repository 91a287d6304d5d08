package ai.bearllm.notebook;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.progress.Progress.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Says in one line where a job stands. */
final class JobText {
    private JobText() {}

    /** The job and where it stands: {@code download of bear-tiny: 43 %, 156 kB of 363 kB, 12.3 MB/s, 2.0 s left}. */
    static String line(JobState state) {
        return Sheet.format(state.job()) + ": " + standing(state);
    }

    /** Where the job stands, without its name. */
    static String standing(JobState state) {
        List<String> parts = new ArrayList<>();
        state.percent().ifPresent(percent -> parts.add(percent + " %"));
        switch (state.phase()) {
            case RUNNING -> {
                amount(state, parts);
                rate(state, parts);
                state.remaining().filter(left -> !left.isZero()).ifPresent(left -> parts.add(whole(left) + " left"));
            }
            case PAUSED -> parts.add("paused: " + state.said());
            case DONE -> {
                if (state.said().isBlank()) {
                    amount(state, parts);
                }
                parts.add("done in " + Sheet.format(state.elapsed()));
                parts.add(state.said());
            }
            case FAILED -> parts.add("failed: " + state.said());
            case CANCELLED -> parts.add("cancelled");
        }
        parts.removeIf(String::isBlank);
        return Sheet.format(String.join(", ", parts));
    }

    /** As much as is worth reading aloud: it changes at each quarter and at each change of the phase. */
    static String spoken(JobState state) {
        if (state.phase() != JobState.Phase.RUNNING || state.percent().isEmpty()) {
            return state.job() + ": " + state.phase().name().toLowerCase(java.util.Locale.ROOT);
        }
        return state.job() + ": " + state.percent().getAsLong() / 25 * 25 + " %";
    }

    private static void amount(JobState state, List<String> parts) {
        if (state.done() == 0 && state.total().isEmpty()) {
            parts.add("started");
        } else if (state.total().isEmpty() || state.done() == state.total().getAsLong()) {
            parts.add(counted(state.done(), state.unit()));
        } else {
            String all = counted(state.total().getAsLong(), state.unit());
            parts.add((state.unit() == Unit.BYTES ? counted(state.done(), Unit.BYTES) : state.done()) + " of " + all);
        }
    }

    private static void rate(JobState state, List<String> parts) {
        if (state.unit() == Unit.BYTES && state.perSecond().isPresent()) {
            long bytes = Math.max(0, Math.round(state.perSecond().getAsDouble()));
            parts.add(new ByteSize(bytes) + "/s");
        }
    }

    private static String counted(long amount, Unit unit) {
        return switch (unit) {
            case BYTES -> new ByteSize(amount).toString();
            case SAMPLES -> amount + (amount == 1 ? " sample" : " samples");
        };
    }

    /** Whole seconds, so that the text is calm. */
    private static String whole(Duration left) {
        long seconds = Math.max(1, Math.round(left.toMillis() / 1000.0));
        if (seconds < 120) {
            return seconds + " s";
        }
        long minutes = seconds / 60;
        return minutes < 120 ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
    }
}
