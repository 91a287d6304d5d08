package ai.bearllm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Sampling;
import ai.bearllm.engine.llamacpp.LlamaCppProvider;
import ai.bearllm.lab.Lab;
import ai.bearllm.model.FinishReason;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A model of real size, whose steps are long enough to be interrupted. */
@Timeout(180)
class SmolWorkerIT {
    private static final int WAIT_SECONDS = 60;

    @TempDir
    Path home;

    private WorkerEngine engine;
    private WorkerSession session;

    @BeforeEach
    void open() {
        engine = new WorkerEngine(
                new LlamaCppProvider(), WorkerSettings.of(home.resolve("workers"), home.resolve("logs")));
        session = (WorkerSession) engine.load(
                new ModelSource.LocalFile(Lab.smollm2()),
                LoadOptions.DEFAULT.withContext(2048).withThreads(1),
                Cancellation.create());
    }

    @AfterEach
    void close() {
        if (engine != null) {
            engine.close();
        }
    }

    private Generation ask(GenerationRequest request, GenerationListener listener, Cancellation cancellation) {
        return session.generate(request.withSampling(Sampling.GREEDY), listener, cancellation);
    }

    private static void assertGone(long pid) {
        ProcessHandle.of(pid)
                .ifPresent(process -> process.onExit()
                        .orTimeout(WAIT_SECONDS, TimeUnit.SECONDS)
                        .join());
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void charactersOfSeveralTokensComeWhole() {
        List<String> pieces = new ArrayList<>();
        String prompt = "🐻🐝🐻🐝🐻🐝🐻🐝";
        assertThat(session.tokenize("🐻").size()).isGreaterThan(1);
        Generation generation = ask(GenerationRequest.of(prompt, 32), pieces::add, Cancellation.create());
        assertThat(generation.text()).contains("🐝").doesNotContain("\ufffd");
        assertThat(String.join("", pieces)).isEqualTo(generation.text());
        assertThat(pieces.size()).isLessThan(generation.tokens().generated().orElseThrow());
        assertThat(pieces).noneMatch(piece -> Character.isSurrogate(piece.charAt(0)) && piece.length() == 1);
        assertThat(generation.tokens().prompt())
                .hasValue(session.tokenize(prompt).size());
    }

    @Test
    void aCrashInNativeCodeFailsTheAnswerAndTheNextOneWorks() throws Exception {
        long first = session.pid();
        CompletableFuture<String> begun = new CompletableFuture<>();
        CompletableFuture<Void> crash = begun.thenAcceptAsync(text -> signal("SEGV", first));
        assertThatThrownBy(() -> ask(
                        GenerationRequest.of("Once upon a time", 1500).measured(),
                        begun::complete,
                        Cancellation.create()))
                .isInstanceOfSatisfying(WorkerDiedException.class, e -> {
                    assertThat(e.problem()).contains("crashed in native code (SIGSEGV");
                    assertThat(e.signal()).hasValue(11);
                });
        crash.get(WAIT_SECONDS, TimeUnit.SECONDS);
        assertGone(first);
        assertThat(ask(GenerationRequest.of("Once upon a time", 8), GenerationListener.NONE, Cancellation.create())
                        .text())
                .isNotEmpty();
    }

    private static void signal(String name, long pid) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aCancelledAnswerStopsAndKeepsItsWorker() {
        long pid = session.pid();
        Cancellation cancellation = Cancellation.create();
        Generation generation = ask(
                GenerationRequest.of("Once upon a time", 1500).measured(), text -> cancellation.cancel(), cancellation);
        assertThat(generation.finishReason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(ask(GenerationRequest.of("Once", 4), GenerationListener.NONE, Cancellation.create())
                        .text())
                .isNotEmpty();
        assertThat(session.pid()).isEqualTo(pid);
    }

    @Test
    void aPromptThatCannotBeStoppedEndsWithItsWorker() throws Exception {
        long pid = session.pid();
        String prompt = "The bear walked slowly through the old forest. ".repeat(190);
        Cancellation cancellation = Cancellation.create();
        CompletableFuture<Generation> answer = CompletableFuture.supplyAsync(() ->
                ask(GenerationRequest.of(prompt, 8).withCachePrompt(false), GenerationListener.NONE, cancellation));
        awaitComputing(pid);
        cancellation.cancel();
        assertThat(answer.get(WAIT_SECONDS, TimeUnit.SECONDS).finishReason()).isEqualTo(FinishReason.CANCELLED);
        assertGone(pid);
        assertThat(ask(GenerationRequest.of("Once", 4), GenerationListener.NONE, Cancellation.create())
                        .text())
                .isNotEmpty();
        assertThat(session.loaded().parameters().get("restartedBecause")).contains("did not stop");
    }

    /** Until the worker has used half a second more than before. */
    private static void awaitComputing(long pid) {
        long before = cpuMillis(pid);
        while (cpuMillis(pid) < before + 500) {
            Thread.onSpinWait();
        }
    }

    private static long cpuMillis(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow()
                .toMillis();
    }
}
