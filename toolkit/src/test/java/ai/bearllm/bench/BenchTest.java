package ai.bearllm.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.bearllm.chart.Theme;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.machine.Conditions;
import ai.bearllm.machine.Machine;
import ai.bearllm.model.BearException;
import ai.bearllm.model.RunRecord;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Progress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class BenchTest {
    private static final Machine MACHINE = Machine.here();

    private final FakeSessions sessions = new FakeSessions();
    private final List<Progress> events = Collections.synchronizedList(new ArrayList<>());
    private final BenchBuilder bench = BenchBuilder.of(sessions, () -> events::add, () -> MACHINE)
            .models("fast-200", "slow-100")
            .prompt(64)
            .generate(16)
            .samples(10)
            .seed(7);

    @Test
    void everyConfigurationRunsOnceARoundInARandomOrderThatTheSeedRepeats() {
        bench.run();
        List<String> first = List.copyOf(sessions.order);
        assertThat(first).hasSize(22);
        assertThat(first.subList(0, 2)).containsExactly("fast-200", "slow-100");
        List<String> leaders = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            List<String> pair = first.subList(2 + 2 * round, 4 + 2 * round);
            assertThat(pair).containsExactlyInAnyOrder("fast-200", "slow-100");
            leaders.add(pair.get(0));
        }
        assertThat(leaders).contains("fast-200", "slow-100");
        sessions.order.clear();
        bench.run();
        assertThat(sessions.order).isEqualTo(first);
        sessions.order.clear();
        bench.seed(8).run();
        assertThat(sessions.order).isNotEqualTo(first);
    }

    @Test
    void promptsHaveExactlyTheirLengthDifferEachRoundAndAreNeverCached() {
        bench.run();
        assertThat(sessions.requests)
                .allMatch(request -> !request.cachePrompt() && request.ignoreEnd() && request.maxTokens() == 16);
        assertThat(sessions.requests.subList(2, 22))
                .extracting(request -> request.prompt().length())
                .containsOnly(64);
        assertThat(new HashSet<>(sessions.requests.subList(2, 22).stream()
                        .map(GenerationRequest::prompt)
                        .toList()))
                .hasSize(20);
        assertThat(sessions.records).allMatch(run -> run.kind() == RunRecord.Kind.SAMPLE);
    }

    @Test
    void aBeginningOfTextTokenIsPartOfThePromptsLength() {
        sessions.beginning = 1;
        BenchResult result = bench.run();
        assertThat(result.samples().counting().list()).hasSize(20);
        assertThat(result.samples().counting().list())
                .extracting(
                        sample -> sample.run().orElseThrow().tokens().prompt().orElseThrow())
                .containsOnly(64);
    }

    @Test
    void everyRunIsKeptAndWarmUpsAreKeptApart() {
        BenchResult result = bench.run();
        assertThat(result.samples().list()).hasSize(22);
        assertThat(result.samples().list()).extracting(Sample::position).doesNotHaveDuplicates();
        assertThat(result.samples().list().subList(0, 2)).allMatch(sample -> sample.round() == 0 && !sample.counts());
        assertThat(result.samples().counting().list()).hasSize(20);
        assertThat(result.samples().table().rowCount()).isEqualTo(22);
        assertThat(result.samples()
                        .table()
                        .doubleColumn("generation (tokens/s)")
                        .get(2))
                .isBetween(90.0, 210.0);
    }

    @Test
    void mediansAndVerdictsAreThoseOfTheRates() {
        BenchResult result = bench.run();
        Estimate fast = result.estimate(result.configurations().get(0), Metric.GENERATION)
                .orElseThrow();
        assertThat(fast.median()).isCloseTo(200, within(4.0));
        assertThat(fast.interval().orElseThrow().holds(200)).isTrue();
        Comparison comparison = result.compare();
        assertThat(comparison.pairs()).hasSize(3);
        assertThat(comparison.pairs())
                .allSatisfy(pair -> assertThat(pair.verdict()).isEqualTo(Comparison.Verdict.FASTER));
        assertThat(comparison.pairs().get(1).ratio().orElseThrow()).isCloseTo(2, within(1e-6));
        assertThat(comparison.pairs().get(2).metric()).isEqualTo(Metric.FIRST_TOKEN);
        assertThat(comparison.pairs().get(2).ratio().orElseThrow()).isCloseTo(0.5, within(1e-6));
        assertThat(comparison.pairs().get(1).sentence())
                .isEqualTo("fake/fast-200 on fake against fake/slow-100 on fake, generation: ratio 2.000"
                        + " (2.000 to 2.000), faster.");
        assertThat(comparison.sheet().text()).contains("faster").contains("alternated in random order");
    }

    @Test
    void equalSystemsShowNoDifferenceAndFewRoundsShowNothing() {
        BenchResult equal = bench.models("a-100", "b-100").run();
        assertThat(equal.compare().pairs())
                .allSatisfy(pair -> assertThat(pair.verdict()).isEqualTo(Comparison.Verdict.NO_DIFFERENCE_SHOWN));
        BenchResult few = bench.samples(5).run();
        assertThat(few.compare().pairs())
                .allSatisfy(pair -> assertThat(pair.verdict()).isEqualTo(Comparison.Verdict.TOO_FEW_SAMPLES));
        assertThat(bench.models("one-100").run().compare().sheet().text()).contains("only one configuration");
    }

    @Test
    void progressTellsEachSampleAndTheEnd() {
        bench.run();
        assertThat(events.get(0)).isInstanceOf(Progress.Started.class);
        assertThat(events.get(0).job()).isEqualTo("benchmark of 2 configurations");
        assertThat(events.subList(1, 23)).allSatisfy(event -> assertThat(event).isInstanceOf(Progress.Advanced.class));
        Progress.Advanced last = (Progress.Advanced) events.get(22);
        assertThat(last.done()).isEqualTo(22);
        assertThat(last.total()).hasValue(22);
        assertThat(last.unit()).isEqualTo(Progress.Unit.SAMPLES);
        assertThat(events.get(23)).isInstanceOf(Progress.Verified.class);
    }

    @Test
    void tooSmallAContextIsSaidBeforeAnythingRuns() {
        sessions.mostContext = 70;
        assertThatExceptionOfType(BearException.class)
                .isThrownBy(bench::run)
                .withMessageContaining("fake/fast-200 on fake has a context of 70 tokens")
                .withMessageContaining("need 80")
                .withMessageContaining("at most 70");
        assertThat(sessions.order).isEmpty();
        assertThat(sessions.open).isEmpty();
        assertThat(events.get(events.size() - 1)).isInstanceOf(Progress.Failed.class);
    }

    @Test
    void aLongerContextThanTheModelWasMadeForIsRefusedThoughTheEngineLendsIt() {
        sessions.madeFor = java.util.OptionalInt.of(79);
        assertThatExceptionOfType(BearException.class)
                .isThrownBy(bench::run)
                .withMessageContaining("has a context of 79 tokens");
    }

    @Test
    void anUnknownModelClosesWhatWasOpened() {
        assertThatExceptionOfType(BearException.class)
                .isThrownBy(() -> bench.models("fast-200", "missing").run())
                .withMessageContaining("no model missing");
        assertThat(sessions.open).isEmpty();
    }

    @Test
    void aRunThatFailsIsKeptWithItsReasonAndTheOthersGoOn() {
        sessions.script = run -> {
            if (run == 5) {
                throw new BearException("The worker died.", "Look at its log.");
            }
        };
        BenchResult result = bench.run();
        assertThat(result.samples().list()).hasSize(22);
        Sample failed = result.samples().list().get(4);
        assertThat(failed.run()).isEmpty();
        assertThat(failed.excluded()).contains("failed: The worker died.");
        assertThat(result.samples().counting().list()).hasSize(19);
        assertThat(result.compare().pairs().get(0).rounds()).isEqualTo(9);
        assertThat(result.sheet().text()).contains("1 of 20 samples do not count");
        assertThat(sessions.open).isEmpty();
    }

    @Test
    void cancellingEndsCleanlyAndLeavesNothingOpen() {
        Cancellation cancellation = Cancellation.create();
        sessions.script = run -> {
            if (run == 6) {
                cancellation.cancel();
            }
        };
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> bench.run(cancellation));
        assertThat(sessions.open).isEmpty();
        assertThat(sessions.order).hasSize(6);
        assertThat(events.get(events.size() - 1)).isInstanceOf(Progress.Cancelled.class);
        assertThat(sessions.records).hasSizeGreaterThanOrEqualTo(5);
    }

    @Test
    void twoNamesOfOneModelAreMeasuredOnce() {
        BenchResult result = bench.models("", "active-100").run();
        assertThat(result.configurations()).hasSize(1);
        assertThat(result.samples().counting().list()).hasSize(10);
        assertThat(sessions.open).isEmpty();
    }

    @Test
    void everyMetricHasAChart() {
        BenchResult result = bench.run();
        for (Metric metric : Metric.values()) {
            assertThat(result.chart(metric).svg(Theme.LIGHT)).contains("<svg");
            assertThat(result.chart(metric).sheet().rows()).hasSize(2);
        }
        assertThat(result.chart().title()).isEqualTo("Generation rate");
        assertThat(result.chart().description()).contains("fast-200").contains("More is faster");
    }

    @Test
    void whereEveryRunFailsTheResultSaysSoAndThereIsNoChart() {
        sessions.script = run -> {
            if (run > 2) {
                throw new BearException("No.", "Go.");
            }
        };
        BenchResult result = bench.run();
        assertThat(result.sheet().text()).contains("unknown").contains("20 of 20 samples do not count");
        assertThat(result.compare().pairs())
                .allSatisfy(pair -> assertThat(pair.ratio()).isEmpty());
        assertThat(result.compare().pairs().get(0).sentence()).contains("ratio unknown, too few samples to tell");
        assertThatExceptionOfType(BearException.class).isThrownBy(result::chart).withMessageContaining("No sample");
    }

    @Test
    void theEnvironmentTellsWhatIsNeededToRepeatAndNoFolder() {
        BenchResult result = BenchBuilder.of(
                        sessions, () -> events::add, () -> Machine.here(java.nio.file.Path.of("secret")))
                .prompt(16)
                .generate(4)
                .samples(1)
                .run();
        String text = result.environment().sheet().text();
        assertThat(text)
                .contains("toolkit", "processor", "Java options", "load average before")
                .doesNotContain("secret");
        assertThat(result.environment().toString()).hasSizeLessThanOrEqualTo(80);
    }

    @Test
    void aBusyMachineIsSaid() {
        Environment quiet = bench.samples(1).run().environment();
        assertThat(loaded(quiet, 0.4 * quiet.machine().cores().usable()).disturbance())
                .isEmpty();
        assertThat(loaded(quiet, 3.0 * quiet.machine().cores().usable())
                        .disturbance()
                        .orElseThrow())
                .contains("The machine was busy");
    }

    private static Environment loaded(Environment old, double load) {
        Conditions before = new Conditions(
                java.util.OptionalDouble.of(load),
                old.before().governor(),
                old.before().memory());
        return new Environment(old.when(), old.toolkit(), old.machine(), before, old.after(), old.javaOptions());
    }

    @Test
    void aChoiceIsImmutableAndShowsItself() {
        BenchBuilder changed = bench.threads(3).engines("fake", "other").prompt(32);
        assertThat(bench.plan().threads()).isEmpty();
        assertThat(bench.plan().promptTokens()).isEqualTo(64);
        assertThat(changed.plan().threads()).hasValue(3);
        assertThat(changed.sheet().text())
                .contains("fast-200, slow-100")
                .contains("fake, other")
                .contains("not yet run");
        assertThat(changed.toString()).hasSizeLessThanOrEqualTo(80);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bench.prompt(3))
                .withMessageContaining("prompt must be 4");
        assertThatIllegalArgumentException().isThrownBy(() -> bench.generate(0));
        assertThatIllegalArgumentException().isThrownBy(() -> bench.samples(0));
        assertThatIllegalArgumentException().isThrownBy(() -> bench.threads(0));
        assertThatIllegalArgumentException().isThrownBy(() -> bench.models());
    }

    @Test
    void threadsReachTheEngine() {
        BenchResult result = bench.threads(3).run();
        assertThat(result.configurations().get(0).loaded().parameters()).containsEntry("threads", "3");
        assertThat(result.toString()).isEqualTo("benchmark: 2 configurations, 20 samples, 64 tokens in, 16 out");
    }
}
