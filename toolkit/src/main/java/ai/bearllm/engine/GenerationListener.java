package ai.bearllm.engine;

/** Receives the text as it is generated, one call at a time, on a thread of the toolkit. */
@FunctionalInterface
public interface GenerationListener {
    /** Hears nothing. */
    GenerationListener NONE = text -> {};

    /**
     * More text: whole characters, never empty, never a part of a stop string. Several tokens may come together, so calls are
     * not tokens; the pieces joined are the result's text. Whatever is thrown here ends the generation and goes on to its
     * caller.
     */
    void onText(String text);
}
