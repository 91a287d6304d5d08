package ai.bearllm.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.bearllm.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No room for a file to grow, in another process: a limit on files' sizes (setrlimit(2), {@code RLIMIT_FSIZE}) refuses each
 * write beyond it, as a full disk does, and needs no rights.
 */
class FullDiskTest {
    private static final int RUNS = 6_000;

    @TempDir
    Path home;

    @Test
    void losesNothingWhereThereIsNoRoomToMergeAndMergesWhenThereIs() throws Exception {
        try (Store store = Store.at(home);
                Usage usage = new Usage(store, home)) {
            usage.record(Runs.full(Instant.now()));
        }
        // Also puts the native library there, which is larger than the room that is left later.
        assertThat(merge(10_000_000)).contains("runs 1");
        long before = Files.size(home.resolve("bear_llm.duckdb"));
        try (Store store = Store.at(home);
                Usage usage = new Usage(store, home)) {
            for (int i = 0; i < RUNS; i++) {
                usage.record(Runs.full(Instant.now()));
            }
        }
        // In units of 1,024 bytes, as bash counts: room for the database as it is, and not much more.
        String told = merge(before / 1024 + 64);
        assertThat(told).contains("The disk is full: ").contains("Free some space, then try again");

        assertThat(merge(10_000_000)).contains("runs " + (RUNS + 1));
        assertThat(merge(10_000_000)).contains("runs " + (RUNS + 1));
        try (Stream<Path> files = Files.list(home.resolve("usage-journal"))) {
            assertThat(files).as("all is merged").isEmpty();
        }
    }

    @Test
    void keepsRecordsThatFoundNoRoomInMemoryAndWritesThemLater() throws Exception {
        String told = process("3", "record", "0");
        assertThat(told).as("a file has room for few of these").contains("recorded 40");

        try (Store store = Store.at(home);
                Usage usage = new Usage(store, home)) {
            assertThat(usage.view().newest(100).list()).hasSize(40);
        }
    }

    @Test
    void saysThatARealDiskIsFullAndMergesOnceThereIsRoom() throws Exception {
        // 73 MB of it are the native library.
        String told = mounted("mount -t tmpfs -o size=120m none '" + home + "'", "fill");

        assertThat(told.lines()
                        // JDK 25 warns about native libraries, with a blank line before it.
                        .filter(line -> !line.isBlank() && !line.startsWith("WARNING"))
                        .toList())
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo("runs 1"),
                        second -> assertThat(second).isEqualTo("filled"),
                        third -> assertThat(third)
                                .startsWith("The disk is full: ")
                                .endsWith(
                                        "Free some space, then try again; nothing was lost and nothing half-written."),
                        last -> assertThat(last).isEqualTo("then runs 6003"));
    }

    @Test
    void saysThatAHomeIsReadOnlyAndChangesNothing() throws Exception {
        try (Store store = Store.at(home);
                Usage usage = new Usage(store, home)) {
            usage.record(Runs.full(Instant.now()));
            assertThat(usage.view().list()).hasSize(1);
        }
        byte[] before = Files.readAllBytes(home.resolve("bear_llm.duckdb"));

        String told = mounted(
                "mount --bind '" + home + "' '" + home + "' && mount -o remount,ro,bind '" + home + "'", "merge");

        assertThat(told)
                .contains("The folder " + home + " cannot be written: Read-only file system. Make it writable, or open")
                .contains("BEAR_HOME");
        assertThat(Files.readAllBytes(home.resolve("bear_llm.duckdb"))).isEqualTo(before);
    }

    /** On file systems that nobody else sees and that go with the process. */
    private String mounted(String mount, String mode) throws Exception {
        if (!Files.isExecutable(Path.of("/usr/bin/unshare"))
                || new ProcessBuilder("unshare", "-Urm", "sh", "-c", "mount -t tmpfs none '" + home + "'")
                                .redirectErrorStream(true)
                                .start()
                                .waitFor()
                        != 0) {
            return abort("no file system can be mounted here (unshare -Urm)");
        }
        return output("unshare", "-Urm", "sh", "-c", mount + " && exec " + java(mode, "1"));
    }

    private String merge(long kilobytes) throws Exception {
        return process(String.valueOf(kilobytes), "merge", "1");
    }

    private String process(String kilobytes, String mode, String rows) throws Exception {
        if (System.getProperty("os.name").startsWith("Windows")) {
            return abort("Windows has no limit on a file's size");
        }
        return output("bash", "-c", "ulimit -f " + kilobytes + " && exec " + java(mode, rows));
    }

    private String java(String mode, String rows) {
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                FullDiskProcess.class.getName(),
                home.toString(),
                mode,
                rows);
        return java.stream().map(word -> "'" + word.replace("'", "'\\''") + "'").collect(Collectors.joining(" "));
    }

    private static String output(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
    }
}
