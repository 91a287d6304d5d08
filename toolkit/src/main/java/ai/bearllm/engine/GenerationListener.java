package ai.bearllm.engine;

/** Receives the text as it is generated, one call at a time, on a thread of the toolkit. */
@FunctionalInterface
public interface GenerationListener {
    /** Hears nothing. */
    GenerationListener NONE = text -> {};

    /**
     * More text: whole characters, never empty. Several tokens may come together, so calls are not tokens; the pieces
     * joined are the result's text, except that they may run on into a stop string's first characters.
     */
    void onText(String text);
}
