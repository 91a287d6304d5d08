package ai.bearllm.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.bearllm.model.BearException;
import ai.bearllm.model.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartFileTest {
    @TempDir
    Path folder;

    private static List<ByteBuffer> bytes(String... texts) {
        return java.util.Arrays.stream(texts)
                .map(text -> ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    private static Sha256 digest(String text) {
        return Sha256.of(Sha256.newDigest().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void holdsWhatWasWrittenWhereverAndStays() throws IOException {
        Path path = folder.resolve("x.part");
        try (PartFile part = PartFile.open(path)) {
            part.write(8, bytes("three"));
            part.write(0, bytes("one ", "two "));
            ByteBuffer read = ByteBuffer.allocate(5);
            part.read(8, read);
            assertThat(new String(read.array(), StandardCharsets.UTF_8)).isEqualTo("three");
            assertThatThrownBy(() -> part.read(9, ByteBuffer.allocate(5))).isInstanceOf(IOException.class);
            assertThat(part.isInPlace()).isTrue();
        }
        try (PartFile again = PartFile.open(path)) {
            again.truncate(3);
        }
        assertThat(path).hasContent("one");
    }

    @Test
    void neverWritesToWhatALinkPointsTo() throws IOException {
        Path other = Files.writeString(folder.resolve("other"), "somebody's");
        Path path = Files.createSymbolicLink(folder.resolve("x.part"), other);
        assertThatThrownBy(() -> PartFile.open(path)).isInstanceOf(IOException.class);
        assertThat(other).hasContent("somebody's");
    }

    @Test
    void aFullDiskIsNamed() throws IOException {
        Path full = Path.of("/dev/full");
        if (!Files.isWritable(full)) {
            abort("this system has no /dev/full");
        }
        IOException failure;
        try (PartFile part =
                new PartFile(folder.resolve("none"), FileChannel.open(full, StandardOpenOption.WRITE), 0)) {
            failure = catchThrowableOfType(IOException.class, () -> part.write(0, bytes("x")));
        }
        BearException shown = DiskTrouble.of(failure, "writing x");
        assertThat(shown.problem()).isEqualTo("The disk became full while writing x.");
        assertThat(shown.fix()).contains("bear.disk()");
    }

    @Test
    void otherTroublesOfDisksAreNamed() {
        assertThat(DiskTrouble.of(new FileSystemException("x", null, "Read-only file system"), "writing x"))
                .hasMessageContaining("No permission");
        assertThat(DiskTrouble.of(new AccessDeniedException("x"), "writing x")).hasMessageContaining("No permission");
        assertThat(DiskTrouble.of(new IOException("Disk quota exceeded"), "writing x"))
                .hasMessageContaining("became full");
        assertThat(DiskTrouble.of(new IOException(), "writing x")).hasMessageContaining("The disk failed");
    }

    @Test
    void movesToAnotherVolumeThroughAVerifiedCopy() throws IOException {
        Path from = Files.writeString(folder.resolve("from"), "verified bytes");
        Path to = Files.writeString(folder.resolve("to"), "what was there");
        assertThatThrownBy(() -> Arrival.copy(from, to, digest("other bytes"))).isInstanceOf(IOException.class);
        assertThat(to).hasContent("what was there");
        assertThat(from).exists();
        Arrival.copy(from, to, digest("verified bytes"));
        assertThat(to).hasContent("verified bytes");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(to);
        }
    }

    @Test
    void sweepsOnlyPartsOfProcessesThatAreGoneForLong() throws IOException {
        Path mine = old(PartNames.of(folder, Path.of("a.gguf")));
        Path gone = old(folder.resolve("a.gguf.2147483646-0123abcd.part"));
        Path fresh = Files.createFile(folder.resolve("b.gguf.2147483646-0123abcd.part"));
        Path foreign = old(folder.resolve("notes.part"));
        PartNames.sweep(folder, Instant.now());
        assertThat(gone).doesNotExist();
        assertThat(List.of(mine, fresh, foreign)).allMatch(Files::exists);
    }

    private static Path old(Path path) throws IOException {
        Files.createFile(path);
        return Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    }
}
