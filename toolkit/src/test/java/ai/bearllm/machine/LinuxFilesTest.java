package ai.bearllm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.model.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxFilesTest {
    private static final long GB = 1024L * 1024 * 1024;

    @TempDir
    Path root;

    @BeforeEach
    void eightThreadsOnFourCoresWithSixteenGigabytes() throws IOException {
        write("proc/meminfo", "MemTotal:       16777216 kB\nMemFree: 1 kB\nMemAvailable:   12582912 kB\n");
        write("proc/cpuinfo", "processor\t: 0\nmodel name\t: Test CPU @ 2 GHz\nprocessor\t: 1\nmodel name\t: Other\n");
        write("proc/self/status", "Name:\tjava\nCpus_allowed:\t33\nCpus_allowed_list:\t0-1,4-5\n");
        write("etc/os-release", "NAME=x\nPRETTY_NAME=\"Test Linux 1\"\n");
        write("sys/devices/system/cpu/online", "0-7\n");
        for (int cpu = 0; cpu < 8; cpu++) {
            write(
                    "sys/devices/system/cpu/cpu" + cpu + "/topology/thread_siblings_list",
                    cpu % 4 + "," + (cpu % 4 + 4) + "\n");
        }
    }

    @Test
    void countsPhysicalCoresBySiblings() {
        LinuxFiles files = LinuxFiles.under(root);
        assertThat(files.logical()).hasValue(8);
        assertThat(files.physical()).hasValue(4);
        assertThat(files.usablePhysical(4)).hasValue(2);
        assertThat(files.usablePhysical(1)).hasValue(1);
    }

    @Test
    void readsNamesAsTheyAreTold() {
        assertThat(LinuxFiles.under(root).processor()).contains("Test CPU @ 2 GHz");
        assertThat(LinuxFiles.under(root).distribution()).contains("Test Linux 1");
        assertThat(LinuxFiles.under(root).governor()).isEmpty();
    }

    @Test
    void memoryIsTheMachinesWhereNoGroupLimitsIt() throws IOException {
        write("proc/self/cgroup", "0::/user\n");
        write("sys/fs/cgroup/user/memory.max", "max\n");
        write("sys/fs/cgroup/user/memory.current", GB + "\n");
        Memory memory = LinuxFiles.under(root).memory();
        assertThat(memory.total()).contains(new ByteSize(16 * GB));
        assertThat(memory.available()).contains(new ByteSize(12 * GB));
        assertThat(memory.limit()).isEmpty();
    }

    @Test
    void theSmallestLimitOnTheWayToTheRootHoldsAndCachedFilesAreNotUsed() throws IOException {
        write("proc/self/cgroup", "0::/outer/inner\n");
        write("sys/fs/cgroup/outer/memory.max", 4 * GB + "\n");
        write("sys/fs/cgroup/outer/memory.current", 3 * GB + "\n");
        write("sys/fs/cgroup/outer/memory.stat", "anon 5\ninactive_file " + 2 * GB + "\n");
        write("sys/fs/cgroup/outer/inner/memory.max", 8 * GB + "\n");
        write("sys/fs/cgroup/outer/inner/memory.current", GB + "\n");
        Memory memory = LinuxFiles.under(root).memory();
        assertThat(memory.total()).contains(new ByteSize(4 * GB));
        assertThat(memory.limit()).contains(new ByteSize(4 * GB));
        assertThat(memory.available()).contains(new ByteSize(3 * GB));
    }

    @Test
    void versionOneIsReadTooAlsoInsideAContainer() throws IOException {
        write("proc/self/cgroup", "4:cpu,cpuacct:/docker/abc\n3:memory:/docker/abc\n0::/\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", 2 * GB + "\n");
        write("sys/fs/cgroup/memory/memory.usage_in_bytes", GB + "\n");
        write("sys/fs/cgroup/memory/memory.stat", "total_inactive_file 0\n");
        Memory memory = LinuxFiles.under(root).memory();
        assertThat(memory.limit()).contains(new ByteSize(2 * GB));
        assertThat(memory.available()).contains(new ByteSize(GB));
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        assertThat(LinuxFiles.under(root).memory().limit()).isEmpty();
    }

    @Test
    void aGraphicsCardMayBeWhereADeviceOrADisplayControllerIs() throws IOException {
        assertThat(LinuxFiles.under(root).mayHaveGraphics()).isFalse();
        write("sys/bus/pci/devices/0000:00:01.0/class", "0x020000\n");
        assertThat(LinuxFiles.under(root).mayHaveGraphics()).isFalse();
        write("sys/bus/pci/devices/0000:01:00.0/class", "0x030200\n");
        assertThat(LinuxFiles.under(root).mayHaveGraphics()).isTrue();
        Path other = Files.createDirectories(root.resolve("other/dev"));
        Files.createFile(other.resolve("kfd"));
        assertThat(LinuxFiles.under(root.resolve("other")).mayHaveGraphics()).isTrue();
    }

    @Test
    void garbageIsUnknownAndNeverAFailure() throws IOException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        String[] pieces = {
            "0", "-", ",", "9999999999999999999", ":", "max", " kB", "\n", "MemTotal", "0::/../..", "x", "/"
        };
        for (int i = 0; i < 300; i++) {
            for (String file : new String[] {
                "proc/meminfo", "proc/cpuinfo", "proc/self/status", "proc/self/cgroup", "sys/devices/system/cpu/online"
            }) {
                StringBuilder text = new StringBuilder();
                for (int n = random.nextInt(12); n > 0; n--) {
                    text.append(pieces[random.nextInt(pieces.length)]);
                }
                write(file, text.toString());
            }
            LinuxFiles files = LinuxFiles.under(root);
            assertThat(new Object[] {files.memory(), files.logical(), files.physical(), files.usablePhysical(2)})
                    .as("seed " + seed)
                    .doesNotContainNull();
        }
        assertThat(LinuxFiles.under(root.resolve("nowhere")).memory()).isEqualTo(Memory.UNKNOWN);
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
