package ai.bearllm.machine;

import ai.bearllm.model.ByteSize;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * Main memory as this process may use it.
 *
 * <p>Source on Linux: {@code MemTotal} and {@code MemAvailable} of {@code /proc/meminfo}, cut to what the memory controllers of
 * the process's control groups allow, see cgroups(7). Elsewhere the JVM's own figures.
 *
 * @param total the machine's memory, or the container's limit where that is smaller
 * @param available what could be used now without swapping; files that the system only caches count as available
 * @param limit the container's limit, where there is one below the machine's memory
 */
public record Memory(Optional<ByteSize> total, Optional<ByteSize> available, Optional<ByteSize> limit) {
    /** Nothing could be read. */
    static final Memory UNKNOWN = new Memory(Optional.empty(), Optional.empty(), Optional.empty());

    /** Reads it: under a millisecond, nothing native is loaded. */
    public static Memory now() {
        Memory linux = LinuxFiles.here().memory();
        return linux.total().isPresent() ? linux : fromJvm();
    }

    private static Memory fromJvm() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
            return new Memory(
                    positive(system.getTotalMemorySize()), positive(system.getFreeMemorySize()), Optional.empty());
        }
        return UNKNOWN;
    }

    private static Optional<ByteSize> positive(long bytes) {
        return bytes > 0 ? Optional.of(new ByteSize(bytes)) : Optional.empty();
    }
}
