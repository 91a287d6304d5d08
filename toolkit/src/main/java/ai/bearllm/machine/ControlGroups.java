package ai.bearllm.machine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * The memory limits of the control groups that this process is in, version 1 and 2. A group's limit holds for all groups
 * below it, so each one up to the root counts.
 *
 * <p>Source: the kernel's {@code admin-guide/cgroup-v2.rst} and {@code cgroup-v1/memory.rst}.
 */
final class ControlGroups {
    private static final Version V1 =
            new Version("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file", "memory.oom_control");
    private static final Version V2 = new Version("memory.max", "memory.current", "inactive_file", "memory.events");

    private final List<Level> levels;

    private ControlGroups(List<Level> levels) {
        this.levels = levels;
    }

    private record Version(String limit, String usage, String reclaimable, String events) {}

    private record Level(long limit, OptionalLong left) {}

    static ControlGroups under(Path root) {
        List<Level> levels = new ArrayList<>();
        for (Group group : groups(root)) {
            for (Path level = group.folder();
                    level != null && level.startsWith(group.mount());
                    level = level.getParent()) {
                addLevel(levels, level, group.version());
            }
        }
        return new ControlGroups(levels);
    }

    /** How often the kernel killed in this process's own group because memory ran out; empty where it does not count. */
    static OptionalLong memoryKills(Path root) {
        return groups(root).stream()
                .flatMapToLong(group ->
                        LinuxFiles.counter(
                                group.folder().resolve(group.version().events()), "oom_kill")
                                .stream())
                .findFirst();
    }

    /** A group whose memory is controlled. */
    private record Group(Path mount, Path folder, Version version) {
        static Group of(Path mount, String path, Version version) {
            Path folder = mount.resolve(path.replaceFirst("^/+", "")).normalize();
            // A container sees its own group as the mount's root, while the path is the host's.
            boolean seen = folder.startsWith(mount) && Files.isDirectory(folder);
            return new Group(mount, seen ? folder : mount, version);
        }
    }

    private static List<Group> groups(Path root) {
        Path mounts = root.resolve("sys/fs/cgroup");
        List<Group> groups = new ArrayList<>();
        for (String line : LinuxFiles.read(root.resolve("proc/self/cgroup"))) {
            // "<id>:<controllers>:<path>"; version 2 has id 0 and no controllers.
            String[] fields = line.split(":", 3);
            if (fields.length == 3 && fields[0].equals("0") && fields[1].isEmpty()) {
                groups.add(Group.of(mounts, fields[2], V2));
            } else if (fields.length == 3 && List.of(fields[1].split(",")).contains("memory")) {
                groups.add(Group.of(mounts.resolve("memory"), fields[2], V1));
            }
        }
        return groups;
    }

    private static void addLevel(List<Level> levels, Path folder, Version version) {
        OptionalLong limit = first(folder.resolve(version.limit()));
        if (limit.isEmpty()) {
            return;
        }
        OptionalLong usage = first(folder.resolve(version.usage()));
        long reclaimable = LinuxFiles.counter(folder.resolve("memory.stat"), version.reclaimable())
                .orElse(0);
        OptionalLong left = usage.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, limit.getAsLong() - Math.max(0, usage.getAsLong() - reclaimable)));
        levels.add(new Level(limit.getAsLong(), left));
    }

    /** Empty also for "max" and for version 1's huge number: there is no limit then. */
    private static OptionalLong first(Path file) {
        return LinuxFiles.read(file).stream()
                .flatMapToLong(line -> LinuxFiles.number(line.strip()).stream())
                .findFirst();
    }

    /** The smallest limit in bytes; empty where there is none. */
    OptionalLong memoryLimit() {
        return levels.stream().mapToLong(Level::limit).min();
    }

    /** The least that any limit leaves, in bytes, cached files that can be dropped not counted as used. */
    OptionalLong memoryLeft() {
        return levels.stream()
                .flatMapToLong(level ->
                        level.left().isPresent() ? LongStream.of(level.left().getAsLong()) : LongStream.empty())
                .min();
    }
}
