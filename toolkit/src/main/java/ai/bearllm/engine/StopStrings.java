package ai.bearllm.engine;

import java.util.List;

/**
 * Ends a text at the first stop string although the text comes in pieces: what may still become a stop string is held back
 * until it is decided. For engines; one object serves one generation.
 *
 * <p>Native servers hold back too, but some drop the held text where the generation ends before it is decided.
 */
public final class StopStrings {
    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private boolean reached;

    /**
     * @param stops none empty
     */
    public StopStrings(List<String> stops) {
        this.stops = List.copyOf(stops);
        if (stops.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException("a stop string must not be empty");
        }
    }

    /**
     * Takes the next piece of text.
     *
     * @return what is now certain to belong to the text; often empty; after a stop string always
     */
    public String accept(String piece) {
        if (reached) {
            return "";
        }
        held.append(piece);
        int at = firstStop();
        reached = at >= 0;
        int certain = reached ? at : held.length() - undecided();
        String text = held.substring(0, certain);
        held.delete(0, reached ? held.length() : certain);
        return text;
    }

    /** Whether a stop string came; the text is complete then. */
    public boolean reached() {
        return reached;
    }

    /** What was held back, once the generation has ended without a stop string. */
    public String rest() {
        String text = held.toString();
        held.setLength(0);
        return text;
    }

    /** Where the stop string that is complete first begins, so that the cut does not depend on how the text was split. */
    private int firstStop() {
        int start = -1;
        int end = Integer.MAX_VALUE;
        for (String stop : stops) {
            int at = held.indexOf(stop);
            int stopEnd = at + stop.length();
            if (at >= 0 && (stopEnd < end || (stopEnd == end && at < start))) {
                start = at;
                end = stopEnd;
            }
        }
        return start;
    }

    /** Length of the longest end of the held text that begins a stop string. */
    private int undecided() {
        int longest = 0;
        for (String stop : stops) {
            for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
                if (endsWithBeginningOf(stop, length)) {
                    longest = length;
                }
            }
        }
        return longest;
    }

    private boolean endsWithBeginningOf(String stop, int length) {
        int from = held.length() - length;
        for (int i = 0; i < length; i++) {
            if (held.charAt(from + i) != stop.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
