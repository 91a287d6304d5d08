package ai.bearllm.engine.llamacpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhysicalCoresTest {
    private static final int OTHERWISE = 99;

    @TempDir
    Path root;

    private void system(String allowed, String... siblings) throws IOException {
        write("proc/self/status", "Name:\tjava\nCpus_allowed:\tff\nCpus_allowed_list:\t" + allowed + "\n");
        for (int i = 0; i < siblings.length; i++) {
            write("sys/devices/system/cpu/cpu" + i + "/topology/thread_siblings_list", siblings[i] + "\n");
        }
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @Test
    void countTwoThreadsOfACoreOnce() throws IOException {
        system("0-3", "0,2", "1,3", "0,2", "1,3");
        assertThat(PhysicalCores.physical(root, OTHERWISE)).isEqualTo(2);
    }

    @Test
    void leaveOutWhatTheProcessMayNotUse() throws IOException {
        system("1,3", "0-1", "0-1", "2-3", "2-3");
        assertThat(PhysicalCores.physical(root, OTHERWISE)).isEqualTo(2);
        system("2-3", "0-1", "0-1", "2-3", "2-3");
        assertThat(PhysicalCores.physical(root, OTHERWISE)).isEqualTo(1);
    }

    @Test
    void areNotGuessedWhereTheSystemDoesNotTell() throws IOException {
        assertThat(PhysicalCores.physical(root, OTHERWISE)).isEqualTo(OTHERWISE);
        system("0-3", "0", "1");
        assertThat(PhysicalCores.physical(root, OTHERWISE)).isEqualTo(OTHERWISE);
        system("nonsense");
        assertThat(PhysicalCores.physical(root, OTHERWISE)).isEqualTo(OTHERWISE);
    }

    @Test
    void readListsAsTheKernelWritesThem() {
        assertThat(PhysicalCores.list("0-3,8,10-11").toString()).isEqualTo("{0, 1, 2, 3, 8, 10, 11}");
        assertThatThrownBy(() -> PhysicalCores.list("3-0")).isInstanceOf(NumberFormatException.class);
        assertThatThrownBy(() -> PhysicalCores.list("0-2000000000")).isInstanceOf(NumberFormatException.class);
    }

    @Test
    void areAtLeastOneAndNoMoreThanTheProcessorsHere() {
        assertThat(PhysicalCores.usable()).isBetween(1, Runtime.getRuntime().availableProcessors());
    }
}
