package ai.bearllm.progress;

import ai.bearllm.model.Shown;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/** Keeps what was shown, and lets a test wait for it. */
public final class SeenStates implements ShownView {
    public final List<String> states = new CopyOnWriteArrayList<>();
    public final List<String> last = new CopyOnWriteArrayList<>();
    public final Semaphore shown = new Semaphore(0);
    private final boolean watched;

    public SeenStates(boolean watched) {
        this.watched = watched;
    }

    @Override
    public boolean isWatched() {
        return watched;
    }

    @Override
    public void show(Shown now) {
        states.add(now.sheet().text());
        shown.release();
    }

    @Override
    public void end(Shown end) {
        last.add(end.sheet().text());
    }
}
