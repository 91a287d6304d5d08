package ai.bearllm.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.download.Downloader;
import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.LoadReport;
import ai.bearllm.engine.MemoryReport;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Session;
import ai.bearllm.estimate.ErrorBar;
import ai.bearllm.estimate.MemoryEstimate;
import ai.bearllm.estimate.MemoryOptions;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.hub.Http;
import ai.bearllm.hub.HttpSettings;
import ai.bearllm.hub.Hub;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelId;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.registry.Home;
import ai.bearllm.registry.ModelUses;
import ai.bearllm.registry.Registry;
import ai.bearllm.usage.MemoryObservation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a load teaches, and that nothing of it can hurt the load. */
class LoadObserverTest {
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
    /** Its cache alone is large enough to learn from. */
    private static final int LARGE = 500_000;

    @TempDir
    Path folder;

    private final List<MemoryObservation> seen = new ArrayList<>();
    private int context = 512;
    private Registry registry;
    private Gguf gguf;

    @BeforeEach
    void open() throws IOException {
        Path file = folder.resolve("bear-tiny.gguf");
        try (InputStream in = LoadObserverTest.class.getResourceAsStream("/ai/bearllm/data/bear-tiny/bear-tiny.gguf")) {
            Files.copy(in, file);
        }
        gguf = Gguf.read(file);
        Home home = Home.at(folder.resolve("home"));
        Http http = Http.of(HttpSettings.of("bear-test", Map.of("HF_HUB_OFFLINE", "1")));
        registry = new Registry(
                home,
                () -> Downloader.of(http, home.downloads()),
                () -> Hub.of(http, Map.of()),
                () -> event -> {},
                ModelUses.UNKNOWN,
                Clock.systemUTC());
    }

    private static ModelSession.Subject subject(String engine) {
        return new ModelSession.Subject(
                ModelId.parse("bearllm/bear-tiny"),
                Optional.empty(),
                ModelCard.Kind.BASE,
                Optional.empty(),
                Map.of(),
                List.of(),
                OptionalInt.empty(),
                engine,
                engine + " 1");
    }

    private void observe(String engine, LoadOptions options, MemoryReport memory, Consumer<MemoryObservation> store) {
        LoadReport loaded = new LoadReport(
                Duration.ofMillis(5),
                context,
                Map.of(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalInt.of(0),
                Optional.empty());
        ModelSession session = new ModelSession(
                subject(engine),
                new Loaded(new ModelSource.LocalFile(folder.resolve("m.gguf").toAbsolutePath()), loaded, memory),
                run -> {},
                Clock.systemUTC());
        new LoadObserver(registry, store).observe(subject(engine), gguf, options, session, NOON);
    }

    private MemoryEstimate forecast() {
        return MemoryEstimate.of(gguf, context, MemoryOptions.DEFAULT, 1);
    }

    private static MemoryReport report(long anonymous, long mapped, long peak) {
        return new MemoryReport(OptionalLong.of(anonymous), OptionalLong.of(mapped), OptionalLong.of(peak));
    }

    @Test
    void keepsTheForecastBesideWhatWasMeasured() {
        observe(Engines.DEFAULT, LoadOptions.DEFAULT, report(30_000_000, 4_000_000, 36_000_000), seen::add);
        assertThat(seen).singleElement().satisfies(one -> {
            assertThat(one.when()).isEqualTo(NOON);
            assertThat(one.model()).hasToString("bearllm/bear-tiny");
            assertThat(one.engine()).isEqualTo(Engines.DEFAULT);
            assertThat(one.contextTokens()).hasValue(512);
            assertThat(one.predictedBytes()).isEqualTo(forecast().totalBytes());
            assertThat(one.basis()).isPresent();
            assertThat(one.anonymousBytes()).hasValue(30_000_000);
            assertThat(one.fileMappedBytes()).hasValue(4_000_000);
            assertThat(one.peakBytes()).hasValue(36_000_000);
        });
    }

    @Test
    void whatTheSystemDoesNotTellStaysUnknown() {
        MemoryReport part = new MemoryReport(OptionalLong.of(30_000_000), OptionalLong.empty(), OptionalLong.empty());
        observe(Engines.DEFAULT, LoadOptions.DEFAULT, part, seen::add);
        assertThat(seen).singleElement().satisfies(one -> {
            assertThat(one.fileMappedBytes()).isEmpty();
            assertThat(one.peakBytes()).isEmpty();
            assertThat(one.measuredBytes()).isEmpty();
        });
    }

    @Test
    void aLoadOfWhichNothingWasMeasuredIsNoObservation() {
        observe(Engines.DEFAULT, LoadOptions.DEFAULT, MemoryReport.UNKNOWN, seen::add);
        assertThat(seen).isEmpty();
    }

    @Test
    void loadsThatTheFormulasDoNotDescribeAreKeptWithoutAForecast() {
        observe("djl", LoadOptions.DEFAULT, report(1, 2, 3), seen::add);
        observe(Engines.DEFAULT, LoadOptions.DEFAULT.withExtra("flash", "on"), report(1, 2, 3), seen::add);
        assertThat(seen).hasSize(2).allSatisfy(one -> {
            assertThat(one.predictedBytes()).isEmpty();
            assertThat(one.basis()).isEmpty();
            assertThat(one.peakBytes()).hasValue(3);
        });
    }

    @Test
    void laterForecastsLearnFromALoad() {
        context = LARGE;
        long model = forecast().modelBytes().orElseThrow();
        assertThat(model).isGreaterThan(ErrorBar.LEAST_BYTES);
        long worker = forecast().workerBytes().orElseThrow();
        assertThat(basis()).contains("nothing was measured here");
        observe(Engines.DEFAULT, LoadOptions.DEFAULT, report(1, 2, worker + model * 2), seen::add);
        assertThat(basis()).contains("from 1 load");
    }

    @Test
    void aFailureOfTheStoreNeverReachesTheLoadAndTakesNothingFromTheForecasts() {
        context = LARGE;
        Consumer<MemoryObservation> failing = one -> {
            throw new IllegalStateException("the store is closed");
        };
        observe(Engines.DEFAULT, LoadOptions.DEFAULT, report(1, 2, 900_000_000), failing);
        assertThat(basis()).contains("from 1 load");
    }

    @Test
    void aSessionWhoseProcessIsGoneTeachesNothing() {
        MemoryReport none = new MemoryReport(OptionalLong.empty(), OptionalLong.of(3), OptionalLong.empty());
        observe(Engines.DEFAULT, LoadOptions.DEFAULT, none, seen::add);
        assertThat(seen).isEmpty();
        assertThat(basis()).contains("nothing was measured here");
    }

    private String basis() {
        return registry.model("bear-tiny").fitsHere().memory().orElseThrow().basis();
    }

    /** A session of which only the load is asked. */
    private record Loaded(ModelSource source, LoadReport loaded, MemoryReport memory) implements Session {
        @Override
        public Generation generate(GenerationRequest request, GenerationListener listener, Cancellation cancellation) {
            throw new UnsupportedOperationException("it only loads");
        }

        @Override
        public List<Integer> tokenize(String text) {
            throw new UnsupportedOperationException("it only loads");
        }

        @Override
        public String detokenize(List<Integer> tokens) {
            throw new UnsupportedOperationException("it only loads");
        }

        @Override
        public float[] embed(String text) {
            throw new UnsupportedOperationException("it only loads");
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
