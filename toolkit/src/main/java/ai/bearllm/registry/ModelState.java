package ai.bearllm.registry;

import ai.bearllm.model.Status;

/** How far a model is. */
public enum ModelState {
    /** Known, not here. */
    AVAILABLE("available"),
    /** On its way, in this process or another one. */
    DOWNLOADING("downloading"),
    /** Begun and resting; what has arrived is kept. */
    PAUSED("paused"),
    /** Here, complete and checked. */
    DOWNLOADED("downloaded"),
    /** Here once, but its file is missing or changed, or its last download failed: {@link Model#problem()} says how. */
    FAILED("failed");

    private final String label;

    ModelState(String label) {
        this.label = label;
    }

    /** The state as a badge: its word, and the color that goes with it. */
    public Status badge() {
        return badge(false);
    }

    Status badge(boolean isActive) {
        String word = isActive ? label + ", active" : label;
        return switch (this) {
            case AVAILABLE -> Status.neutral(word);
            case DOWNLOADING, PAUSED -> Status.warning(word);
            case DOWNLOADED -> Status.good(word);
            case FAILED -> Status.bad(word);
        };
    }

    @Override
    public String toString() {
        return label;
    }
}
