package ai.bearllm.engine.llamacpp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/**
 * How many physical cores this process may use: computing threads beyond them slow each other down.
 *
 * <p>Source: {@code Cpus_allowed_list} in {@code /proc/self/status} (the affinity) and {@code thread_siblings_list} of each
 * processor in {@code /sys/devices/system/cpu}; the JVM's own number of processors holds the cgroup's quota. Where the system
 * does not tell, that number is taken.
 */
final class PhysicalCores {
    private PhysicalCores() {}

    static int usable() {
        int processors = Runtime.getRuntime().availableProcessors();
        return Math.max(1, Math.min(processors, physical(Path.of("/"), processors)));
    }

    static int physical(Path root, int otherwise) {
        try {
            Set<String> cores = new HashSet<>();
            allowed(root).stream().forEach(processor -> cores.add(siblings(root, processor)));
            return cores.isEmpty() || cores.contains("") ? otherwise : cores.size();
        } catch (IOException | NumberFormatException e) {
            return otherwise;
        }
    }

    private static BitSet allowed(Path root) throws IOException {
        for (String line : Files.readAllLines(root.resolve("proc/self/status"))) {
            if (line.startsWith("Cpus_allowed_list:")) {
                return list(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        return new BitSet();
    }

    /** Processors that share a core have the same list; empty where the system does not tell. */
    private static String siblings(Path root, int processor) {
        try {
            return Files.readString(
                            root.resolve("sys/devices/system/cpu/cpu" + processor + "/topology/thread_siblings_list"))
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** A list such as {@code 0-3,8,10-11}. */
    static BitSet list(String text) {
        BitSet set = new BitSet();
        for (String range : text.split(",", -1)) {
            String[] ends = range.strip().split("-", -1);
            int from = Integer.parseInt(ends[0]);
            int to = Integer.parseInt(ends[ends.length - 1]);
            if (from > to || to > 65_535) {
                throw new NumberFormatException("not a list of processors: " + text);
            }
            set.set(from, to + 1);
        }
        return set;
    }
}
