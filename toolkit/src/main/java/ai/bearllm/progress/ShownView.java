package ai.bearllm.progress;

import ai.bearllm.model.Shown;

/** One place where a value is shown again and again, each time instead of before: an output of a cell, a terminal. */
public interface ShownView {
    /** Whether somebody looks on; false where each state would be printed below the one before, and in headless notebooks. */
    boolean isWatched();

    /** Shows the value as it is now, as soon as there is a free moment. */
    void show(Shown now);

    /** Shows the value as what remains; returns when that is sent. */
    void end(Shown last);
}
