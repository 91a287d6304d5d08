package ai.bearllm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
    @TempDir
    Path folder;

    @Test
    void tellsWhatThisMachineIs() {
        Machine machine = Machine.here(folder);
        assertThat(machine.cores().usable()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(machine.memory().total()).isPresent();
        assertThat(machine.memory().available()).isPresent();
        assertThat(machine.memory().available().orElseThrow())
                .isLessThanOrEqualTo(machine.memory().total().orElseThrow());
        assertThat(machine.disk().flatMap(Disk::free)).isPresent();
        assertThat(machine.java()).contains(System.getProperty("java.vm.name"));
        assertThat(machine.toString()).startsWith("machine: ").hasSizeLessThanOrEqualTo(80);
        assertThat(machine.sheet().rows())
                .extracting(row -> row.cells().get(0))
                .contains("processor", "memory available", "graphics card", "Java");
    }

    @Test
    void theLineStaysShortWhateverTheProcessorIsCalled() {
        Machine machine = new Machine(
                Optional.of("X".repeat(200)),
                new Machine.Cores(OptionalInt.empty(), OptionalInt.empty(), 4, OptionalInt.empty()),
                Memory.UNKNOWN,
                "system",
                "amd64",
                "17",
                Optional.empty(),
                List.of(new Machine.Gpu("card", Optional.empty(), Optional.empty())),
                List.of("A reason."));
        assertThat(machine.toString())
                .hasSizeLessThanOrEqualTo(80)
                .startsWith("machine: 4 threads, unknown memory, 1 GPU, XXX")
                .endsWith("X…");
        assertThat(machine.sheet().text())
                .contains("unknown")
                .contains("card, memory unknown")
                .contains("A reason.");
    }

    @Test
    void aFolderThatDoesNotExistYetCountsToTheOneAboveIt() {
        Disk disk = Disk.at(folder.resolve("not/yet"));
        assertThat(disk.folder()).isEqualTo(folder.resolve("not/yet").toAbsolutePath());
        assertThat(disk.free()).isPresent();
    }

    @Test
    void conditionsAreReadOrEmpty() {
        Conditions conditions = Conditions.now();
        assertThat(conditions.memory().total()).isPresent();
        conditions.loadAverage().ifPresent(load -> assertThat(load).isNotNegative());
        conditions.governor().ifPresent(governor -> assertThat(governor).isNotBlank());
    }

    /** Runs in a JVM of its own, because a native library loads once a process. */
    @Test
    void goesOnWithAReasonWhereTheNativeLibraryCannotBeExtracted() throws Exception {
        Files.createDirectories(folder.resolve("sys/class/drm/card0"));
        String gone = folder.resolve("gone").toString();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-Djna.nosys=true",
                        "-Djna.nounpack=true",
                        "-Djna.tmpdir=" + gone,
                        "-cp",
                        System.getProperty("java.class.path"),
                        MachineProgram.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output)
                .contains("threads usable here")
                .containsPattern("graphics card +unknown")
                .contains("could not be looked for");
    }
}
