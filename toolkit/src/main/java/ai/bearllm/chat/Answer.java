package ai.bearllm.chat;

import ai.bearllm.engine.Generation;
import ai.bearllm.model.FinishReason;
import ai.bearllm.model.RunRecord;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A model's answer. Its text was streamed while it came, so the answer itself shows only a footer; {@link #text()} is for code.
 *
 * @param text what the model said
 * @param generation the engine's result, with the counts and times of the prompt that was really sent
 * @param record what the usage statistics keep of it
 * @param turnsLeftOut the oldest messages of the conversation that did not fit the context any more
 * @param contextTokens size of the context
 * @param markersSplit special tokens that stood written out in the messages and were split, so that the model read them as text
 */
public record Answer(
        String text, Generation generation, RunRecord record, int turnsLeftOut, int contextTokens, int markersSplit)
        implements Shown {
    /** One line about the answer: counts, rate, waiting time, context, and everything that is not as one might expect. */
    public String footer() {
        List<String> parts = new ArrayList<>();
        RunRecord.Tokens tokens = record.tokens();
        tokens.generated().ifPresent(count -> parts.add(count + (count == 1 ? " token" : " tokens")));
        record.decodeTokensPerSecond().ifPresent(rate -> parts.add(String.format(Locale.ROOT, "%.0f tokens/s", rate)));
        record.times()
                .timeToFirstToken()
                .ifPresent(time -> parts.add(String.format(Locale.ROOT, "first after %d ms", time.toMillis())));
        contextUsed(tokens).ifPresent(parts::add);
        OptionalInt cached = tokens.cached();
        if (cached.orElse(0) > 0) {
            parts.add(cached.getAsInt() + " prompt tokens cached");
        }
        if (turnsLeftOut > 0) {
            parts.add(turnsLeftOut + (turnsLeftOut == 1 ? " old message" : " old messages") + " left out"
                    + (tokens.truncated().isPresent()
                            ? " (" + tokens.truncated().getAsInt() + " tokens)"
                            : ""));
        }
        if (markersSplit > 0) {
            parts.add(markersSplit + " special " + (markersSplit == 1 ? "token" : "tokens") + " read as text");
        }
        unusualEnd().ifPresent(parts::add);
        record.gpu().fallbackReason().ifPresent(why -> parts.add("on the CPU: " + why));
        return String.join(" · ", parts);
    }

    private Optional<String> contextUsed(RunRecord.Tokens tokens) {
        if (tokens.prompt().isEmpty() || tokens.generated().isEmpty()) {
            return Optional.empty();
        }
        int used = tokens.prompt().getAsInt() + tokens.generated().getAsInt();
        return Optional.of("context " + used + " of " + contextTokens);
    }

    private Optional<String> unusualEnd() {
        FinishReason reason = generation.finishReason();
        return switch (reason) {
            case END_OF_TEXT, STOP_STRING -> Optional.empty();
            case MAX_TOKENS -> Optional.of("cut at the largest number of tokens");
            case CONTEXT_FULL -> Optional.of("cut: the context is full");
            case CANCELLED -> Optional.of("stopped");
        };
    }

    @Override
    public Sheet sheet() {
        return Sheet.of(footer()).build();
    }

    /** The footer, cut to one line of 80 characters. */
    @Override
    public String toString() {
        return Shown.line(footer());
    }
}
