package ai.bearllm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateDirectoryTest {
    private static final MountTable NOTHING_FORBIDDEN = new MountTable(List.of());

    @TempDir
    Path temporary;

    @TempDir
    Path home;

    private WorkerSettings settings() {
        return WorkerSettings.of(home.resolve("workers"), home.resolve("logs")).withTemporary(temporary);
    }

    private static MountTable noexec(Path directory) throws IOException {
        return new MountTable(List.of(
                "22 1 0:20 / / rw,relatime - ext4 /dev/vda rw",
                "23 22 0:21 / " + directory.toRealPath() + " rw,nosuid,noexec,relatime - tmpfs tmpfs rw"));
    }

    @Test
    void liesInTheTemporaryDirectoryForThisUserAlone() throws IOException {
        try (PrivateDirectory directory = PrivateDirectory.create(settings(), NOTHING_FORBIDDEN)) {
            assertThat(directory.path()).isDirectory().hasParent(temporary);
            assertThat(directory.socket()).hasParentRaw(directory.path());
            assertThat(directory.why()).isEmpty();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
                    .isEqualTo("rwx------");
        }
        assertThat(temporary).isEmptyDirectory();
        assertThat(home.resolve("workers")).doesNotExist();
    }

    @Test
    void liesInTheHomeAndSaysWhyWhereTheTemporaryDirectoryCannotRunPrograms() throws IOException {
        try (PrivateDirectory directory = PrivateDirectory.create(settings(), noexec(temporary))) {
            assertThat(directory.path()).hasParent(home.resolve("workers"));
            assertThat(directory.why()).get().asString().contains(temporary.toString(), "noexec");
        }
    }

    @Test
    void liesInTheHomeWhereTheTemporaryDirectoryIsGone() {
        WorkerSettings settings = settings().withTemporary(temporary.resolve("gone"));
        try (PrivateDirectory directory = PrivateDirectory.create(settings, NOTHING_FORBIDDEN)) {
            assertThat(directory.path()).hasParent(home.resolve("workers"));
            assertThat(directory.why()).get().asString().contains("gone", "cannot be written");
        }
    }

    @Test
    void makesTheConnectionElsewhereWhereThePathIsTooLongForIt() throws IOException {
        Path deep = home.resolve("d".repeat(120));
        WorkerSettings settings =
                WorkerSettings.of(deep.resolve("workers"), deep.resolve("logs")).withTemporary(temporary);
        try (PrivateDirectory directory = PrivateDirectory.create(settings, noexec(temporary))) {
            assertThat(directory.path()).hasParent(deep.resolve("workers"));
            assertThat(directory.socket().getParent()).hasParent(temporary);
        }
        assertThat(temporary).isEmptyDirectory();
        assertThat(deep.resolve("workers")).isEmptyDirectory();
    }

    @Test
    void namesEveryPlaceAndWhyWhereNoneWillDo() throws IOException {
        Path file = Files.writeString(home.resolve("file"), "");
        WorkerSettings settings =
                WorkerSettings.of(file.resolve("workers"), home.resolve("logs")).withTemporary(temporary);
        MountTable forbidding = noexec(temporary);
        assertThatThrownBy(() -> PrivateDirectory.create(settings, forbidding))
                .isInstanceOfSatisfying(BearException.class, e -> {
                    assertThat(e.problem())
                            .contains(temporary.toString(), "noexec", file.toString(), "cannot be written");
                    assertThat(e.fix()).contains("-Djava.io.tmpdir");
                });
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void sweepsWhatDeadProcessesLeftAndNothingElse() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        ProcessHandle handle = dead.toHandle();
        Owner gone = new Owner(Owner.ofThisProcess().namespace(), handle.pid() + " 2020-01-01T00:00:00Z", "");
        dead.waitFor();
        Path abandoned = Files.createDirectory(temporary.resolve("bear-w-abandoned"));
        gone.write(abandoned);
        Files.writeString(abandoned.resolve("libjllama.so"), "native");
        Files.createSymbolicLink(abandoned.resolve("link"), home);
        Path reused = Files.createDirectory(temporary.resolve("bear-w-reused"));
        long own = ProcessHandle.current().pid();
        new Owner(gone.namespace(), own + " 2020-01-01T00:00:00Z", "").write(reused);
        Path foreign = Files.createDirectory(temporary.resolve("bear-w-foreign"));
        new Owner("pid:[1]", gone.toolkit(), "").write(foreign);
        Path unmarked = Files.createDirectory(temporary.resolve("bear-w-unmarked"));
        Path forgotten = Files.createDirectory(temporary.resolve("bear-w-forgotten"));
        Files.setLastModifiedTime(forgotten, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
        Path nonsense = Files.createDirectory(temporary.resolve("bear-w-nonsense"));
        Files.writeString(nonsense.resolve("owner"), "toolkit=" + own + " yesterday\nnamespace=" + gone.namespace());
        Path other = Files.createDirectory(temporary.resolve("other"));
        PrivateDirectory living = PrivateDirectory.create(settings(), NOTHING_FORBIDDEN);

        PrivateDirectory.sweep(settings());

        assertThat(temporary)
                .isDirectoryNotContaining(
                        path -> List.of(abandoned, reused, forgotten).contains(path));
        assertThat(List.of(foreign, unmarked, nonsense, other, living.path())).allMatch(Files::isDirectory);
        assertThat(home).exists();
        living.close();
    }
}
