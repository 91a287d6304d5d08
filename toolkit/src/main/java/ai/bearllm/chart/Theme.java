package ai.bearllm.chart;

/** On which background a chart is drawn. */
public enum Theme {
    /** Dark marks on white. */
    LIGHT,
    /** Light marks on near black. */
    DARK
}
