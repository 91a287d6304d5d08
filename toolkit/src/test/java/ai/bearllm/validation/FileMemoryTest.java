package ai.bearllm.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.gguf.GgufBuilder;
import ai.bearllm.model.BearException;
import ai.bearllm.model.FileStamp;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Progress;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileMemoryTest {
    @TempDir
    Path folder;

    private final List<Progress> events = new ArrayList<>();

    @Test
    void digestsAFileOnce() throws IOException {
        Path file = settled("a.bin", "content");
        Sha256 first = digest(memory(), file);
        assertThat(events).isNotEmpty();
        events.clear();
        assertThat(digest(memory(), file)).isEqualTo(first);
        assertThat(events).isEmpty();
        assertThat(memory().of(file).orElseThrow().sha256()).isEqualTo(first);
        assertThat(memory().of(file).orElseThrow().isSound()).isFalse();
    }

    @Test
    void forgetsAFileWhoseSizeOrTimeOrIdentityChanged() throws IOException {
        Path file = settled("a.bin", "content");
        digest(memory(), file);
        settled("a.bin", "longer content");
        assertThat(memory().of(file)).isEmpty();
        digest(memory(), file);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(50)));
        assertThat(memory().of(file)).isEmpty();
        digest(memory(), file);
        FileTime time = Files.getLastModifiedTime(file);
        Files.move(settled("b.bin", "LONGER CONTENT"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(file, time);
        assertThat(memory().of(file)).isEmpty();
    }

    /** Written again within one tick of the clock, a file has the same size and time, and another content. */
    @Test
    void doesNotTrustAFileThatWasDigestedInTheTickInWhichItWasWritten() throws IOException {
        Path file = settled("a.bin", "content");
        Instant modified = Files.getLastModifiedTime(file).toInstant();
        Clock justAfter = Clock.fixed(modified.plusMillis(3), ZoneOffset.UTC);
        digest(new FileMemory(store(), justAfter), file);
        assertThat(memory().of(file)).isEmpty();
        Clock later = Clock.fixed(modified.plusMillis(300), ZoneOffset.UTC);
        digest(new FileMemory(store(), later), file);
        assertThat(memory().of(file)).isPresent();
    }

    @Test
    void waitsLongerWhereTimesAreWholeSeconds() throws IOException {
        Path file = settled("a.bin", "content");
        Instant modified = Instant.ofEpochSecond(Instant.now().getEpochSecond() - 100);
        Files.setLastModifiedTime(file, FileTime.from(modified));
        digest(new FileMemory(store(), Clock.fixed(modified.plusMillis(1500), ZoneOffset.UTC)), file);
        assertThat(memory().of(file)).isEmpty();
        digest(new FileMemory(store(), Clock.fixed(modified.plusMillis(2500), ZoneOffset.UTC)), file);
        assertThat(memory().of(file)).isPresent();
    }

    @Test
    void takesOverADigestThatTheCallerComputed() throws IOException {
        Path file = Files.writeString(folder.resolve("fresh.bin"), "content");
        Sha256 sha256 = Sha256.of(Sha256.newDigest().digest("content".getBytes(StandardCharsets.UTF_8)));
        memory().remember(file, sha256, Optional.of(Level.FULL), List.of("SHA-256", "structure"));
        Remembered known = memory().of(file).orElseThrow();
        assertThat(known.sha256()).isEqualTo(sha256);
        assertThat(known.isSound()).isTrue();
        assertThat(known.passed()).containsExactly("SHA-256", "structure");
        memory().forget(file);
        assertThat(memory().of(file)).isEmpty();
    }

    @Test
    void survivesGarbageAndTornLines() throws IOException {
        Path first = settled("a.bin", "content");
        Path second = settled("odd \t name;%\u00e9\n.bin", "more");
        digest(memory(), first);
        digest(memory(), second);
        String text = Files.readString(store());
        assertThat(text.lines()).hasSize(2);
        Files.writeString(store(), "garbage\n" + text.substring(0, text.length() - 10) + "\n\0\0\0\n");
        assertThat(memory().of(first)).isPresent();
        assertThat(memory().of(second)).isEmpty();
        Files.writeString(store(), text.replaceFirst("content|[0-9]{10}", "1234567890"));
        assertThat(memory().of(second)).isPresent();
        Files.write(store(), new byte[] {(byte) 0xFF, (byte) 0xFE, 0});
        assertThat(memory().of(first)).isEmpty();
        digest(memory(), first);
        assertThat(memory().of(first)).isPresent();
    }

    @Test
    void makesNothingFailWhereItCannotBeWritten() throws IOException {
        Path file = settled("a.bin", "content");
        Files.createDirectory(store());
        assertThat(digest(memory(), file)).isEqualTo(digest(memory(), file));
        assertThat(memory().of(file)).isEmpty();
    }

    @Test
    void keepsWhatSeveralWritersFound() throws IOException {
        FileMemory one = memory();
        FileMemory other = memory();
        Path first = settled("a.bin", "content");
        Path second = settled("b.bin", "more");
        digest(one, first);
        digest(other, second);
        assertThat(one.of(second)).isPresent();
        assertThat(memory().of(first)).isPresent();
    }

    @Test
    void saysThatAFileIsMissing() {
        assertThatThrownBy(() -> memory().of(folder.resolve("absent"))).isInstanceOf(BearException.class);
    }

    @Nested
    class InAValidation {
        @Test
        void readsASoundFileOnce() throws IOException {
            Path file = GgufBuilder.model().write(folder.resolve("model.gguf"));
            age(file);
            Validation first = Validator.of(file).remembering(memory()).run();
            assertThat(first.ok()).isTrue();
            Validation second = Validator.of(file)
                    .remembering(memory())
                    .listener(events::add)
                    .run();
            assertThat(second.ok()).isTrue();
            assertThat(second.sha256()).isEqualTo(first.sha256());
            assertThat(events).isEmpty();
            assertThat(second.checks())
                    .filteredOn(check -> check.name().equals("content"))
                    .singleElement()
                    .satisfies(
                            check -> assertThat(((Check.Passed) check).detail()).contains("has not changed since"));
            assertThat(Validator.of(file)
                            .level(Level.QUICK)
                            .remembering(memory())
                            .run()
                            .sha256())
                    .isEqualTo(first.sha256());
        }

        @Test
        void comparesTheRememberedDigestWithTheExpectedOne() throws IOException {
            Path file = GgufBuilder.model().write(folder.resolve("model.gguf"));
            age(file);
            Validator.of(file).remembering(memory()).run();
            Validation validation = Validator.of(file)
                    .remembering(memory())
                    .expecting(new Sha256("0".repeat(64)))
                    .run();
            assertThat(validation.failures()).extracting(Check::name).containsExactly("SHA-256");
        }

        @Test
        void readsAFileThatFailedAgain() throws IOException {
            Path file = GgufBuilder.model().trailing((byte) 1).write(folder.resolve("model.gguf"));
            age(file);
            Validator.of(file).remembering(memory()).run();
            assertThat(memory().of(file).orElseThrow().isSound()).isFalse();
            Validation again = Validator.of(file)
                    .remembering(memory())
                    .listener(events::add)
                    .run();
            assertThat(again.ok()).isFalse();
            assertThat(events).isNotEmpty();
        }
    }

    @FuzzTest(maxDuration = "2h")
    void readsAnyLineOrPassesItOver(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        text.lines()
                .forEach(line -> MemoryLine.parse(line)
                        .ifPresent(read ->
                                assertThat(MemoryLine.parse(read.text())).contains(read)));
    }

    @Test
    void passesOverEveryMutilatedLine() {
        String line = new MemoryLine(
                        "/models/a b.gguf",
                        new FileStamp(
                                7,
                                Instant.ofEpochSecond(0, 1),
                                Optional.of(Instant.ofEpochSecond(0, 2)),
                                Optional.of("(dev=1,ino=2)")),
                        new Remembered(
                                new Sha256("ab".repeat(32)),
                                Instant.ofEpochMilli(1_700_000_000_000L),
                                Optional.of(Level.FULL),
                                List.of("size", "SHA-256"),
                                Validator.RULES))
                .text();
        assertThat(MemoryLine.parse(line).orElseThrow().text()).isEqualTo(line);
        long seed = 42;
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            StringBuilder changed = new StringBuilder(line);
            for (int k = 0; k <= random.nextInt(3) && changed.length() > 1; k++) {
                int at = random.nextInt(changed.length());
                switch (random.nextInt(3)) {
                    case 0 -> changed.setCharAt(at, (char) random.nextInt(256));
                    case 1 -> changed.deleteCharAt(at);
                    default -> changed.setLength(Math.max(1, at));
                }
            }
            String text = changed.toString();
            assertThat(MemoryLine.parse(text))
                    .as("seed " + seed + ", round " + i)
                    .isEqualTo(text.equals(line) ? MemoryLine.parse(line) : Optional.empty());
        }
    }

    private Path store() {
        return folder.resolve("files.memory");
    }

    private FileMemory memory() {
        return FileMemory.at(store());
    }

    private Sha256 digest(FileMemory memory, Path file) {
        return memory.sha256(file, events::add, Cancellation.create());
    }

    private Path settled(String name, String content) throws IOException {
        Path file = Files.writeString(folder.resolve(name), content);
        age(file);
        return file;
    }

    private static void age(Path file) throws IOException {
        Instant past = Instant.now().minus(Duration.ofMinutes(1)).plusNanos(1);
        Files.setLastModifiedTime(file, FileTime.from(past.getNano() == 0 ? past.plusNanos(5) : past));
    }
}
