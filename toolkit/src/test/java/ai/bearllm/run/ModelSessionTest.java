package ai.bearllm.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.engine.FakeEngine;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.model.BearException;
import ai.bearllm.model.FinishReason;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.RunRecord;
import ai.bearllm.progress.Cancellation;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ModelSessionTest {
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

    private final List<RunRecord> records = new ArrayList<>();
    private final ModelSession session = open();

    private ModelSession open() {
        return new ModelSession(
                new ModelSession.Subject(
                        ModelId.parse("fake/echo"),
                        Optional.empty(),
                        ModelCard.Kind.BASE,
                        Optional.empty(),
                        Map.of(),
                        List.of(),
                        OptionalInt.empty(),
                        "fake",
                        "fake 1"),
                new FakeEngine()
                        .load(
                                new ModelSource.LocalFile(Path.of("m.gguf").toAbsolutePath()),
                                LoadOptions.DEFAULT.withContext(64),
                                Cancellation.create()),
                records::add,
                Clock.fixed(NOON, ZoneOffset.UTC));
    }

    @Test
    void recordsWhatARunDidAndNoneOfItsText() {
        session.generate(GenerationRequest.of("xyz", 4));
        assertThat(records).singleElement().satisfies(run -> {
            assertThat(run.kind()).isEqualTo(RunRecord.Kind.GENERATION);
            assertThat(run.when()).isEqualTo(NOON);
            assertThat(run.model()).hasToString("fake/echo");
            assertThat(run.tokens().prompt()).hasValue(3);
            assertThat(run.tokens().generated()).hasValue(4);
            assertThat(run.finishReason()).contains(FinishReason.MAX_TOKENS);
            assertThat(run.errorClass()).isEmpty();
            assertThat(run.toString()).doesNotContain("xyz", "zyx");
        });
    }

    @Test
    void recordsAnEmbeddingToo() {
        assertThatThrownBy(() -> session.embed("xyz")).hasMessageContaining("makes no embeddings");
        assertThat(records).singleElement().satisfies(run -> {
            assertThat(run.kind()).isEqualTo(RunRecord.Kind.EMBEDDING);
            assertThat(run.times().total()).isPresent();
            assertThat(run.errorClass()).contains("BearException");
        });
    }

    @Test
    void recordsARunThatFailedAndPassesItsErrorOn() {
        assertThatThrownBy(() -> session.generate("a".repeat(64))).isInstanceOf(BearException.class);
        assertThat(records).singleElement().satisfies(run -> {
            assertThat(run.errorClass()).contains("BearException");
            assertThat(run.finishReason()).isEmpty();
            assertThat(run.tokens()).isEqualTo(RunRecord.Tokens.UNKNOWN);
        });
        assertThat(session.generate("again").text()).isNotEmpty();
    }

    @Test
    void countsWhatItsCallerLeftOut() {
        session.run(
                RunRecord.Kind.ANSWER,
                GenerationRequest.of("xyz", 4),
                7,
                GenerationListener.NONE,
                Cancellation.create());
        assertThat(records.get(0).tokens().truncated()).hasValue(7);
    }

    @Test
    void failsWithASentenceAfterItWasClosed() {
        session.close();
        assertThatThrownBy(() -> session.generate("x")).hasMessageContaining("session is closed");
    }
}
