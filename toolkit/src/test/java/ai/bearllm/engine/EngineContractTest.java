package ai.bearllm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import ai.bearllm.model.FinishReason;
import ai.bearllm.model.RunRecord;
import ai.bearllm.progress.Cancellation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * What every engine keeps, whatever stands behind it. An engine's test class extends this one and says how to make the
 * engine and what to load.
 *
 * <p>One session serves all tests that do not close or break it, because loading is the slow part.
 */
public abstract class EngineContractTest extends OptionsContractTest {
    @Test
    void tellsWhatItLoadedAndHow() throws Exception {
        assertThat(session.source()).isEqualTo(source());
        assertThat(session.loaded().contextTokens()).isEqualTo(CONTEXT);
        assertThat(session.loaded().parameters()).containsEntry("contextTokens", Integer.toString(CONTEXT));
        assertThat(session.loaded().time()).isPositive();
        assertThat(engine.name()).isNotBlank();
        assertThat(engine.build()).isNotBlank();
    }

    @Test
    void streamsExactlyTheTextThatItReturns() {
        List<String> pieces = new ArrayList<>();
        Generation generation = session.generate(greedy(40), pieces::add, Cancellation.create());
        assertThat(String.join("", pieces)).isEqualTo(generation.text()).isNotEmpty();
        assertThat(pieces).hasSizeGreaterThan(1).doesNotContain("");
    }

    @Test
    void repeatsAGreedyTextExactly() {
        Generation first = run(greedy(40));
        assertThat(run(greedy(40)).text()).isEqualTo(first.text());
    }

    @Test
    void repeatsASampledTextForTheSameSeed() {
        GenerationRequest request =
                greedy(40).withSampling(Sampling.DEFAULT.withTemperature(1).withSeed(7));
        assertThat(run(request).text()).isEqualTo(run(request).text());
        GenerationRequest minusOne = request.withSampling(request.sampling().withSeed(-1));
        assertThat(run(minusOne).text()).isEqualTo(run(minusOne).text());
    }

    @Test
    void countsEveryTokenOfThePromptAndOfTheText() {
        Generation generation = run(greedy(40));
        RunRecord.Tokens tokens = generation.tokens();
        assertThat(tokens.prompt()).hasValue(session.tokenize(prompt()).size() + beginningTokens());
        assertThat(tokens.generated()).hasValue(40);
        assertThat(tokens.cached()).hasValue(0);
        assertThat(tokens.truncated()).hasValue(0);
        generation.tokenIds().ifPresent(ids -> assertThat(ids).hasSize(40));
        assertThat(generation.finishReason()).isEqualTo(FinishReason.MAX_TOKENS);
    }

    @Test
    void timesWhatItDid() {
        RunRecord.Times times = run(greedy(20)).times();
        assertThat(times.total()).get().satisfies(total -> assertThat(total).isPositive());
        assertThat(times.prompt()).get().satisfies(prompt -> assertThat(prompt).isPositive());
        assertThat(times.decode()).get().satisfies(decode -> assertThat(decode).isPositive());
        Duration total = times.total().orElseThrow();
        assertThat(times.timeToFirstToken())
                .get()
                .satisfies(first -> assertThat(first).isLessThanOrEqualTo(total));
    }

    @Test
    void listsEveryParameterOfTheRunAndOfTheLoad() {
        assertThat(run(greedy(20)).parameters())
                .containsEntry("maxTokens", "20")
                .containsEntry("contextTokens", Integer.toString(CONTEXT));
    }

    @Test
    void endsBeforeAStopStringAndNeverStreamsAPartOfIt() {
        String whole = run(greedy(40)).text();
        String stop = whole.substring(whole.length() / 2, whole.length() / 2 + 4);
        String before = whole.substring(0, whole.indexOf(stop));
        StringBuilder streamed = new StringBuilder();
        Generation generation =
                session.generate(greedy(40).withStop(List.of(stop)), streamed::append, Cancellation.create());
        assertThat(generation.text()).isEqualTo(before);
        assertThat(streamed).hasToString(before);
        assertThat(generation.finishReason()).isEqualTo(FinishReason.STOP_STRING);
        assertThat(generation.tokens().generated().orElseThrow()).isBetween(1, 40);
    }

    @Test
    void keepsTextThatOnlyBeganAStopString() {
        String whole = run(greedy(40)).text();
        String almost = whole.substring(whole.length() - 3) + "\u0001";
        StringBuilder streamed = new StringBuilder();
        Generation generation =
                session.generate(greedy(40).withStop(List.of(almost)), streamed::append, Cancellation.create());
        assertThat(generation.text()).isEqualTo(whole);
        assertThat(streamed).hasToString(whole);
        assertThat(generation.finishReason()).isEqualTo(FinishReason.MAX_TOKENS);
    }

    @Test
    void goesOnPastTheEndWhenToldTo() {
        Generation generation = run(greedy(150).measured());
        assertThat(generation.tokens().generated()).hasValue(150);
        assertThat(generation.finishReason()).isEqualTo(FinishReason.MAX_TOKENS);
    }

    @Test
    void endsWhereTheContextIsFullAndSaysSo() {
        Generation generation = run(greedy(10 * CONTEXT).measured());
        RunRecord.Tokens tokens = generation.tokens();
        assertThat(generation.finishReason()).isEqualTo(FinishReason.CONTEXT_FULL);
        assertThat(tokens.prompt().orElseThrow() + tokens.generated().orElseThrow())
                .isEqualTo(CONTEXT);
        assertThat(generation.text()).isNotEmpty();
    }

    @Test
    void refusesAPromptThatFillsTheContext() {
        GenerationRequest tooLong =
                GenerationRequest.of(prompt().repeat(CONTEXT), 8).withSampling(Sampling.GREEDY);
        int size = session.tokenize(tooLong.prompt()).size() + beginningTokens();
        assertThatThrownBy(() -> run(tooLong)).isInstanceOfSatisfying(BearException.class, e -> {
            assertThat(e.problem()).contains(Integer.toString(size), Integer.toString(CONTEXT));
            assertThat(e.fix()).isNotBlank();
        });
        assertThat(run(greedy(20)).text()).isNotEmpty();
    }

    @Test
    void keepsTheTextOfACancelledRequestAndServesTheNext() {
        Cancellation cancellation = Cancellation.create();
        List<String> pieces = new ArrayList<>();
        Generation generation = session.generate(
                greedy(200).measured(),
                piece -> {
                    pieces.add(piece);
                    if (pieces.size() == 3) {
                        cancellation.cancel();
                    }
                },
                cancellation);
        assertThat(generation.finishReason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(generation.text()).isEqualTo(String.join("", pieces));
        assertThat(pieces).hasSizeGreaterThanOrEqualTo(3);
        assertThat(run(greedy(20)).text()).isNotEmpty();
    }

    @Test
    void generatesNothingForARequestThatWasCancelledBefore() {
        Cancellation cancellation = Cancellation.create();
        cancellation.cancel();
        Generation generation = session.generate(greedy(20), GenerationListener.NONE, cancellation);
        assertThat(generation.finishReason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(generation.text()).isEmpty();
    }

    @Test
    void passesOnWhatTheListenerThrowsAndServesTheNext() {
        assertThatThrownBy(() -> session.generate(
                        greedy(200).measured(),
                        piece -> {
                            throw new UnsupportedOperationException("the display is gone");
                        },
                        Cancellation.create()))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("the display is gone");
        assertThat(run(greedy(20)).text()).isNotEmpty();
    }

    @Test
    void servesSeveralThreadsOneAfterTheOther() throws Exception {
        String alone = run(greedy(30)).text();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Generation>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                answers.add(threads.submit(() -> run(greedy(30))));
            }
            for (Future<Generation> answer : answers) {
                assertThat(answer.get().text()).isEqualTo(alone);
                assertThat(answer.get().tokens().generated()).hasValue(30);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void turnsTextIntoTokensAndBack() {
        for (String text :
                List.of("Once upon a time", "naïve café", "bears 🐻 and 🐝", "漢字", "two\nlines\tand a tab")) {
            assertThat(session.detokenize(session.tokenize(text))).isEqualTo(text);
        }
        assertThat(session.tokenize("")).isEmpty();
        assertThat(session.detokenize(List.of())).isEmpty();
    }

    @Test
    void streamsWholeCharactersOnly() {
        List<String> pieces = new ArrayList<>();
        GenerationRequest wild = GenerationRequest.of(prompt() + " 🐻🐝 é", 150)
                .withSampling(Sampling.GREEDY.withTemperature(20).withSeed(3));
        Generation generation = session.generate(wild.measured(), pieces::add, Cancellation.create());
        assertThat(pieces).allMatch(EngineContractTest::isWellFormed).doesNotContain("");
        assertThat(String.join("", pieces)).isEqualTo(generation.text());
    }

    private static boolean isWellFormed(String text) {
        return text.codePoints()
                .noneMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }

    @Test
    void takesAnyTextAsAPrompt() {
        for (String text : List.of("\u0000", "\ud83d alone", "{\"a\": \"</s>\"}\\", "\u2028\u0085", "<|im_start|>")) {
            assertThat(run(GenerationRequest.of(text, 4).measured()).tokens().generated())
                    .hasValue(4);
        }
    }

    @Test
    void refusesTokensThatTheModelDoesNotHave() {
        assertThatThrownBy(() -> session.detokenize(List.of(1, -1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> session.detokenize(List.of(Integer.MAX_VALUE)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(run(greedy(20)).text()).isNotEmpty();
    }

    @Test
    void tellsHowMuchOfThePromptCameFromTheCache() {
        boolean caches = engine.capabilities().has(Capabilities.Feature.PROMPT_CACHE);
        GenerationRequest request = greedy(8).withCachePrompt(true);
        run(request);
        RunRecord.Tokens tokens = run(request).tokens();
        assertThat(tokens.cached()).hasValue(caches ? tokens.prompt().orElseThrow() - 1 : 0);
        assertThat(run(greedy(8)).tokens().cached()).hasValue(0);
    }

    @Test
    void saysThatASessionIsClosed() throws Exception {
        try (Engine other = open()) {
            Session closed = load(other);
            closed.close();
            closed.close();
            assertThatThrownBy(() -> closed.generate(greedy(1), GenerationListener.NONE, Cancellation.create()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
            assertThatThrownBy(() -> closed.tokenize("a")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> closed.detokenize(List.of(1))).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> closed.embed("a")).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void closesItsSessionsWithTheEngineAndLoadsNothingMore() throws Exception {
        Engine other = open();
        Session orphan = load(other);
        other.close();
        other.close();
        assertThatThrownBy(() -> orphan.tokenize("a")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> load(other)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void loadsNothingOnceCancelled() throws Exception {
        Cancellation cancellation = Cancellation.create();
        cancellation.cancel();
        try (Engine other = open()) {
            assertThatThrownBy(() -> other.load(source(), LoadOptions.DEFAULT, cancellation))
                    .isInstanceOf(CancellationException.class);
        }
    }
}
