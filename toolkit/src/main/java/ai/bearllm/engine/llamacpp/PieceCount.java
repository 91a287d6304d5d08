package ai.bearllm.engine.llamacpp;

import de.kherud.llama.LlamaModel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Counts and times the outputs of one generation. The library gives one output a token, except that tokens which end within a
 * character come together with the one that completes it, and one more at the end.
 */
final class PieceCount {
    private final LlamaModel model;
    private final long start;
    private int tokens;
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
        tokens += tokens(piece);
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
