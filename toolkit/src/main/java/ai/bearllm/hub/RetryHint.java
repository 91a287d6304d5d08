package ai.bearllm.hub;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a server asks to wait: {@code Retry-After} (RFC 9110), or the hub's {@code ratelimit: "api";r=0;t=55}. */
final class RetryHint {
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Pattern RESET = Pattern.compile(";\\s*t\\s*=\\s*([0-9]{1,12})(?![0-9])");

    private RetryHint() {}

    /** The time to wait, at most a day; empty where the answer does not say. */
    static Optional<Duration> of(HttpAnswer answer, Instant now) {
        return answer.header("retry-after")
                .flatMap(text -> retryAfter(text, now))
                .or(() -> answer.header("ratelimit").flatMap(RetryHint::rateLimit));
    }

    static Optional<Duration> retryAfter(String text, Instant now) {
        OptionalLong seconds = Numbers.natural(text);
        if (seconds.isPresent()) {
            return Optional.of(bounded(Duration.ofSeconds(seconds.getAsLong())));
        }
        try {
            Instant date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(bounded(Duration.between(now, date)));
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    /** The hub counts whole seconds until its window resets, so one more is on the safe side. */
    static Optional<Duration> rateLimit(String text) {
        Matcher matcher = RESET.matcher(text);
        return matcher.find()
                ? Optional.of(bounded(Duration.ofSeconds(Long.parseLong(matcher.group(1)) + 1)))
                : Optional.empty();
    }

    private static Duration bounded(Duration wait) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
}
