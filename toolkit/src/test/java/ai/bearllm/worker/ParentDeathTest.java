package ai.bearllm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Sandboxing;
import ai.bearllm.progress.Cancellation;
import java.io.BufferedReader;
import java.io.File;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParentDeathTest {
    private static final int WAIT_SECONDS = 30;
    private static final Predicate<Path> PRIVATE =
            path -> path.getFileName().toString().startsWith("bear-w-");

    @TempDir
    Path home;

    /** Starts a worker, tells its process id, and keeps it busy with a request that never ends. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] arguments) throws Exception {
            Path home = Path.of(arguments[0]);
            WorkerSettings settings = WorkerSettings.of(home.resolve("workers"), home.resolve("logs"))
                    .withTemporary(home)
                    .withSandboxing(Sandboxing.named(arguments[2]));
            WorkerEngine engine = new WorkerEngine(new TroubleProvider(), settings);
            WorkerSession session = (WorkerSession) engine.load(
                    new ModelSource.LocalFile(home.resolve("fake.gguf")), LoadOptions.DEFAULT, Cancellation.create());
            session.generate(
                    GenerationRequest.of(arguments[1] + " request", 400),
                    text -> {
                        System.out.println(session.pid());
                        System.out.flush();
                        if (arguments[1].equals("halting")) {
                            Runtime.getRuntime().halt(0);
                        }
                    },
                    Cancellation.create());
        }
    }

    private Process parent(String kind, Sandboxing sandboxing) throws Exception {
        String classPath = ToolkitClassPath.of(Parent.class).stream()
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        classPath,
                        Parent.class.getName(),
                        home.toString(),
                        kind,
                        sandboxing.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @ParameterizedTest
    @ValueSource(strings = {"stuck", "slow"})
    void aWorkerEndsWithItsKilledParentAndTakesItsDirectoryAlong(String kind) throws Exception {
        Process parent = parent(kind, Sandboxing.OFF);
        long worker = workerOf(parent);
        assertThat(ProcessHandle.of(worker)).isPresent();
        parent.destroyForcibly().waitFor();
        awaitEnd(worker);
        assertThat(home).isDirectoryNotContaining(PRIVATE);
    }

    /** The system ends it at once, also one that cannot hear; so its directory waits for the next worker's start. */
    @ParameterizedTest
    @ValueSource(strings = {"stuck", "slow", "stopped"})
    void aSandboxedWorkerEndsWithItsKilledParentEvenStopped(String kind) throws Exception {
        Isolation.Here here = Isolation.here();
        if (here.level() != Isolation.BUBBLEWRAP) {
            abort(here.better().orElse("another level is the best here"));
        }
        Process parent = parent(kind, Sandboxing.REQUIRED);
        long worker = workerOf(parent);
        if (kind.equals("stopped")) {
            assertThat(new ProcessBuilder("kill", "-STOP", Long.toString(worker))
                            .start()
                            .waitFor())
                    .isZero();
        }
        parent.destroyForcibly().waitFor();
        awaitEnd(worker);
        assertThat(home).isDirectoryContaining(PRIVATE);
        Process next = parent("halting", Sandboxing.OFF);
        awaitEnd(workerOf(next));
        assertThat(next.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(home).isDirectoryNotContaining(PRIVATE);
    }

    @Test
    void aWorkerEndsWithAParentThatHalts() throws Exception {
        Process parent = parent("halting", Sandboxing.PREFERRED);
        long worker = workerOf(parent);
        parent.waitFor(WAIT_SECONDS, TimeUnit.SECONDS);
        awaitEnd(worker);
    }

    private static long workerOf(Process parent) throws Exception {
        BufferedReader reader = parent.inputReader();
        return Long.parseLong(reader.readLine().strip());
    }

    private static void awaitEnd(long pid) {
        ProcessHandle.of(pid)
                .ifPresent(process -> process.onExit()
                        .orTimeout(WAIT_SECONDS, TimeUnit.SECONDS)
                        .join());
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    }
}
