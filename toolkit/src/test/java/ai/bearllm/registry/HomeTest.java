package ai.bearllm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
    @TempDir
    Path folder;

    @Test
    void isMadeWhereItDoesNotExist() throws IOException {
        assertThat(Home.at(folder.resolve("a/b")).path())
                .isEqualTo(folder.toRealPath().resolve("a/b"))
                .isDirectory();
    }

    @Test
    void isTheSameThroughALink() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Files.createDirectory(folder.resolve("real")));
        assertThat(Home.at(link)).isEqualTo(Home.at(folder.resolve("real")));
    }

    @Test
    void refusesAFileInItsPlace() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "mine");
        assertThatThrownBy(() -> Home.at(file))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("is a file, but it must be a folder")
                .hasMessageContaining("BEAR_HOME");
        assertThat(file).hasContent("mine");
    }

    @Test
    void refusesAPlaceThatCannotBeWritten() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> Home.at(file.resolve("below/a/file")))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("cannot be written to")
                .hasMessageContaining("BEAR_HOME");
    }
}
