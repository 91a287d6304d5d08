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
            new Version("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file");
    private static final Version V2 = new Version("memory.max", "memory.current", "inactive_file");

    private final List<Level> levels;

    private ControlGroups(List<Level> levels) {
        this.levels = levels;
    }

    private record Version(String limit, String usage, String reclaimable) {}

    private record Level(long limit, OptionalLong left) {}

    static ControlGroups under(Path root) {
        Path mounts = root.resolve("sys/fs/cgroup");
        List<Level> levels = new ArrayList<>();
        for (String line : LinuxFiles.read(root.resolve("proc/self/cgroup"))) {
            // "<id>:<controllers>:<path>"; version 2 has id 0 and no controllers.
            String[] fields = line.split(":", 3);
            if (fields.length == 3 && fields[0].equals("0") && fields[1].isEmpty()) {
                addLevels(levels, mounts, fields[2], V2);
            } else if (fields.length == 3 && List.of(fields[1].split(",")).contains("memory")) {
                addLevels(levels, mounts.resolve("memory"), fields[2], V1);
            }
        }
        return new ControlGroups(levels);
    }

    private static void addLevels(List<Level> levels, Path mount, String group, Version version) {
        Path folder = mount.resolve(group.replaceFirst("^/+", "")).normalize();
        // A container sees its own group as the mount's root, while the path is the host's.
        if (!folder.startsWith(mount) || !Files.isDirectory(folder)) {
            folder = mount;
        }
        for (Path level = folder; level != null && level.startsWith(mount); level = level.getParent()) {
            addLevel(levels, level, version);
        }
    }

    private static void addLevel(List<Level> levels, Path folder, Version version) {
        OptionalLong limit = first(folder.resolve(version.limit()));
        if (limit.isEmpty()) {
            return;
        }
        OptionalLong usage = first(folder.resolve(version.usage()));
        long reclaimable = LinuxFiles.read(folder.resolve("memory.stat")).stream()
                .filter(line -> line.startsWith(version.reclaimable() + " "))
                .flatMapToLong(line ->
                        LinuxFiles.number(line.substring(version.reclaimable().length() + 1)
                                        .strip())
                                .stream())
                .findFirst()
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
