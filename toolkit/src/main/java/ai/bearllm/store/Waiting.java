package ai.bearllm.store;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * A wait for the database.
 *
 * @param holder who has it, in words for people, for example {@code quickstart.ipynb (process 4711)}
 * @param pid the holder's process id; empty where unknown
 * @param held how long the holder has had it; zero where unknown
 * @param waited how long this caller has waited
 */
public record Waiting(String holder, OptionalLong pid, Duration held, Duration waited) {
    /** One sentence for a person. */
    @Override
    public String toString() {
        String since = held.isZero() ? "" : ", which has had it for " + seconds(held);
        return "Waiting for " + holder + since + "; " + seconds(waited) + " so far.";
    }

    private static String seconds(Duration time) {
        return time.toSeconds() + " s";
    }
}
