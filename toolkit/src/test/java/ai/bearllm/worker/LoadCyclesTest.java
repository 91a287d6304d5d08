package ai.bearllm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.MemoryReport;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Session;
import ai.bearllm.engine.llamacpp.LlamaCppProvider;
import ai.bearllm.lab.Lab;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loading and closing again and again leaves nothing behind; {@code -Dbear.load.cycles=200} in the profile {@code long}. */
class LoadCyclesTest {
    /** What is loaded, compiled and pooled at first stays for good and is no leak. */
    private static final int WARM_UP = 5;

    private static final long MOST_BYTES = 50L << 20;

    private final ModelSource bearTiny = new ModelSource.LocalFile(Lab.project()
            .resolve("data/bear-tiny/bear-tiny.gguf")
            .toAbsolutePath()
            .normalize());

    @TempDir
    Path home;

    @Test
    void neitherMemoryNorWorkersNorFilesStayBehindManyLoads() throws IOException {
        int cycles = Integer.getInteger("bear.load.cycles", 15);
        Path directories = Files.createDirectory(home.resolve("private"));
        WorkerSettings settings =
                WorkerSettings.of(home.resolve("workers"), home.resolve("logs")).withTemporary(directories);
        try (WorkerEngine engine = new WorkerEngine(new LlamaCppProvider(), settings)) {
            for (int i = 0; i < WARM_UP; i++) {
                loadAskAndClose(engine);
            }
            assumeTrue(resident() > 0, "this system does not tell the memory of a process");
            long before = resident();
            for (int i = 0; i < cycles; i++) {
                loadAskAndClose(engine);
            }
            assertThat(resident() - before).as("growth over %d cycles", cycles).isLessThan(MOST_BYTES);
            assertThat(running(directories)).isEmpty();
            assertThat(engine.sessions()).isEmpty();
        }
        try (Stream<Path> left = Files.list(directories)) {
            assertThat(left).isEmpty();
        }
    }

    private void loadAskAndClose(WorkerEngine engine) {
        try (Session session = engine.load(bearTiny, LoadOptions.DEFAULT.withThreads(1), Cancellation.create())) {
            session.generate(GenerationRequest.of("Once", 4), GenerationListener.NONE, Cancellation.create());
        }
    }

    /** By their command lines, because the system gives the numbers of ended processes to others. */
    private static List<String> running(Path directories) {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(command -> command.contains(directories.toString()))
                .toList();
    }

    /** Of this process, without what is garbage; 0 where the system does not tell. */
    private static long resident() {
        System.gc();
        MemoryReport memory = ProcessMemory.of(ProcessHandle.current().pid());
        return memory.anonymousBytes().orElse(0) + memory.fileMappedBytes().orElse(0);
    }
}
