package ai.bearllm.engine;

/** How the vectors of a text's tokens become one vector. */
public enum Pooling {
    /**
     * What the model's file says; where it says nothing, the mean for encoders, and for models that generate text the last
     * token's, which alone has seen the whole text.
     */
    MODEL,
    /** Their mean; llama.cpp refuses it for models that generate text. */
    MEAN,
    /** The first token's. */
    FIRST,
    /** The last token's. */
    LAST
}
