package ai.bearllm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStampTest {
    @TempDir
    Path folder;

    private Path file;
    private FileStamp stamp;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("a"), "four");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00.123456Z")));
        stamp = FileStamp.of(file);
    }

    @Test
    void anotherNameChangesNoContent() throws IOException {
        Path renamed = Files.move(file, folder.resolve("b"));
        assertThat(stamp.isSameContent(FileStamp.of(renamed))).isTrue();
        assertThat(FileStamp.ofContent(renamed)).contains(stamp.content());
        assertThat(FileStamp.ofContent(renamed).orElseThrow().changed()).isEmpty();
    }

    @Test
    void anotherTimeSizeOrFileIsAnotherContent() throws IOException {
        FileTime before = Files.getLastModifiedTime(file);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00.123457Z")));
        assertThat(stamp.isSameContent(FileStamp.of(file))).isFalse();

        Files.writeString(file, "fives");
        Files.setLastModifiedTime(file, before);
        assertThat(stamp.isSameContent(FileStamp.of(file))).isFalse();

        Path other = Files.writeString(folder.resolve("other"), "four");
        Files.setLastModifiedTime(other, before);
        Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(stamp.isSameContent(FileStamp.of(file))).isFalse();
    }

    @Test
    void aFileThatIsNotThereHasNone() {
        Path none = folder.resolve("none");
        assertThat(FileStamp.ofContent(none)).isEmpty();
        assertThatThrownBy(() -> FileStamp.of(none)).isInstanceOf(NoSuchFileException.class);
    }
}
