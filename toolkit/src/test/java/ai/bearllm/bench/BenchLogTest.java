package ai.bearllm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.lab.ChildJvm;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.RunRecord;
import ai.bearllm.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Benchmarks that are kept. */
class BenchLogTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00.123456Z");
    private static final String PLAN = "{\"order\": [2, 1.50, 1e300], \"seed\": 9007199254740993}";

    @TempDir
    Path home;

    private Store store;
    private BenchLog log;

    @BeforeEach
    void open() {
        store = Store.at(home);
        log = new BenchLog(store, home, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        log.close();
        store.close();
    }

    @Test
    void keepEverySampleWithItsRawTimesInOrder() {
        KeptPlan plan = log.begin("mine", PLAN, Optional.of("{\"cpu\": \"x\"}"), Optional.empty());
        KeptSample warmUp = sample(plan.id(), 1, 0, Optional.of(run()), Optional.empty());
        KeptSample failed = sample(plan.id(), 3, 1, Optional.empty(), Optional.of("The worker died."));
        KeptSample good = sample(plan.id(), 2, 1, Optional.of(run()), Optional.empty());
        log.add(failed);
        log.add(warmUp);
        log.add(good);
        log.add(good);
        log.add(sample(UUID.randomUUID(), 1, 1, Optional.empty(), Optional.empty()));
        close();
        open();

        assertThat(log.samples(plan.id())).containsExactly(warmUp, good, failed);
        assertThat(log.samples(plan.id()).get(0).settings().keySet()).containsExactly("threads", "context");
        assertThat(log.find(plan.id())).contains(plan);
        assertThat(log.find(plan.id()).orElseThrow().plan())
                .as("as it was written")
                .isEqualTo(PLAN);
    }

    @Test
    void knowHowFarTheyAreAndCanGoOn() {
        KeptPlan plan = log.begin("mine", PLAN, Optional.empty(), Optional.of("llama-bench"));
        assertThat(plan.canGoOn()).isFalse();
        KeptPlan stopped = log.note(plan, KeptPlan.State.STOPPED);
        assertThat(log.plans()).containsExactly(stopped);
        assertThat(stopped.canGoOn()).isTrue();

        KeptPlan again = log.note(stopped, KeptPlan.State.RUNNING);
        log.note(again, KeptPlan.State.FINISHED);

        assertThat(log.plans()).singleElement().satisfies(found -> {
            assertThat(found.state()).isEqualTo(KeptPlan.State.FINISHED);
            assertThat(found.writer()).isEmpty();
            assertThat(found.source()).contains("llama-bench");
        });
    }

    @Test
    void areInterruptedOnceTheirProcessIsKilledAndKeepWhatWasMeasured() throws Exception {
        Process process = ChildJvm.start(BenchLogTest.class, home.toString());
        try {
            assertThat(process.getInputStream().read()).isEqualTo('m');
            assertThat(log.plans().get(0).state()).isEqualTo(KeptPlan.State.RUNNING);
        } finally {
            process.destroyForcibly().waitFor();
        }

        KeptPlan plan = log.plans().get(0);

        assertThat(plan.state()).isEqualTo(KeptPlan.State.INTERRUPTED);
        assertThat(plan.canGoOn()).isTrue();
        assertThat(log.samples(plan.id())).extracting(KeptSample::position).containsExactly(1, 2, 3);
    }

    /** Another process: measures three samples and goes on. */
    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        BenchLog log = new BenchLog(Store.at(home), home, Clock.systemUTC());
        KeptPlan plan = log.begin("killed", PLAN, Optional.empty(), Optional.empty());
        for (int i = 1; i <= 3; i++) {
            log.add(sample(plan.id(), i, 1, Optional.of(run()), Optional.empty()));
        }
        System.out.println("measured");
        System.in.read();
    }

    @Test
    void areErasedWithTheirSamples() {
        KeptPlan plan = log.begin("mine", PLAN, Optional.empty(), Optional.empty());
        KeptPlan other = log.begin("other", PLAN, Optional.empty(), Optional.empty());
        log.add(sample(plan.id(), 1, 1, Optional.of(run()), Optional.empty()));
        log.add(sample(other.id(), 1, 1, Optional.of(run()), Optional.empty()));

        assertThat(log.erase(plan.id())).isEqualTo(1);

        assertThat(log.plans()).containsExactly(other);
        assertThat(log.samples(plan.id())).isEmpty();
        assertThat(log.samples(other.id())).hasSize(1);
    }

    private static KeptSample sample(
            UUID plan, int position, int round, Optional<RunRecord> run, Optional<String> failure) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("threads", "2");
        settings.put("context", "512");
        return new KeptSample(
                UUID.randomUUID(),
                plan,
                position,
                round,
                "tiny on fake",
                settings,
                NOON,
                run.isPresent() ? List.of(12.5, 0.1 + 0.2, 1e-9) : List.of(),
                run.isPresent()
                        ? new KeptSample.Conditions(
                                Optional.of(false), OptionalDouble.of(0.25), Optional.of(true), Optional.of(false))
                        : KeptSample.Conditions.UNKNOWN,
                round == 0 ? Optional.of("warm-up") : Optional.empty(),
                failure,
                run);
    }

    private static RunRecord run() {
        return new RunRecord(
                UUID.randomUUID(),
                NOON,
                RunRecord.Kind.SAMPLE,
                Optional.empty(),
                ModelId.parse("a/b"),
                Optional.empty(),
                "fake",
                "1",
                Map.of("seed", "1"),
                new RunRecord.Tokens(OptionalInt.of(9), OptionalInt.of(3), OptionalInt.of(0), OptionalInt.empty()),
                new RunRecord.Times(
                        Optional.empty(),
                        Optional.of(Duration.ofMillis(12)),
                        Optional.empty(),
                        Optional.of(Duration.ofMillis(7)),
                        Optional.empty()),
                new RunRecord.Memory(OptionalLong.of(5), OptionalLong.empty()),
                RunRecord.Gpu.UNKNOWN,
                RunRecord.Energy.UNKNOWN,
                Optional.empty(),
                Optional.empty());
    }
}
