package ai.bearllm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.MemoryReport;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.model.BearException;
import ai.bearllm.model.FinishReason;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that can happen to a worker, and that nothing of it reaches the process that asked. */
@Timeout(120)
class WorkerDeathTest {
    private static final int WAIT_SECONDS = 30;

    @TempDir
    Path home;

    private WorkerEngine engine;
    private WorkerSession session;

    @BeforeEach
    void open() {
        engine = new WorkerEngine(new TroubleProvider(), settings());
        session = load(Map.of());
    }

    @AfterEach
    void close() throws Exception {
        long pid = session.pid();
        engine.close();
        assertGone(pid);
        assertThat(privateDirectories()).isEmpty();
    }

    private WorkerSettings settings() {
        return WorkerSettings.of(home.resolve("workers"), home.resolve("logs")).withTemporary(home);
    }

    private WorkerSession load(Map<String, String> extras) {
        LoadOptions options = LoadOptions.DEFAULT.withContext(512);
        for (Map.Entry<String, String> extra : extras.entrySet()) {
            options = options.withExtra(extra.getKey(), extra.getValue());
        }
        ModelSource source = new ModelSource.LocalFile(Path.of("fake.gguf").toAbsolutePath());
        return (WorkerSession) engine.load(source, options, Cancellation.create());
    }

    private List<Path> privateDirectories() throws IOException {
        try (var files = Files.list(home)) {
            return files.filter(file -> file.getFileName().toString().startsWith("bear-w-"))
                    .toList();
        }
    }

    private Generation ask(String prompt) {
        return ask(prompt, GenerationListener.NONE, Cancellation.create());
    }

    private Generation ask(String prompt, GenerationListener listener, Cancellation cancellation) {
        return session.generate(GenerationRequest.of(prompt, 400), listener, cancellation);
    }

    private static void assertGone(long pid) throws Exception {
        ProcessHandle.of(pid)
                .ifPresent(process -> process.onExit()
                        .orTimeout(WAIT_SECONDS, TimeUnit.SECONDS)
                        .join());
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
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

    @ParameterizedTest
    @CsvSource({
        "KILL,9,killed (SIGKILL)",
        "SEGV,11,crashed in native code (SIGSEGV",
        "ABRT,6,SIGABRT",
        "TERM,15,SIGTERM"
    })
    void aSignalInMidAnswerFailsThatAnswerAndTheNextOneWorks(String name, int number, String words) throws Exception {
        long first = session.pid();
        CompletableFuture<String> firstPiece = new CompletableFuture<>();
        assertThatThrownBy(() -> ask(
                        "slow and steady",
                        text -> {
                            if (firstPiece.complete(text)) {
                                signal(name, first);
                            }
                        },
                        Cancellation.create()))
                .isInstanceOfSatisfying(WorkerDiedException.class, e -> {
                    assertThat(e.problem()).contains(words);
                    assertThat(e.fix()).contains("Ask again").contains(e.log().toString());
                    assertThat(e.log()).exists();
                    assertThat(e.signal()).hasValue(number);
                });
        assertThat(firstPiece).isCompleted();
        assertGone(first);
        Generation next = ask("next");
        assertThat(next.text()).startsWith("txen");
        assertThat(next.times().load()).isPresent();
        assertThat(session.loaded().parameters()).containsKey("restartedBecause");
        assertThat(session.pid()).isNotEqualTo(first);
        assertThat(ask("again").times().load()).isEmpty();
    }

    @Test
    void aWorkerThatDiesBetweenRequestsIsReplacedWithoutAWord() throws Exception {
        long first = session.pid();
        signal("KILL", first);
        assertGone(first);
        assertThat(session.tokenize("ab")).containsExactly((int) 'a', (int) 'b');
        assertThat(session.loaded().parameters().get("restartedBecause")).contains("SIGKILL");
    }

    @Test
    void aWorkerThatEndsByItselfIsToldWithItsExitCode() {
        assertThatThrownBy(() -> ask("halt"))
                .isInstanceOf(WorkerDiedException.class)
                .hasMessageContaining("exit code 7");
        assertThatThrownBy(() -> session.tokenize("halt")).isInstanceOf(WorkerDiedException.class);
        assertThat(ask("next").text()).startsWith("txen");
    }

    @Test
    void aFullHeapEndsTheWorkerAndNobodyElse() {
        assertThatThrownBy(() -> ask("heap"))
                .isInstanceOf(WorkerDiedException.class)
                .hasMessageContaining("Java heap");
        assertThat(ask("next").text()).startsWith("txen");
    }

    @Test
    void failuresOfTheEngineKeepTheirKindAndTheWorker() {
        long pid = session.pid();
        assertThatThrownBy(() -> ask("problem")).isInstanceOfSatisfying(BearException.class, e -> {
            assertThat(e.problem()).isEqualTo("The model is too shy.");
            assertThat(e.fix()).isEqualTo("Ask kindly.");
        });
        for (String defect : List.of("defect", "unlinked")) {
            assertThatThrownBy(() -> ask(defect))
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining("The engine failed in its worker")
                    .hasMessageContaining(".log");
        }
        assertThat(ask("next").text()).startsWith("txen");
        assertThat(session.pid()).isEqualTo(pid);
    }

    @Test
    void whatAnEnginePrintsGoesToTheLogAndNotIntoTheConnection() throws Exception {
        assertThat(ask("print").text()).startsWith("tnirp");
        try (var logs = Files.list(home.resolve("logs"))) {
            assertThat(logs.toList())
                    .singleElement()
                    .satisfies(log -> assertThat(log)
                            .content()
                            .contains("Extracted something", "trouble 1")
                            .doesNotContain("tnirp"));
        }
    }

    @Test
    void anEngineThatIgnoresACancellationIsLeftAtOnceAndEnded() throws Exception {
        long first = session.pid();
        Cancellation cancellation = Cancellation.create();
        List<String> pieces = new ArrayList<>();
        Generation generation = ask(
                "stuck for ever",
                text -> {
                    pieces.add(text);
                    cancellation.cancel();
                },
                cancellation);
        assertThat(generation.finishReason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(generation.text()).isEqualTo(String.join("", pieces)).isEqualTo("r");
        assertThat(generation.tokens().generated()).isEmpty();
        assertThat(generation.parameters()).containsKey("cancelled");
        assertGone(first);
        assertThat(ask("next").text()).startsWith("txen");
        assertThat(session.loaded().parameters().get("restartedBecause")).contains("cancelled", "did not stop");
    }

    @Test
    void aRequestRightAfterAnUnstoppableOneWaitsForTheNewWorker() {
        Cancellation cancellation = Cancellation.create();
        ask("stuck for ever", text -> cancellation.cancel(), cancellation);
        assertThat(ask("next").text()).startsWith("txen");
    }

    @Test
    void anEngineThatHearsACancellationKeepsItsWorker() {
        long pid = session.pid();
        Cancellation cancellation = Cancellation.create();
        Generation generation = ask("slow and steady", text -> cancellation.cancel(), cancellation);
        assertThat(generation.finishReason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(generation.tokens().generated()).isPresent();
        assertThat(ask("next").text()).startsWith("txen");
        assertThat(session.pid()).isEqualTo(pid);
    }

    @Test
    void anInterruptStopsTheRequestKeepsTheFlagAndTheWorker() {
        long pid = session.pid();
        Thread caller = Thread.currentThread();
        assertThatThrownBy(() -> ask("slow and steady", text -> caller.interrupt(), Cancellation.create()))
                .isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ask("next").text()).startsWith("txen");
        assertThat(session.pid()).isEqualTo(pid);
    }

    @Test
    void aRequestThatWaitsItsTurnCanBeCancelled() throws Exception {
        CompletableFuture<String> begun = new CompletableFuture<>();
        Cancellation first = Cancellation.create();
        CompletableFuture<Generation> busy =
                CompletableFuture.supplyAsync(() -> ask("slow and steady", begun::complete, first));
        begun.get(WAIT_SECONDS, TimeUnit.SECONDS);
        Cancellation second = Cancellation.create();
        CompletableFuture<Generation> waiting =
                CompletableFuture.supplyAsync(() -> ask("next", GenerationListener.NONE, second));
        second.cancel();
        assertThat(waiting.get(WAIT_SECONDS, TimeUnit.SECONDS).text()).isEmpty();
        first.cancel();
        assertThat(busy.get(WAIT_SECONDS, TimeUnit.SECONDS).finishReason()).isEqualTo(FinishReason.CANCELLED);
    }

    @Test
    void interruptingTheProcessGroupDoesNotEndTheWorker() {
        long pid = session.pid();
        signal("INT", pid);
        assertThat(ask("next").text()).startsWith("txen");
        assertThat(session.pid()).isEqualTo(pid);
    }

    @Test
    void closingASessionInMidAnswerEndsItWithASentence() {
        assertThatThrownBy(() -> ask("slow and steady", text -> session.close(), Cancellation.create()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"halt", "problem", "defect", "unlinked"})
    void aLoadThatFailsLeavesNoProcessAndNoDirectory(String trouble) throws Exception {
        assertThatThrownBy(() -> load(Map.of("trouble", trouble))).isInstanceOf(BearException.class);
        assertThat(privateDirectories()).hasSize(1);
        long own = session.pid();
        assertThat(ProcessHandle.current()
                        .descendants()
                        .filter(ProcessHandle::isAlive)
                        .filter(process -> process.children().findAny().isEmpty())
                        .map(ProcessHandle::pid))
                .containsExactly(own);
    }

    @Test
    void aLoadThatHangsCanBeCancelled() throws Exception {
        Cancellation cancellation = Cancellation.create();
        CompletableFuture<Object> loading = CompletableFuture.supplyAsync(
                () -> engine.load(session.source(), LoadOptions.DEFAULT.withExtra("trouble", "stuck"), cancellation));
        while (privateDirectories().size() < 2) {
            Thread.onSpinWait();
        }
        cancellation.cancel();
        assertThatThrownBy(() -> loading.get(WAIT_SECONDS, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(CancellationException.class);
        assertThat(privateDirectories()).hasSize(1);
    }

    @Test
    void vectorsAndMemoryComeThrough() {
        assertThat(session.embed("bear")).containsExactly(1, Float.NaN, -0.5f);
        MemoryReport memory = session.memory();
        assertThat(memory.anonymousBytes().orElseThrow()).isBetween(1L << 20, 1L << 30);
        assertThat(memory.fileMappedBytes().orElseThrow()).isPositive();
        assertThat(memory.peakResidentBytes().orElseThrow())
                .isGreaterThanOrEqualTo(memory.anonymousBytes().getAsLong());
    }

    @Test
    void aPromptTooLongForTheConnectionIsRefused() {
        assertThatThrownBy(() -> ask("x".repeat(Frames.MOST_BYTES)))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("MiB");
        assertThat(ask("next").text()).startsWith("txen");
    }
}
