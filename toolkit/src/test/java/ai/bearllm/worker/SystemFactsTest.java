package ai.bearllm.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.engine.MemoryReport;
import ai.bearllm.machine.MemoryKills;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read from the system about processes, mounts and the class path. */
class SystemFactsTest {
    @Nested
    class Mounts {
        private final MountTable mounts = new MountTable(List.of(
                "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw",
                "30 22 0:30 / /tmp rw,nosuid,nodev,noexec - tmpfs tmpfs rw",
                "31 30 0:31 / /tmp/run rw - tmpfs tmpfs rw",
                "32 22 0:32 / /mnt/a\\040b\\134c rw,noexec - tmpfs tmpfs rw",
                "33 22 0:33 / /home rw,noexec - tmpfs tmpfs rw",
                "34 22 0:34 / /home rw - ext4 /dev/vdb rw",
                "cut off"));

        @ParameterizedTest
        @CsvSource({
            "/tmp,/tmp",
            "/tmp/bear,/tmp",
            "/tmp/run/x,",
            "/tmpfile,",
            "/home/x,",
            "/,",
            "/mnt/a b\\c/d,/mnt/a b\\c",
        })
        void areSearchedForTheNearestThatHoldsThePath(String path, String forbidding) {
            assertThat(mounts.forbidsExecution(Path.of(path)).orElse(null)).isEqualTo(forbidding);
        }
    }

    @Nested
    class Exits {
        private static String sentence(int code, String... log) {
            return status(code, log).sentence();
        }

        private static ExitStatus status(int code, String... log) {
            return ExitStatus.of(OptionalInt.of(code), List.of(log));
        }

        @Test
        void tellTheSignal() {
            assertThat(sentence(137)).contains("SIGKILL", "memory");
            assertThat(status(137).fix()).contains("smaller model");
            assertThat(sentence(139)).contains("SIGSEGV");
            assertThat(sentence(134)).contains("SIGABRT");
            assertThat(sentence(128 + 31)).contains("signal 31");
            assertThat(status(0).signal()).isEmpty();
            assertThat(status(255).signal()).isEmpty();
        }

        @Test
        void tellWhoKilledAsFarAsTheKernelsCountsSay() {
            ExitStatus killed = status(137);
            OptionalLong held = OptionalLong.of(5_000_000_000L);
            assertThat(killed.with(MemoryKills.Place.GROUP, held).sentence())
                    .contains("by the kernel", "container", "It held 5.00 GB at most");
            assertThat(killed.with(MemoryKills.Place.MACHINE, OptionalLong.empty())
                            .sentence())
                    .contains("most likely by the kernel")
                    .doesNotContain("held");
            assertThat(killed.with(MemoryKills.Place.NOWHERE, held).sentence())
                    .contains("by a person or a program", "no kill for lack of memory");
            assertThat(killed.with(MemoryKills.Place.UNKNOWN, held).sentence()).contains("where nobody did it by hand");
        }

        @Test
        void tellTheLikelyCause() {
            assertThat(sentence(135)).contains("SIGBUS", "cut or replaced");
            assertThat(sentence(132)).contains("SIGILL", "does not know an instruction");
            assertThat(status(132).fix()).contains("built for this processor");
            assertThat(sentence(134, "terminate called after throwing an instance of 'std::bad_alloc'"))
                    .contains("SIGABRT", "gave it no more memory");
            assertThat(sentence(1, "# There is insufficient memory for the Java Runtime Environment to continue."))
                    .contains("exit code 1", "gave it no more memory");
            assertThat(status(134, "std::bad_alloc").fix()).contains("smaller model");
            assertThat(sentence(134, "GGML_ASSERT(n > 0) failed")).doesNotContain("memory");
            ExitStatus never = ExitStatus.of(OptionalInt.empty(), List.of());
            assertThat(never.sentence()).contains("does not end although it was killed");
            assertThat(never.signal()).isEmpty();
            assertThat(never.fix()).contains("disk");
        }

        @Test
        void tellWhatTheVirtualMachineReported() {
            ExitStatus status = status(
                    1,
                    "# A fatal error has been detected by the Java Runtime Environment:",
                    "#  SIGSEGV (0xb) at pc=0x00007f96bb643f14, pid=16021, tid=16022",
                    "# Problematic frame:",
                    "# C  [libjllama.so+0x85f14]  ggml_compute_forward+0x10");
            assertThat(status.sentence()).contains("crashed in native code (SIGSEGV in libjllama.so)");
            assertThat(status.signal()).hasValue(11);
            ExitStatus windows = status(1, "#  EXCEPTION_ACCESS_VIOLATION (0xc0000005) at pc=0x00007ffb, pid=1, tid=2");
            assertThat(windows.sentence()).contains("EXCEPTION_ACCESS_VIOLATION");
            assertThat(windows.signal()).isEmpty();
        }
    }

    @Nested
    class Memory {
        @Test
        void ofTwoProcessesIsAddedAndUnknownWhereOneIs() {
            MemoryReport one = new MemoryReport(OptionalLong.of(1), OptionalLong.of(20), OptionalLong.of(300));
            assertThat(one.plus(one))
                    .isEqualTo(new MemoryReport(OptionalLong.of(2), OptionalLong.of(40), OptionalLong.of(600)));
            assertThat(one.plus(MemoryReport.UNKNOWN)).isEqualTo(MemoryReport.UNKNOWN);
        }

        @Test
        void isReadInBytes() {
            MemoryReport report = ProcessMemory.parse(List.of(
                    "Name:\tjava",
                    "VmHWM:\t  105660 kB",
                    "VmRSS:\t  90000 kB",
                    "RssAnon:\t   77811 kB",
                    "RssFile:\t 27 kB"));
            assertThat(report.anonymousBytes()).hasValue(77811L * 1024);
            assertThat(report.fileMappedBytes()).hasValue(27L * 1024);
            assertThat(report.peakResidentBytes()).hasValue(105660L * 1024);
        }

        @Test
        void isUnknownAndNotZeroWhereTheSystemDoesNotTell() {
            assertThat(ProcessMemory.parse(List.of("RssAnon:", "VmHWM: kB"))).isEqualTo(MemoryReport.UNKNOWN);
            assertThat(ProcessMemory.of(Long.MAX_VALUE)).isEqualTo(MemoryReport.UNKNOWN);
        }
    }

    @Nested
    class ClassPath {
        @TempDir
        Path directory;

        @Test
        void holdsJarsWithoutAnyClassAndOddNames() throws Exception {
            Path jar = directory.resolve("natives only é.jar");
            Manifest manifest = new Manifest();
            manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
            new JarOutputStream(Files.newOutputStream(jar), manifest).close();
            Path folder = Files.createDirectories(directory.resolve("a folder/META-INF"));
            Files.writeString(folder.resolve("MANIFEST.MF"), "Manifest-Version: 1.0\n");
            URL[] urls = {jar.toUri().toURL(), folder.getParent().toUri().toURL()};
            try (URLClassLoader loader = new URLClassLoader(urls, null)) {
                assertThat(ToolkitClassPath.container(loader.getResource("META-INF/MANIFEST.MF")))
                        .contains(jar);
                assertThat(java.util.Collections.list(loader.getResources("META-INF/MANIFEST.MF")).stream()
                                .flatMap(url -> ToolkitClassPath.container(url).stream()))
                        .containsExactlyInAnyOrder(jar, folder.getParent());
            }
        }

        @Test
        void leavesOutWhatIsNoFile() throws Exception {
            assertThat(ToolkitClassPath.container(
                            URI.create("file:/somewhere/else.txt").toURL()))
                    .isEmpty();
            assertThat(ToolkitClassPath.of(SystemFactsTest.class))
                    .noneMatch(path -> path.toString().contains("jrt"))
                    .anyMatch(path -> path.toString().contains("jackson-databind"))
                    .anyMatch(path -> path.endsWith("test-classes"))
                    .anyMatch(path -> path.endsWith("classes"));
        }
    }
}
