package ai.bearllm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Workers that are there but not heard, and one that the kernel kills for its memory. */
@Timeout(180)
class SilentWorkerTest {
    private static final Duration SILENCE = Duration.ofSeconds(5);
    private static final int WAIT_SECONDS = 60;

    @TempDir
    Path home;

    private WorkerEngine engine;
    private WorkerSession session;

    @BeforeEach
    void open() {
        WorkerSettings settings = WorkerSettings.of(home.resolve("workers"), home.resolve("logs"))
                .withTemporary(home)
                .withSilence(SILENCE);
        engine = new WorkerEngine(new TroubleProvider(), settings);
        session = load(LoadOptions.DEFAULT);
    }

    @AfterEach
    void close() {
        engine.close();
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    private WorkerSession load(LoadOptions options) {
        ModelSource source = new ModelSource.LocalFile(Path.of("fake.gguf").toAbsolutePath());
        return (WorkerSession) engine.load(source, options.withContext(512), Cancellation.create());
    }

    private Generation ask(String prompt) {
        return ask(prompt, GenerationListener.NONE);
    }

    private Generation ask(String prompt, GenerationListener listener) {
        return session.generate(GenerationRequest.of(prompt, 400), listener, Cancellation.create());
    }

    private static void signal(String name, long pid) {
        try {
            assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                            .start()
                            .waitFor())
                    .isZero();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void oneStoppedInMidAnswerIsEndedAndTheNextAnswerWorks() {
        long first = session.pid();
        assertThatThrownBy(() -> ask("slow and steady", text -> signal("STOP", first)))
                .isInstanceOfSatisfying(WorkerDiedException.class, e -> {
                    assertThat(e.problem()).contains("nothing was heard of it for 5 s", "stopped", "SIGSTOP");
                    assertThat(e.fix()).contains("Ask again", e.log().toString());
                });
        assertThat(ask("next").text()).startsWith("txen");
        assertThat(session.pid()).isNotEqualTo(first);
        assertThat(session.loaded().parameters().get("restartedBecause")).contains("stopped");
    }

    @Test
    void oneStoppedBetweenRequestsIsReplacedWithoutAWord() throws Exception {
        long first = session.pid();
        signal("STOP", first);
        ProcessHandle.of(first).orElseThrow().onExit().get(WAIT_SECONDS, TimeUnit.SECONDS);
        assertThat(ask("next").text()).startsWith("txen");
        assertThat(session.loaded().parameters().get("restartedBecause")).contains("nothing was heard");
    }

    @Test
    void oneThatGoesOnInTimeIsKept() throws Exception {
        long pid = session.pid();
        signal("STOP", pid);
        CompletableFuture<Generation> answer = CompletableFuture.supplyAsync(() -> ask("next"));
        assertThatThrownBy(() -> answer.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        signal("CONT", pid);
        assertThat(answer.get(WAIT_SECONDS, TimeUnit.SECONDS).text()).startsWith("txen");
        assertThat(session.pid()).isEqualTo(pid);
    }

    @Test
    void aRequestLargerThanWhatTheConnectionHoldsDoesNotHangOnAStoppedOne() {
        signal("STOP", session.pid());
        assertThatThrownBy(() -> ask("x".repeat(8 << 20)))
                .isInstanceOf(WorkerDiedException.class)
                .hasMessageContaining("nothing was heard");
    }

    @Test
    void oneStoppedWhileItLoadsFailsTheLoad() throws Exception {
        long own = session.pid();
        CompletableFuture<WorkerSession> loading =
                CompletableFuture.supplyAsync(() -> load(LoadOptions.DEFAULT.withExtra("trouble", "stuck")));
        signal("STOP", spinning(own).pid());
        assertThatThrownBy(() -> loading.get(WAIT_SECONDS, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(WorkerDiedException.class)
                .hasMessageContaining("nothing was heard");
        assertThat(ask("next").text()).startsWith("txen");
    }

    /** The second worker, once it computes. */
    private static ProcessHandle spinning(long other) throws InterruptedException {
        while (true) {
            var found = ProcessHandle.current()
                    .descendants()
                    .filter(process -> process.children().findAny().isEmpty() && process.pid() != other)
                    .filter(process -> process.info()
                                    .totalCpuDuration()
                                    .orElse(Duration.ZERO)
                                    .compareTo(Duration.ofSeconds(3))
                            > 0)
                    .findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            Thread.sleep(20);
        }
    }

    @Test
    void oneThatComputesForLongWithoutAWordIsLeftAlone() {
        long pid = session.pid();
        assertThat(ask("ponder").text()).startsWith("rednop");
        assertThat(session.pid()).isEqualTo(pid);
    }

    @Test
    void oneThatTheKernelKillsForItsMemoryIsToldAsThat() throws Exception {
        try (MemoryGroup group =
                MemoryGroup.of(48 << 20).orElseGet(() -> abort("no control group with a limit can be made here"))) {
            group.add(session.pid());
            assertThatThrownBy(() -> ask("heap")).isInstanceOfSatisfying(WorkerDiedException.class, e -> {
                assertThat(e.problem()).contains("killed (SIGKILL)", "by the kernel", "memory");
                assertThat(e.signal()).hasValue(9);
                assertThat(e.fix()).contains("smaller model");
            });
            assertThat(ask("next").text()).startsWith("txen");
        }
    }
}
