package ai.bearllm.engine;

import ai.bearllm.model.FinishReason;
import ai.bearllm.model.RunRecord;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a request produced, with everything needed to judge and repeat it.
 *
 * @param text the generated text
 * @param tokenIds the generated tokens, where the engine tells them
 * @param tokens exact counts
 * @param times where the time went; {@code load} is empty
 * @param finishReason why it ended
 * @param parameters every effective parameter of this run, load options included, by name
 * @param arrivals when each token came, in order, where the engine tells: the raw data of latencies; their tokens may be fewer
 *     than the count where the last ones had no text of their own
 */
public record Generation(
        String text,
        Optional<List<Integer>> tokenIds,
        RunRecord.Tokens tokens,
        RunRecord.Times times,
        FinishReason finishReason,
        Map<String, String> parameters,
        List<Arrival> arrivals)
        implements Shown {
    public Generation {
        tokenIds = tokenIds.map(List::copyOf);
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        arrivals = List.copyOf(arrivals);
    }

    /** A result whose engine does not tell when each token came. */
    public Generation(
            String text,
            Optional<List<Integer>> tokenIds,
            RunRecord.Tokens tokens,
            RunRecord.Times times,
            FinishReason finishReason,
            Map<String, String> parameters) {
        this(text, tokenIds, tokens, times, finishReason, parameters, List.of());
    }

    /** The same with other text and tokens, for layers that stand between an engine and its caller. */
    public Generation with(String otherText, Optional<List<Integer>> ids, FinishReason reason) {
        return new Generation(otherText, ids, tokens, times, reason, parameters, arrivals);
    }

    /** The same with other counts. */
    public Generation with(RunRecord.Tokens counts) {
        return new Generation(text, tokenIds, counts, times, finishReason, parameters, arrivals);
    }

    /** The same with other times. */
    public Generation with(RunRecord.Times measured) {
        return new Generation(text, tokenIds, tokens, measured, finishReason, parameters, arrivals);
    }

    /** Prompt tokens computed per second, cached ones not counted; empty where a count or the time is unknown or 0. */
    public OptionalDouble promptTokensPerSecond() {
        if (tokens.prompt().isEmpty() || times.prompt().isEmpty()) {
            return OptionalDouble.empty();
        }
        return rate(
                tokens.prompt().getAsInt() - tokens.cached().orElse(0),
                times.prompt().get().toNanos());
    }

    /**
     * Tokens per second after the first: those that followed it over the time from the first to the last; empty where the
     * engine does not tell when tokens came, and below two of them.
     */
    public OptionalDouble decodeTokensPerSecond() {
        if (arrivals.size() < 2) {
            return OptionalDouble.empty();
        }
        Arrival first = arrivals.get(0);
        int after = arrivals.stream().skip(1).mapToInt(Arrival::tokens).sum();
        return rate(after, arrivals.get(arrivals.size() - 1).nanos() - first.nanos());
    }

    private static OptionalDouble rate(int count, long nanos) {
        return count <= 0 || nanos <= 0 ? OptionalDouble.empty() : OptionalDouble.of(count / (nanos / 1e9));
    }

    /** The text, the counts and times below it, and every parameter. */
    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of(toString()).columns("what", "value");
        sheet.row("text", text);
        sheet.row(
                "ended", finishReason.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
        tokens.prompt().ifPresent(count -> sheet.row("prompt tokens", count));
        tokens.cached().ifPresent(count -> sheet.row("of these from the cache", count));
        tokens.truncated().ifPresent(count -> sheet.row("left out before them", count));
        tokens.generated().ifPresent(count -> sheet.row("generated tokens", count));
        times.timeToFirstToken().ifPresent(time -> sheet.row("time to first token", time));
        times.total().ifPresent(time -> sheet.row("time in all", time));
        promptTokensPerSecond().ifPresent(rate -> sheet.row("prompt tokens per second", rate));
        decodeTokensPerSecond().ifPresent(rate -> sheet.row("generated tokens per second", rate));
        parameters.forEach(sheet::row);
        return sheet.build();
    }

    @Override
    public String toString() {
        String count = tokens.generated().isPresent() ? tokens.generated().getAsInt() + " tokens" : "generation";
        Optional<Duration> total = times.total();
        String time = total.map(t -> " in " + Sheet.format(t)).orElse("");
        return Shown.line(count + time + ": " + text);
    }
}
