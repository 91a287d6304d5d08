package ai.bearllm.stores;

/** Who keeps a file. */
public enum Store {
    /** The cache of Hugging Face's own client, which today's llama.cpp uses too. */
    HUGGING_FACE("Hugging Face cache"),
    /** Ollama. */
    OLLAMA("Ollama"),
    /** LM Studio. */
    LM_STUDIO("LM Studio"),
    /** The cache of older versions of llama.cpp. */
    LLAMA_CPP("llama.cpp cache"),
    /** The folder {@code models} of the desktop application Bear LLM AI, or of this toolkit. */
    DESKTOP_APP("desktop app"),
    /** A folder that the user named. */
    FOLDER("folder");

    private final String label;

    Store(String label) {
        this.label = label;
    }

    @Override
    public String toString() {
        return label;
    }
}
