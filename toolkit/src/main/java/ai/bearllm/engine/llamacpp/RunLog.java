package ai.bearllm.engine.llamacpp;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What llama.cpp b4916 logs for one request.
 *
 * @param text the log since the request
 */
record RunLog(String text) {
    /** The last line of a request that ran to its end. */
    static final String FINISHED = "      total time =";

    /** The last line of a request that was cancelled. */
    static final String RELEASED = "stop processing: n_past = ";

    private static final Pattern PROMPT = Pattern.compile("n_prompt_tokens = (\\d+)");
    private static final Pattern PROMPT_TIME =
            Pattern.compile("prompt eval time =\\s*(\\d+\\.\\d+) ms /\\s*(\\d+) tokens");
    private static final Pattern CACHED = Pattern.compile("kv cache rm \\[(\\d+), end\\)");
    private static final Pattern DECODE_TIME =
            Pattern.compile("(?<!prompt )eval time =\\s*(\\d+\\.\\d+) ms /\\s*(\\d+) tokens");

    /** Tokens of the whole prompt, with those that the library added. */
    OptionalInt promptTokens() {
        Matcher found = PROMPT.matcher(text);
        return found.find() ? OptionalInt.of(Integer.parseInt(found.group(1))) : OptionalInt.empty();
    }

    /** Prompt tokens that an earlier request had computed already. */
    OptionalInt cachedTokens() {
        Matcher found = CACHED.matcher(text);
        return found.find() ? OptionalInt.of(Integer.parseInt(found.group(1))) : OptionalInt.empty();
    }

    /** Prompt tokens that were computed. */
    OptionalInt computedTokens() {
        return count(PROMPT_TIME);
    }

    Optional<Duration> promptTime() {
        return time(PROMPT_TIME);
    }

    /** Tokens chosen, a token that ended the text included. */
    OptionalInt decodedTokens() {
        return count(DECODE_TIME);
    }

    Optional<Duration> decodeTime() {
        return time(DECODE_TIME);
    }

    private OptionalInt count(Pattern pattern) {
        Matcher found = pattern.matcher(text);
        return found.find() ? OptionalInt.of(Integer.parseInt(found.group(2))) : OptionalInt.empty();
    }

    private Optional<Duration> time(Pattern pattern) {
        Matcher found = pattern.matcher(text);
        return found.find()
                ? Optional.of(Duration.ofNanos(Math.round(Double.parseDouble(found.group(1)) * 1e6)))
                : Optional.empty();
    }
}
