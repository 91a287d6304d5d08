package ai.bearllm.notebook;

import ai.bearllm.progress.Progress;
import ai.bearllm.progress.ProgressListener;
import java.io.PrintStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Shows a job as a line: redrawn in a terminal, written now and then elsewhere. */
final class ConsoleProgress implements ProgressListener {
    /** Redrawing wraps a longer line and spoils the terminal; 80 columns are the least that people use. */
    private static final int WIDTH = 79;

    private static final long SPARSE_PERCENT = 25;

    private final PrintStream out;
    private final boolean redraws;
    private final long gapNanos;
    private final long quarterNanos;
    private @Nullable JobState state;
    private long lastNanos;
    private long lastPercent;
    private int drawn;

    ConsoleProgress(PrintStream out, boolean redraws) {
        this(out, redraws, Duration.ofSeconds(2));
    }

    /** With the least time between two lines that say that another quarter is done. */
    ConsoleProgress(PrintStream out, boolean redraws, Duration quarterGap) {
        this.out = out;
        this.redraws = redraws;
        this.gapNanos = (redraws ? Pacer.GAP : Duration.ofSeconds(10)).toNanos();
        this.quarterNanos = quarterGap.toNanos();
    }

    @Override
    public void on(Progress event) {
        JobState before = state;
        if (event instanceof Progress.Started started) {
            state = JobState.started(started);
        } else if (before != null) {
            state = before.after(event);
        }
        JobState now = state;
        if (now == null || (before != null && before.phase() == now.phase() && !isDue(now))) {
            return;
        }
        lastNanos = System.nanoTime();
        lastPercent = now.percent().orElse(0);
        if (redraws) {
            redraw(now);
        } else {
            out.println(JobText.line(now));
        }
        out.flush();
        if (now.phase().isLast()) {
            state = null;
        }
    }

    private boolean isDue(JobState now) {
        long since = System.nanoTime() - lastNanos;
        boolean quarter = !redraws && now.percent().orElse(0) >= lastPercent + SPARSE_PERCENT;
        return since >= gapNanos || (quarter && since >= quarterNanos);
    }

    private void redraw(JobState now) {
        boolean last = now.phase().isLast();
        String line = JobText.line(now);
        if (!last && line.length() > WIDTH) {
            line = line.substring(0, WIDTH - 1) + "…";
        }
        out.print("\r" + line + " ".repeat(Math.max(0, drawn - line.length())));
        drawn = last ? 0 : line.length();
        if (last) {
            out.println();
        }
    }
}
