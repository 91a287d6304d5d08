package ai.bearllm.registry;

/** How far a model is. */
public enum ModelState {
    /** Known, not here. */
    AVAILABLE("available"),
    /** On its way, in this process. */
    DOWNLOADING("downloading"),
    /** Begun and resting; what has arrived is kept. */
    PAUSED("paused"),
    /** Here, complete and checked. */
    DOWNLOADED("downloaded"),
    /** Here once, but its file is missing or changed: {@link Model#problem()} says how. */
    FAILED("failed");

    private final String label;

    ModelState(String label) {
        this.label = label;
    }

    @Override
    public String toString() {
        return label;
    }
}
