package ai.bearllm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Session;
import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The process on the other side may say anything: each time one clear exception, and no process left. */
class HostileWorkerTest {
    @TempDir
    Path home;

    private WorkerEngine engine(String how) throws IOException {
        Path java = home.resolve("jdk/bin/java");
        Files.createDirectories(java.getParent());
        String classPath = ToolkitClassPath.of(HostileWorker.class).stream()
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        Files.writeString(
                java,
                String.join(
                        " ",
                        "#!/bin/sh\nexec",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        '"' + classPath + '"',
                        HostileWorker.class.getName(),
                        how,
                        "\"$@\"\n"));
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        WorkerSettings settings =
                WorkerSettings.of(home.resolve("workers"), home.resolve("logs")).withTemporary(home);
        return new WorkerEngine(new FakeProvider(), settings.withJavaHome(home.resolve("jdk")));
    }

    private static Session load(WorkerEngine engine) {
        return engine.load(
                new ModelSource.LocalFile(Path.of("fake.gguf").toAbsolutePath()),
                LoadOptions.DEFAULT,
                Cancellation.create());
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .isEmpty();
        try (var files = Files.list(home)) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith("bear-w-")))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "endless", "other"})
    void nonsenseInsteadOfALoadedModelIsRefused(String how) throws IOException {
        try (WorkerEngine engine = engine(how)) {
            assertThatThrownBy(() -> load(engine))
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining("worker");
        }
    }

    @Test
    void nonsenseInMidAnswerFailsThatAnswerAndRepliesToOthersAreNotHeard() throws IOException {
        List<String> pieces = new ArrayList<>();
        try (WorkerEngine engine = engine("late");
                Session session = load(engine)) {
            assertThatThrownBy(() -> session.generate(GenerationRequest.of("a", 4), pieces::add, Cancellation.create()))
                    .isInstanceOf(BearException.class)
                    .isNotInstanceOf(WorkerDiedException.class)
                    .hasMessageContaining("cannot be read");
        }
        assertThat(pieces).containsExactly("yours");
    }

    @Test
    void anAnswerOfAnotherKindIsRefused() throws IOException {
        try (WorkerEngine engine = engine("confused");
                Session session = load(engine)) {
            assertThatThrownBy(() -> session.detokenize(List.of(1)))
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining("answered with tokens");
        }
    }
}
