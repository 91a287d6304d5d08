package ai.bearllm.model;

/** Why a generation ended. */
public enum FinishReason {
    /** The model ended its text. */
    END_OF_TEXT,
    /** A stop string was reached; it is not part of the text. */
    STOP_STRING,
    /** The largest number of tokens asked for was reached. */
    MAX_TOKENS,
    /** The context is full. */
    CONTEXT_FULL,
    /** Someone asked for the end; the text so far is kept. */
    CANCELLED
}
