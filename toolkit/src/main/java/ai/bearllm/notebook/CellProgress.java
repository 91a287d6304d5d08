package ai.bearllm.notebook;

import ai.bearllm.progress.Progress;
import ai.bearllm.progress.ProgressListener;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Shows each job it hears of as one live output of the running cell. */
final class CellProgress implements ProgressListener {
    private final Supplier<LiveOutput> outputs;
    private @Nullable LiveOutput output;
    private @Nullable JobState state;

    CellProgress(Supplier<LiveOutput> outputs) {
        this.outputs = outputs;
    }

    @Override
    public void on(Progress event) {
        if (event instanceof Progress.Started started) {
            state = JobState.started(started);
            output = outputs.get();
        } else if (state != null) {
            state = state.after(event);
        }
        JobState now = state;
        LiveOutput shown = output;
        if (now == null || shown == null) {
            return;
        }
        Supplier<Rendering> content = () -> new Rendering(JobHtml.of(now), JobText.line(now));
        if (now.phase().isLast()) {
            shown.end(content);
            state = null;
            output = null;
        } else {
            shown.show(content);
        }
    }
}
