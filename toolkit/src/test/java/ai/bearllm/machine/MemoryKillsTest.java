package ai.bearllm.machine;

import static ai.bearllm.machine.MemoryKills.Place.GROUP;
import static ai.bearllm.machine.MemoryKills.Place.MACHINE;
import static ai.bearllm.machine.MemoryKills.Place.NOWHERE;
import static ai.bearllm.machine.MemoryKills.Place.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryKillsTest {
    @TempDir
    Path root;

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @Test
    void areReadOfTheGroupAndOfTheMachineInBothVersions() throws IOException {
        assertThat(MemoryKills.under(root)).isEqualTo(kills(-1, -1));
        write("proc/vmstat", "nr_free_pages 9\noom_kill 7\n");
        assertThat(MemoryKills.under(root)).isEqualTo(kills(-1, 7));
        write("proc/self/cgroup", "3:memory:/a/b\n");
        write("sys/fs/cgroup/memory/a/b/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
        assertThat(MemoryKills.under(root)).isEqualTo(kills(2, 7));
        write("proc/self/cgroup", "0::/c\n");
        write("sys/fs/cgroup/c/memory.events", "oom 5\noom_kill 3\noom_group_kill 0\n");
        assertThat(MemoryKills.under(root)).isEqualTo(kills(3, 7));
        write("sys/fs/cgroup/c/memory.events", "oom_kill many\n");
        assertThat(MemoryKills.under(root)).isEqualTo(kills(-1, 7));
    }

    @Test
    void tellTheNearestPlaceThatIsKnown() {
        assertThat(kills(2, 7).since(kills(1, 6))).isEqualTo(GROUP);
        assertThat(kills(1, 7).since(kills(1, 6))).isEqualTo(MACHINE);
        assertThat(kills(-1, 7).since(kills(-1, 6))).isEqualTo(MACHINE);
        assertThat(kills(1, 6).since(kills(1, 6))).isEqualTo(NOWHERE);
        assertThat(kills(1, -1).since(kills(1, -1))).isEqualTo(UNKNOWN);
        assertThat(kills(-1, 6).since(kills(-1, -1))).isEqualTo(UNKNOWN);
    }

    private static MemoryKills kills(long group, long machine) {
        return new MemoryKills(known(group), known(machine));
    }

    private static OptionalLong known(long count) {
        return count < 0 ? OptionalLong.empty() : OptionalLong.of(count);
    }
}
