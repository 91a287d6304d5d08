package ai.bearllm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.Hosting;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Session;
import ai.bearllm.engine.SessionStatus;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models that stay loaded after their session: for how long, for whom, and what ends them. */
@Timeout(120)
class KeepAliveTest {
    @TempDir
    Path home;

    private final AtomicLong free = new AtomicLong(Long.MAX_VALUE);
    private WorkerEngine engine;
    private ModelSource first;
    private ModelSource second;

    @BeforeEach
    void open() throws IOException {
        engine = keeping(Duration.ofMinutes(5));
        first = model("first.gguf");
        second = model("second.gguf");
    }

    @AfterEach
    void close() {
        engine.close();
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    private WorkerEngine keeping(Duration idle) {
        WorkerSettings settings =
                WorkerSettings.of(home.resolve("workers"), home.resolve("logs")).withTemporary(home);
        return new WorkerEngine(
                new TroubleProvider(), settings.withKeepAlive(new KeepAlive(idle, () -> OptionalLong.of(free.get()))));
    }

    private ModelSource model(String name) throws IOException {
        return new ModelSource.LocalFile(Files.writeString(home.resolve(name), name));
    }

    private Session load(ModelSource source) {
        return engine.load(source, LoadOptions.DEFAULT, Cancellation.create());
    }

    private static String ask(Session session, String prompt) {
        return session.generate(GenerationRequest.of(prompt, 400), GenerationListener.NONE, Cancellation.create())
                .text();
    }

    private long process() {
        assertThat(engine.sessions()).hasSize(1);
        return engine.sessions().get(0).process();
    }

    @Test
    void theNextSessionOnTheSameFileAndOptionsFindsTheModelLoadedAndSaysSo() {
        Session session = load(first);
        assertThat(session.loaded().wasKept()).isFalse();
        long process = process();
        session.close();
        assertThat(engine.sessions())
                .singleElement()
                .satisfies(status -> assertThat(status.state()).isEqualTo(SessionStatus.State.KEPT));
        assertThatThrownBy(() -> session.tokenize("a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        try (Session again = load(first)) {
            assertThat(again.loaded().wasKept()).isTrue();
            assertThat(again.loaded().parameters()).containsKey("keptLoaded");
            assertThat(process()).isEqualTo(process);
            assertThat(ask(again, "next")).startsWith("txen");
        }
    }

    @Test
    void otherOptionsAnotherFileAndTwoAtOnceEachHaveTheirOwn() throws IOException {
        load(first).close();
        long kept = process();
        try (Session wider = engine.load(first, LoadOptions.DEFAULT.withContext(64), Cancellation.create());
                Session other = load(second);
                Session same = load(first);
                Session twin = load(first)) {
            assertThat(wider.loaded().wasKept() || other.loaded().wasKept()).isFalse();
            assertThat(same.loaded().wasKept()).isTrue();
            assertThat(twin.loaded().wasKept()).isFalse();
            assertThat(engine.sessions().stream().map(SessionStatus::process))
                    .hasSize(4)
                    .doesNotHaveDuplicates()
                    .contains(kept);
        }
    }

    @Test
    void aSessionMayWantItForItselfAloneOrForAnotherTime() {
        Hosting alone = Hosting.DEFAULT.withKeepAlive(Duration.ZERO);
        load(first).close();
        long kept = process();
        try (Session session = engine.load(first, LoadOptions.DEFAULT.withHosting(alone), Cancellation.create())) {
            assertThat(session.loaded().wasKept()).isFalse();
            assertThat(engine.sessions()).hasSize(2);
        }
        assertThat(process()).isEqualTo(kept);
        Hosting brief = Hosting.DEFAULT.withKeepAlive(Duration.ofMillis(1));
        engine.load(first, LoadOptions.DEFAULT.withHosting(brief), Cancellation.create())
                .close();
        while (!engine.sessions().isEmpty()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aFileThatWasReplacedIsLoadedAnew() throws IOException {
        load(first).close();
        Files.writeString(home.resolve("first.gguf"), "another model");
        try (Session session = load(first)) {
            assertThat(session.loaded().wasKept()).isFalse();
        }
    }

    @Test
    void aWorkerThatDiedWhileItWaitedIsNotGivenOut() {
        load(first).close();
        ProcessHandle waiting = ProcessHandle.of(process()).orElseThrow();
        waiting.destroyForcibly();
        waiting.onExit().orTimeout(30, TimeUnit.SECONDS).join();
        try (Session session = load(first)) {
            assertThat(session.loaded().wasKept()).isFalse();
            assertThat(session.loaded().parameters()).doesNotContainKey("restartedBecause");
        }
    }

    @Test
    void whenTheTimeIsOverTheProcessEnds() {
        engine.close();
        engine = keeping(Duration.ofMillis(300));
        load(first).close();
        engine.sessions().stream()
                .map(SessionStatus::process)
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .forEach(process ->
                        process.onExit().orTimeout(60, TimeUnit.SECONDS).join());
        while (!engine.sessions().isEmpty()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whenMemoryIsNeededTheLeastRecentlyUsedGoesFirstAndThatIsSaid() throws IOException {
        load(first).close();
        load(second).close();
        free.set(0);
        ModelSource third = model("third.gguf");
        try (Session session = load(third)) {
            assertThat(session.loaded().parameters().get("endedForRoom"))
                    .contains("first.gguf, idle for", "which held")
                    .doesNotContain("second.gguf");
            assertThat(engine.sessions().stream().map(SessionStatus::source)).containsExactlyInAnyOrder(second, third);
        }
    }

    @Test
    void anOpenSessionIsNeverEndedForRoom() {
        try (Session open = load(first)) {
            free.set(0);
            try (Session other = load(second)) {
                assertThat(ask(open, "next") + ask(other, "next")).contains("txen");
            }
        }
    }

    @Test
    void forgettingAModelEndsWhatIsKeptOfIt() {
        load(first).close();
        load(second).close();
        engine.forget(first);
        assertThat(engine.sessions())
                .singleElement()
                .satisfies(status -> assertThat(status.source()).isEqualTo(second));
    }

    @Test
    void theStatusTellsWhatASessionDoes() {
        try (Session session = load(first)) {
            assertThat(engine.sessions().get(0).state()).isEqualTo(SessionStatus.State.OPEN);
            assertThat(engine.sessions().get(0).answers()).isZero();
            session.generate(
                    GenerationRequest.of("slow", 4),
                    text -> assertThat(engine.sessions().get(0).state()).isEqualTo(SessionStatus.State.ANSWERING),
                    Cancellation.create());
            SessionStatus status = engine.sessions().get(0);
            assertThat(status.answers()).isEqualTo(1);
            assertThat(status.engine()).isEqualTo("trouble");
            assertThat(status.isolation()).isNotBlank();
            assertThat(status.restarts()).isZero();
            assertThatThrownBy(() -> ask(session, "halt")).isInstanceOf(WorkerDiedException.class);
            ask(session, "next");
            assertThat(engine.sessions().get(0).restarts()).isEqualTo(1);
        }
    }

    @Test
    void aSessionThatIsClosedWhileItAnswersIsNotKept() {
        Session session = load(first);
        assertThatThrownBy(() -> session.generate(
                        GenerationRequest.of("slow and steady", 400), text -> session.close(), Cancellation.create()))
                .isInstanceOf(IllegalStateException.class);
        assertThat(engine.sessions()).isEmpty();
    }
}
