package ai.bearllm.notebook;

import ai.bearllm.model.Shown;
import ai.bearllm.progress.ShownView;
import java.util.function.BooleanSupplier;

/** A value in one live output of the running cell. */
final class CellShown implements ShownView {
    private final LiveOutput output;
    private final BooleanSupplier watched;

    CellShown(LiveOutput output, BooleanSupplier watched) {
        this.output = output;
        this.watched = watched;
    }

    @Override
    public boolean isWatched() {
        return watched.getAsBoolean();
    }

    @Override
    public void show(Shown now) {
        output.show(() -> Renderers.shown(now));
    }

    @Override
    public void end(Shown last) {
        output.end(() -> Renderers.shown(last));
    }
}
