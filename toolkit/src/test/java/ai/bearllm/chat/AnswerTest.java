package ai.bearllm.chat;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.engine.Generation;
import ai.bearllm.model.FinishReason;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.RunRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AnswerTest {
    private static Answer answer(
            RunRecord.Tokens tokens, RunRecord.Times times, Optional<String> fallback, int leftOut) {
        Generation generation =
                new Generation("Hi.", Optional.empty(), tokens, times, FinishReason.END_OF_TEXT, Map.of());
        RunRecord run = new RunRecord(
                UUID.randomUUID(),
                Instant.EPOCH,
                RunRecord.Kind.ANSWER,
                Optional.empty(),
                ModelId.of("fake", "model"),
                Optional.empty(),
                "fake",
                "fake 1",
                Map.of(),
                tokens,
                times,
                RunRecord.Memory.UNKNOWN,
                new RunRecord.Gpu(OptionalInt.of(0), OptionalLong.empty(), fallback),
                RunRecord.Energy.UNKNOWN,
                Optional.of(FinishReason.END_OF_TEXT),
                Optional.empty());
        return new Answer("Hi.", generation, run, leftOut, 1024, 0);
    }

    @Test
    void theFooterIsOneLineWithEverythingThatMatters() {
        Answer answer = answer(
                new RunRecord.Tokens(OptionalInt.of(100), OptionalInt.of(42), OptionalInt.of(90), OptionalInt.of(300)),
                new RunRecord.Times(
                        Optional.empty(),
                        Optional.of(Duration.ofMillis(12)),
                        Optional.empty(),
                        Optional.of(Duration.ofMillis(500)),
                        Optional.empty()),
                Optional.of("there is no GPU"),
                4);
        assertThat(answer.footer())
                .isEqualTo("42 tokens · 84 tokens/s · first after 12 ms · context 142 of 1024 · 90 prompt tokens cached"
                        + " · 4 old messages left out (300 tokens) · on the CPU: there is no GPU");
        assertThat(answer.sheet().text().strip()).isEqualTo(answer.footer());
        assertThat(answer.toString()).hasSize(80).startsWith("42 tokens · 84 tokens/s");
    }

    @Test
    void whatIsUnknownIsNotSaid() {
        Answer answer = answer(RunRecord.Tokens.UNKNOWN, RunRecord.Times.UNKNOWN, Optional.empty(), 0);
        assertThat(answer.footer()).doesNotContain("0");
    }
}
