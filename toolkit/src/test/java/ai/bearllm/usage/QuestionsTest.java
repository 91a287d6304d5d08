package ai.bearllm.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.FinishReason;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.RunRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What can be asked of the recorded runs. */
class QuestionsTest extends OnUsage {
    private static final Instant NOON = Instant.parse("2026-03-28T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    @Test
    void sumsUpByDayOfThisMachinesZone() {
        for (int day = 0; day < 3; day++) {
            for (int i = 0; i <= day; i++) {
                usage.record(run("a/b", NOON.plus(DAY.multipliedBy(day)), 10, 100));
            }
        }
        ZoneId zone = ZoneId.systemDefault();
        LocalDate first = NOON.atZone(zone).toLocalDate();

        assertThat(usage.view().byDay().list())
                .extracting(UsageGroup::name)
                .containsExactly(first.plusDays(2).toString(), first.plusDays(1).toString(), first.toString());
        assertThat(usage.view().tokensPerDay().list())
                .extracting(group -> group.generatedTokens().orElse(-1))
                .containsExactly(300L, 200L, 100L);
        assertThat(usage.view().byDay().figure()).isPresent();
    }

    @Test
    void knowsTheSlowestAndTheLastUse() {
        usage.record(timed("a/slow", NOON, Duration.ofSeconds(9)));
        usage.record(timed("a/fast", NOON.plusSeconds(60), Duration.ofMillis(5)));
        usage.record(Runs.bare("a/unknown", "e", NOON.plusSeconds(30)));

        assertThat(usage.view().slowest().list())
                .extracting(run -> run.model().name())
                .containsExactly("slow", "fast", "unknown");
        assertThat(usage.view().slowest().toString()).isEqualTo("usage: the 20 slowest runs; show() prints them");
        assertThat(usage.view().lastUse().list())
                .extracting(UsageGroup::name)
                .containsExactly("a/fast", "a/unknown", "a/slow");
    }

    @Test
    void narrowsToAModelAndATime() {
        usage.record(run("TinyLlama/Chat:Q4_K_M@52e7645", NOON, 10, 100));
        usage.record(run("TinyLlama/Chat:Q8_0", NOON.plus(DAY), 10, 100));
        usage.record(run("other/model", NOON, 10, 100));
        usage.record(Runs.failed("other/model", "e", NOON));

        assertThat(usage.view().model("TinyLlama/Chat").list()).hasSize(2);
        assertThat(usage.view().model("Chat").list()).hasSize(2);
        assertThat(usage.view().model("TinyLlama/Chat:Q8_0").list()).hasSize(1);
        assertThat(usage.view().model("o'; drop table runs").list()).isEmpty();
        assertThat(usage.view().since(NOON.plusSeconds(1)).list()).hasSize(1);
        assertThat(usage.view().until(NOON.plusSeconds(1)).list()).hasSize(3);
        assertThat(usage.view().model("model").failures().byModel().list())
                .singleElement()
                .satisfies(group -> assertThat(group.runs()).isEqualTo(1));
        assertThat(usage.view().model("none").sheet().notes()).containsExactly("No such run was recorded.");
        assertThatThrownBy(() -> usage.view().since(NOON).until(NOON.minusSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tellsADriftFromChance() {
        for (int i = 0; i < 240; i++) {
            double noise = 1 + 0.02 * Math.sin(i * 7.1);
            usage.record(run("a/drifts", NOON.plus(Duration.ofHours(i)), (20 - i / 24.0) * noise, 64));
            usage.record(run("a/steady", NOON.plus(Duration.ofHours(i)), 20 * noise, 64));
        }
        usage.record(run("a/rare", NOON, 20, 64));

        Map<String, RateDrift> drifts = usage.view().rates().drifts().stream()
                .collect(java.util.stream.Collectors.toMap(RateDrift::model, drift -> drift));

        assertThat(drifts.get("a/drifts").verdict()).isEqualTo(RateDrift.Verdict.SLOWER);
        assertThat(drifts.get("a/drifts").changePercent().orElseThrow()).isBetween(-60.0, -30.0);
        assertThat(drifts.get("a/steady").verdict()).isEqualTo(RateDrift.Verdict.STEADY);
        assertThat(drifts.get("a/rare").verdict()).isEqualTo(RateDrift.Verdict.TOO_FEW_RUNS);
        assertThat(usage.view().rates().list()).hasSize(25);
        assertThat(usage.view().rates().sheet().text()).contains("slower", "steady", "too few runs");
        assertThat(usage.view().rates().figure()).isPresent();
    }

    @Test
    void comparesMemoryPredictedAndSeen() {
        MemoryObservation seen = observation(1_100_000_000L, OptionalLong.of(1_000_000_000L));
        MemoryObservation parts = observation(1_100_000_000L, OptionalLong.empty());
        usage.observe(seen);
        usage.observe(parts);

        assertThat(usage.view().memory().observations()).containsExactlyInAnyOrder(seen, parts);
        assertThat(usage.view().memory().list()).singleElement().satisfies(comparison -> {
            assertThat(comparison.loads()).isEqualTo(2);
            assertThat(comparison.predictedBytes()).hasValue(1_100_000_000L);
            assertThat(comparison.measuredBytes()).hasValue(950_000_000L);
        });
        assertThat(usage.view().memory().sheet().text()).contains("15.8");
        assertThat(usage.view().memory().figure()).isPresent();
        assertThat(usage.view().list()).as("no run").isEmpty();
    }

    @Test
    void showsARateChartBesideTheTable() {
        assertThat(usage.view().figure()).as("nothing to draw").isEmpty();
        usage.record(run("a/b", NOON, 10, 100));
        usage.record(run("a/b", NOON, 14, 100));

        assertThat(usage.view().figure()).hasValueSatisfying(figure -> {
            assertThat(figure.sheet().text()).contains("a/b", "12.0");
            assertThat(figure.html()).startsWith("<figure");
        });
    }

    @Test
    void saysThatTheClockWasSetBack() {
        usage.record(run("a/b", Instant.now().plus(Duration.ofDays(300)), 10, 100));
        usage.record(run("a/b", Instant.now(), 10, 100));

        assertThat(usage.view().sheet().notes())
                .contains("1 runs lie in the future: this machine's clock was set back after them.");
        assertThat(usage.view().rates().list()).hasSize(2);
        assertThat(usage.view().byDay().list()).hasSize(2);
    }

    @Test
    void saysWhatItIsInEightyCharacters() {
        UsageView view = usage.view()
                .model("a-very-long-provider/with-a-very-long-name:Q4_K_M")
                .since(NOON);
        for (Object shown : new Object[] {
            view, view.byDay(), view.rates(), view.memory(), view.erasure(), view.lastUse(), view.byNotebook()
        }) {
            assertThat(shown.toString()).hasSizeLessThanOrEqualTo(80);
        }
        assertThat(home).isEmptyDirectory();
    }

    static RunRecord run(String model, Instant when, double rate, int generated) {
        RunRecord bare = Runs.bare(model, "llama.cpp", when);
        return new RunRecord(
                bare.id(),
                when,
                RunRecord.Kind.GENERATION,
                Optional.empty(),
                bare.model(),
                Optional.empty(),
                bare.engine(),
                bare.engineBuild(),
                Map.of("context", "2048"),
                new RunRecord.Tokens(
                        OptionalInt.of(10), OptionalInt.of(generated), OptionalInt.of(0), OptionalInt.of(0)),
                new RunRecord.Times(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(Duration.ofNanos((long) (generated / rate * 1e9))),
                        Optional.empty()),
                RunRecord.Memory.UNKNOWN,
                RunRecord.Gpu.UNKNOWN,
                new RunRecord.Energy(OptionalDouble.empty(), Optional.empty()),
                Optional.of(FinishReason.MAX_TOKENS),
                Optional.empty());
    }

    private static RunRecord timed(String model, Instant when, Duration total) {
        RunRecord bare = Runs.bare(model, "e", when);
        return new RunRecord(
                bare.id(),
                when,
                bare.kind(),
                bare.notebook(),
                bare.model(),
                bare.sha256(),
                bare.engine(),
                bare.engineBuild(),
                bare.parameters(),
                bare.tokens(),
                new RunRecord.Times(
                        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(total)),
                bare.memory(),
                bare.gpu(),
                bare.energy(),
                bare.finishReason(),
                bare.errorClass());
    }

    private static MemoryObservation observation(long predicted, OptionalLong peak) {
        return new MemoryObservation(
                UUID.randomUUID(),
                NOON,
                ModelId.parse("a/b"),
                Optional.empty(),
                "llama.cpp",
                "1",
                OptionalInt.of(4096),
                OptionalLong.of(predicted),
                Optional.of("tensors and cache"),
                OptionalLong.of(400_000_000L),
                OptionalLong.of(500_000_000L),
                peak);
    }
}
