package ai.bearllm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Sandboxing;
import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What each level of isolation stops, tried by an engine that means harm. */
@Timeout(120)
class SandboxTest {
    @TempDir
    Path home;

    @TempDir
    Path elsewhere;

    private Path secret;
    private Path model;
    private WorkerEngine engine;
    private WorkerSession session;

    @BeforeEach
    void files() throws IOException {
        secret = Files.writeString(elsewhere.resolve("secret.txt"), "the key");
        model = Files.writeString(elsewhere.resolve("model.gguf"), "weights");
    }

    @AfterEach
    void nothingIsLeft() {
        long pid = session == null ? 0 : session.pid();
        if (engine != null) {
            engine.close();
        }
        ProcessHandle.of(pid)
                .ifPresent(process ->
                        process.onExit().orTimeout(30, TimeUnit.SECONDS).join());
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                .isEmpty();
        assertThat(home)
                .isDirectoryNotContaining(file -> file.getFileName().toString().startsWith("bear-w-"));
    }

    private void open(Sandboxing wish) {
        WorkerSettings settings =
                WorkerSettings.of(home.resolve("workers"), home.resolve("logs")).withTemporary(home);
        engine = new WorkerEngine(new HostileProvider(), settings.withSandboxing(wish));
        session = (WorkerSession)
                engine.load(new ModelSource.LocalFile(model), LoadOptions.DEFAULT, Cancellation.create());
    }

    private String attempt(String what) {
        return session.generate(GenerationRequest.of(what, 1), GenerationListener.NONE, Cancellation.create())
                .text();
    }

    private String connect() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
            return attempt("connect " + ((InetSocketAddress) server.getLocalAddress()).getPort());
        }
    }

    private String parent() {
        return attempt("see " + ProcessHandle.current().pid());
    }

    @Nested
    class InBubblewrap {
        @BeforeEach
        void open() {
            Isolation.Here here = Isolation.here();
            if (here.level() != Isolation.BUBBLEWRAP) {
                abort(here.better().orElse("another level is the best here"));
            }
            SandboxTest.this.open(Sandboxing.REQUIRED);
        }

        @Test
        void theModelIsReadAndNothingElseOfItsFolder() {
            assertThat(session.loaded().parameters()).containsEntry("isolation", "bubblewrap");
            assertThat(attempt("read " + model)).isEqualTo("read weights");
            assertThat(attempt("read " + secret)).isEqualTo("stopped by NoSuchFileException");
            assertThat(attempt("read /etc/passwd")).startsWith("stopped");
            assertThat(attempt("read " + Path.of(System.getProperty("user.home"), ".bashrc")))
                    .startsWith("stopped");
        }

        @Test
        void onlyTheWorkersOwnFolderIsWritten() throws IOException {
            Path inside = privateDirectory().resolve("mine");
            assertThat(attempt("write " + inside)).startsWith("wrote");
            assertThat(inside).hasContent("hostile");
            for (Path outside : List.of(
                    model,
                    secret,
                    elsewhere.resolve("new"),
                    home.resolve("new"),
                    Path.of("/new"),
                    Path.of("/usr/lib/new"))) {
                assertThat(attempt("write " + outside)).as(outside.toString()).startsWith("stopped");
            }
            assertThat(model).hasContent("weights");
            assertThat(elsewhere.resolve("new")).doesNotExist();
        }

        @Test
        void noNetworkNoProgramsNoSecretsOfTheEnvironmentAndNoOtherProcesses() throws IOException {
            assertThat(connect()).startsWith("stopped");
            assertThat(attempt("start /bin/ls")).startsWith("stopped");
            assertThat(attempt("start ls")).startsWith("stopped");
            assertThat(attempt("variable HOME")).isEqualTo("found nothing");
            assertThat(attempt("variable GOMP_SPINCOUNT")).isEqualTo("found 0");
            assertThat(parent()).isEqualTo("saw false");
        }

        @Test
        void memoryAndDeathAreThoseOfTheJavaProcessWithin() {
            assertThat(ProcessHandle.of(session.pid())
                            .flatMap(process -> process.info().command()))
                    .hasValueSatisfying(command -> assertThat(command).endsWith("java"));
            assertThat(session.memory().anonymousBytes().orElseThrow()).isGreaterThan(1 << 20);
            long first = session.pid();
            ProcessHandle.of(first).ifPresent(ProcessHandle::destroyForcibly);
            assertThatThrownBy(() -> {
                        attempt("variable X");
                        attempt("variable X");
                    })
                    .isInstanceOfSatisfying(
                            WorkerDiedException.class,
                            e -> assertThat(e.signal()).hasValue(9));
        }

        @Test
        void aStoppedWorkerEndsWithItsSession() throws Exception {
            assertThat(new ProcessBuilder("kill", "-STOP", Long.toString(session.pid()))
                            .start()
                            .waitFor())
                    .isZero();
        }

        private Path privateDirectory() throws IOException {
            try (var files = Files.list(home)) {
                return files.filter(file -> file.getFileName().toString().startsWith("bear-w-"))
                        .findFirst()
                        .orElseThrow();
            }
        }
    }

    @Nested
    class InAPlainChild {
        @BeforeEach
        void open() {
            SandboxTest.this.open(Sandboxing.OFF);
        }

        /** Documented as such: these are the differences that make the other levels worth having. */
        @Test
        void filesNetworkAndProgramsAreWithinReach() throws IOException {
            assertThat(session.loaded().parameters())
                    .containsEntry("isolation", "child process")
                    .containsEntry("isolationBecause", "the sandbox was switched off");
            assertThat(attempt("read " + secret)).isEqualTo("read the key");
            assertThat(attempt("write " + elsewhere.resolve("new"))).startsWith("wrote");
            assertThat(connect()).startsWith("connected");
            assertThat(parent()).isEqualTo("saw true");
        }

        @Test
        void tokensOfTheHubAreNot() {
            assertThat(attempt("variable HF_TOKEN")).isEqualTo("found nothing");
        }
    }

    @Nested
    class WhatIsDecided {
        @Test
        void whereNoneWorksARequiredOneIsRefusedWithWhatToDo() {
            Sandbox.Found none = Sandbox.Found.none("Bubblewrap is not installed: install it.");
            assertThatThrownBy(() -> Fence.of(Sandboxing.REQUIRED, none))
                    .isInstanceOf(BearException.class)
                    .hasMessageContainingAll("requires a sandbox", "not installed", "preferred");
            assertThat(Fence.of(Sandboxing.PREFERRED, none).why()).hasValue("Bubblewrap is not installed: install it.");
        }

        @Test
        void aMissingProgramIsNamedWithItsPackage() {
            Sandbox.Found found = Bubblewrap.find(Map.of("PATH", elsewhere.toString()));
            assertThat(found.sandbox()).isEmpty();
            assertThat(found.why()).hasValueSatisfying(why -> assertThat(why).contains("install", "bubblewrap"));
        }

        @Test
        void aProgramThatFailsIsQuotedAndNotUsed() throws IOException {
            program("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n");
            Sandbox.Found found = Bubblewrap.find(Map.of("PATH", elsewhere.toString()));
            assertThat(found.sandbox()).isEmpty();
            assertThat(found.why().orElseThrow()).contains("No permissions to create new namespace", "container");
        }

        /** It runs the trial and then nothing: a plain child is better than no worker, where that is allowed. */
        @Test
        void aSandboxThatStartsNoWorkerIsLeftAloudUnlessItIsRequired() throws IOException {
            Path program = program(
                    "#!/bin/sh\nfor last; do :; done\n[ \"$last\" = /bin/true ] && exit 0\necho 'no Java here' >&2\nexit 1\n");
            Sandbox.Found found =
                    Bubblewrap.find(Map.of("PATH", program.getParent().toString()));
            assertThat(found.sandbox()).isPresent();
            WorkerSettings settings = WorkerSettings.of(home.resolve("workers"), home.resolve("logs"))
                    .withTemporary(home);
            try (Starter starter = new Starter()) {
                Worker.Load load = load(settings, Fence.of(Sandboxing.PREFERRED, found), starter);
                try (Worker worker = Worker.start(load, Cancellation.create())) {
                    assertThat(worker.report().parameters())
                            .containsEntry("isolation", "child process")
                            .hasEntrySatisfying(
                                    "isolationBecause", why -> assertThat(why).contains("no Java here"));
                }
                Worker.Load strict = load(settings, Fence.of(Sandboxing.REQUIRED, found), starter);
                assertThatThrownBy(() -> Worker.start(strict, Cancellation.create()))
                        .isInstanceOf(WorkerDiedException.class)
                        .hasMessageContaining("no Java here");
            }
        }

        private Worker.Load load(WorkerSettings settings, Fence fence, Starter starter) {
            return new Worker.Load(
                    settings,
                    new HostileProvider(),
                    new ModelSource.LocalFile(model),
                    LoadOptions.DEFAULT,
                    fence,
                    starter);
        }

        private Path program(String script) throws IOException {
            Path program = Files.writeString(elsewhere.resolve("bwrap"), script);
            return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Nested
    class TheProfileForMacOs {
        /** Its text alone: it never ran. */
        @Test
        void deniesAllButWhatIsListedAndQuotesHostileNames() {
            Path odd = Path.of("/tmp/a \"b\\c");
            String profile = SandboxExec.profile(
                    Path.of("/jdk/bin/java"), new Confinement(List.of(odd), List.of(home), false, home));
            assertThat(profile)
                    .startsWith("(version 1)\n(deny default)\n")
                    .contains("(allow file-read* (subpath \"/tmp/a \\\"b\\\\c\"))", "(literal \"/jdk/bin/java\")")
                    .contains("(allow file-read* file-write* (subpath \"" + home + "\"))")
                    .doesNotContain("network*", "iokit");
        }
    }

    @Test
    void theModelsPartsAreAllLetIn() {
        Path first = elsewhere.resolve("m-00001-of-00003.gguf");
        assertThat(new ModelSource.LocalFile(first).parts())
                .containsExactly(
                        first, elsewhere.resolve("m-00002-of-00003.gguf"), elsewhere.resolve("m-00003-of-00003.gguf"));
        assertThat(new ModelSource.LocalFile(model).parts()).containsExactly(model);
    }
}
