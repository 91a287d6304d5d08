package ai.bearllm.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where DuckDB's library comes from; each case needs a JVM that has not loaded it yet. */
class NativeLibraryTest {
    @TempDir
    Path folder;

    @Test
    void isKeptInTheFolderAndLeavesTheTemporaryFolderAlone() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Path home = folder.resolve("home");

        assertThat(lease(home, temporary)).isEqualTo("rows 1");

        assertThat(temporary).isEmptyDirectory();
        try (Stream<Path> kept = Files.list(home.resolve("natives"))) {
            assertThat(kept)
                    .singleElement()
                    .satisfies(file -> assertThat(file.toString()).contains("duckdb"));
        }
    }

    @Test
    void needsNoTemporaryFolder() throws Exception {
        assertThat(lease(folder.resolve("home"), folder.resolve("absent"))).isEqualTo("rows 1");
    }

    @Test
    void comesFromTheTemporaryFolderWhereItCannotBeKept() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Path home = Files.createDirectory(folder.resolve("home"));
        Files.writeString(home.resolve("natives"), "in the way");

        assertThat(lease(home, temporary)).isEqualTo("rows 1");
        assertThat(temporary).as("nothing is left there").isEmptyDirectory();
    }

    @Test
    void isReplacedWhereTheKeptFileIsCut() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Path home = folder.resolve("home");
        lease(home, temporary);
        Path library;
        try (Stream<Path> kept = Files.list(home.resolve("natives"))) {
            library = kept.findFirst().orElseThrow();
        }
        long size = Files.size(library);
        Files.write(library, new byte[1000]);

        assertThat(lease(home, temporary)).isEqualTo("rows 2");
        assertThat(Files.size(library)).isEqualTo(size);
    }

    @Test
    void isMissedWithOneClearSentence() throws Exception {
        Path home = Files.createDirectory(folder.resolve("home"));
        Files.writeString(home.resolve("natives"), "in the way");

        String told = lease(home, Files.writeString(folder.resolve("file"), "in the way"));

        assertThat(told)
                .startsWith("DuckDB's native library could not be loaded, from " + home.resolve("natives"))
                .contains("from " + folder.resolve("file"), "72 MB", "noexec")
                .doesNotContain("\n", "\tat ");
    }

    private static String lease(Path home, Path temporary) throws Exception {
        try (Child child = Child.start(List.of("-Djava.io.tmpdir=" + temporary), "lease", home.toString())) {
            return child.rest().strip();
        }
    }
}
