package ai.bearllm.engine;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A loaded model as it is at this moment.
 *
 * @param engine the engine's name
 * @param source what is loaded
 * @param process the id of the process that holds it
 * @param state what it does
 * @param since how long it has been doing that
 * @param memory of that process
 * @param gpuLayers layers on a GPU
 * @param answers generations it has finished
 * @param tokensPerSecond generation rate: of the running answer so far, counted in pieces of text, of which most are one token;
 *     between answers that of the last one; empty before it
 * @param restarts how often its process had to be started anew
 * @param isolation how it is kept from the rest of the machine
 */
public record SessionStatus(
        String engine,
        ModelSource source,
        long process,
        State state,
        Duration since,
        MemoryReport memory,
        int gpuLayers,
        int answers,
        OptionalDouble tokensPerSecond,
        int restarts,
        String isolation) {
    /** What a loaded model does. */
    public enum State {
        /** Computes for a request. */
        ANSWERING,
        /** A session is open on it, and nothing is asked. */
        OPEN,
        /** No session is open on it; the next one finds it loaded. */
        KEPT;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
