package ai.bearllm.engine.llamacpp;

import ai.bearllm.engine.Arrival;
import de.kherud.llama.LlamaModel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Counts and times the outputs of one generation. The library gives one output a token, except that tokens which end within a
 * character come together with the one that completes it, and one more at the end.
 */
final class PieceCount {
    private final LlamaModel model;
    private final long start;
    private int tokens;
    private int outputs;
    private long[] outputNanos = new long[256];
    private int[] outputTokens = new int[256];
    private boolean ended;
    private boolean lastIsEmpty;
    private Optional<Duration> firstOutput = Optional.empty();
    private Optional<Duration> firstText = Optional.empty();
    private Duration lastOutput = Duration.ZERO;

    PieceCount(LlamaModel model, long start) {
        this.model = model;
        this.start = start;
    }

    void add(String piece, boolean last) {
        Duration now = Duration.ofNanos(System.nanoTime() - start);
        if (last) {
            ended = true;
            return;
        }
        int count = tokens(piece);
        tokens += count;
        remember(now.toNanos(), count);
        lastIsEmpty = piece.isEmpty();
        lastOutput = now;
        if (firstOutput.isEmpty()) {
            firstOutput = Optional.of(now);
        }
        if (firstText.isEmpty() && !piece.isEmpty()) {
            firstText = Optional.of(now);
        }
    }

    /** Exact where every character is ASCII; elsewhere as many as the tokenizer makes of the piece. */
    private int tokens(String piece) {
        int bytes = piece.getBytes(StandardCharsets.UTF_8).length;
        return bytes == piece.length() ? 1 : Math.max(1, Math.min(bytes, model.encode(piece).length));
    }

    private void remember(long nanos, int count) {
        if (outputs == outputNanos.length) {
            outputNanos = Arrays.copyOf(outputNanos, 2 * outputs);
            outputTokens = Arrays.copyOf(outputTokens, 2 * outputs);
        }
        outputNanos[outputs] = nanos;
        outputTokens[outputs++] = count;
    }

    /** Every output that counts as tokens, in order. */
    List<Arrival> arrivals() {
        return IntStream.range(0, outputs)
                .mapToObj(i -> new Arrival(outputNanos[i], outputTokens[i]))
                .toList();
    }

    int tokens() {
        return tokens;
    }

    /** Whether the library has ended by itself. */
    boolean ended() {
        return ended;
    }

    /** Whether the last token had no text, as end tokens have none. */
    boolean lastIsEmpty() {
        return lastIsEmpty;
    }

    Optional<Duration> timeToFirstOutput() {
        return firstOutput;
    }

    Optional<Duration> timeToFirstText() {
        return firstText;
    }

    Optional<Duration> decodeTime() {
        return firstOutput.map(lastOutput::minus);
    }
}
