package ai.bearllm.machine;

import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * How often the Linux kernel has killed a process because memory ran out: two looks tell whether it did so between them.
 *
 * <p>Source: {@code oom_kill} in {@code /proc/vmstat} since Linux 4.13, and in the memory controller's {@code memory.events}
 * (version 2) or {@code memory.oom_control} (version 1), see the kernel's {@code admin-guide/cgroup-v2.rst}. Programs that kill
 * before the kernel has to, such as systemd-oomd, are not counted.
 *
 * @param inGroup in the control group of this process, which its children share; empty where the system does not tell
 * @param onMachine everywhere; empty where the system does not tell
 */
public record MemoryKills(OptionalLong inGroup, OptionalLong onMachine) {
    /** Where the kernel killed between two looks. */
    public enum Place {
        /** In this process's own control group: its memory limit was reached, or the machine's. */
        GROUP,
        /** Somewhere on the machine. */
        MACHINE,
        /** Nowhere. */
        NOWHERE,
        /** The system does not tell. */
        UNKNOWN
    }

    /** Looks: under a millisecond. */
    public static MemoryKills now() {
        return under(Path.of("/"));
    }

    static MemoryKills under(Path root) {
        return new MemoryKills(
                ControlGroups.memoryKills(root), LinuxFiles.under(root).memoryKills());
    }

    /** Where the kernel killed since an earlier look; the nearest place that it is known for. */
    public Place since(MemoryKills earlier) {
        if (more(earlier.inGroup, inGroup)) {
            return Place.GROUP;
        }
        if (more(earlier.onMachine, onMachine)) {
            return Place.MACHINE;
        }
        return onMachine.isPresent() && earlier.onMachine.isPresent() ? Place.NOWHERE : Place.UNKNOWN;
    }

    private static boolean more(OptionalLong before, OptionalLong after) {
        return before.isPresent() && after.isPresent() && after.getAsLong() > before.getAsLong();
    }
}
