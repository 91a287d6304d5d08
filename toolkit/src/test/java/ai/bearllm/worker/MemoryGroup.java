package ai.bearllm.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A control group whose memory the kernel limits: what goes beyond is killed. Making one needs rights that few users have.
 *
 * @param folder the group
 */
record MemoryGroup(Path folder) implements AutoCloseable {
    /** Below the group of this process, version 2 or 1; empty where none can be made. */
    static Optional<MemoryGroup> of(long bytes) throws IOException {
        Path groups = Path.of("/proc/self/cgroup");
        for (String line : Files.exists(groups) ? Files.readAllLines(groups) : List.<String>of()) {
            String[] fields = line.split(":", 3);
            boolean second = fields[0].equals("0");
            if (second || fields[1].equals("memory")) {
                Path mount = Path.of("/sys/fs/cgroup", fields[1]);
                Optional<MemoryGroup> made =
                        below(Path.of(mount + fields[2]), second ? "memory.max" : "memory.limit_in_bytes", bytes);
                if (made.isPresent()) {
                    return made;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<MemoryGroup> below(Path parent, String limit, long bytes) {
        Path folder = parent.resolve("bear-test-" + System.nanoTime());
        try {
            Files.createDirectory(folder);
            try {
                Files.writeString(folder.resolve(limit), Long.toString(bytes));
                return Optional.of(new MemoryGroup(folder));
            } catch (IOException e) {
                Files.delete(folder);
                return Optional.empty();
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** From now on this process's new memory counts here. */
    void add(long pid) throws IOException {
        Files.writeString(folder.resolve("cgroup.procs"), Long.toString(pid));
    }

    /** Removes the group once its processes are gone. */
    @Override
    public void close() throws IOException {
        for (int i = 0; ; i++) {
            try {
                Files.deleteIfExists(folder);
                return;
            } catch (IOException e) {
                if (i == 100) {
                    throw e;
                }
                try {
                    Thread.sleep(100);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw e;
                }
            }
        }
    }
}
