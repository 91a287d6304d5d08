package ai.bearllm.machine;

import ai.bearllm.model.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What Linux tells in {@code /proc}, {@code /sys} and {@code /etc}; on other systems everything is empty. */
final class LinuxFiles {
    /** More processors than any kernel supports; a larger number is not a processor's. */
    private static final int MOST_PROCESSORS = 65_536;

    private final Path root;

    private LinuxFiles(Path root) {
        this.root = root;
    }

    static LinuxFiles here() {
        return new LinuxFiles(Path.of("/"));
    }

    static LinuxFiles under(Path root) {
        return new LinuxFiles(root);
    }

    Optional<String> processor() {
        return value("proc/cpuinfo", "model name");
    }

    /** Name and version of the distribution, see os-release(5). */
    Optional<String> distribution() {
        return lines("etc/os-release")
                .filter(line -> line.startsWith("PRETTY_NAME="))
                .map(line -> line.substring("PRETTY_NAME=".length())
                        .replace("\"", "")
                        .strip())
                .filter(name -> !name.isEmpty())
                .findFirst();
    }

    OptionalInt logical() {
        BitSet online = online();
        return online.isEmpty() ? OptionalInt.empty() : OptionalInt.of(online.cardinality());
    }

    OptionalInt physical() {
        return cores(online());
    }

    /** Physical cores behind the processors that this process may run on. */
    OptionalInt usablePhysical(int usable) {
        BitSet allowed = value("proc/self/status", "Cpus_allowed_list")
                .map(LinuxFiles::ranges)
                .orElseGet(this::online);
        OptionalInt cores = cores(allowed);
        return cores.isEmpty() ? cores : OptionalInt.of(Math.min(cores.getAsInt(), usable));
    }

    private BitSet online() {
        return lines("sys/devices/system/cpu/online")
                .findFirst()
                .map(LinuxFiles::ranges)
                .orElseGet(BitSet::new);
    }

    /** Hardware threads of one core name the same siblings. Empty where a processor names none. */
    private OptionalInt cores(BitSet processors) {
        Set<String> siblings = new HashSet<>();
        for (int cpu : processors.stream().toArray()) {
            Optional<String> group = lines("sys/devices/system/cpu/cpu" + cpu + "/topology/thread_siblings_list")
                    .findFirst();
            if (group.isEmpty()) {
                return OptionalInt.empty();
            }
            siblings.add(group.get().strip());
        }
        return siblings.isEmpty() ? OptionalInt.empty() : OptionalInt.of(siblings.size());
    }

    Memory memory() {
        OptionalLong total = kilobytes("MemTotal");
        OptionalLong available = kilobytes("MemAvailable");
        if (total.isEmpty()) {
            return Memory.UNKNOWN;
        }
        ControlGroups groups = ControlGroups.under(root);
        Optional<ByteSize> limit = sizeOf(groups.memoryLimit()).filter(size -> size.bytes() < total.getAsLong());
        OptionalLong left = groups.memoryLeft();
        return new Memory(
                limit.or(() -> sizeOf(total)),
                sizeOf(available)
                        .map(size -> left.isPresent() && left.getAsLong() < size.bytes()
                                ? new ByteSize(left.getAsLong())
                                : size),
                limit);
    }

    /**
     * Whether a graphics card may be there: a device file of NVIDIA, AMD or Windows' subsystem, a card of the kernel's own, or
     * a display controller on the PCI bus (class 03).
     */
    boolean mayHaveGraphics() {
        return Stream.of("dev/nvidia0", "dev/nvidiactl", "dev/kfd", "dev/dxg")
                        .anyMatch(device -> Files.exists(root.resolve(device)))
                || children("sys/class/drm").anyMatch(card -> card.startsWith("card"))
                || children("sys/bus/pci/devices")
                        .flatMap(device -> lines("sys/bus/pci/devices/" + device + "/class"))
                        .anyMatch(type -> type.startsWith("0x03"));
    }

    private Stream<String> children(String folder) {
        String[] names = root.resolve(folder).toFile().list();
        return names == null ? Stream.empty() : Stream.of(names);
    }

    /** The frequency governor of the first processor, for example {@code performance}. */
    Optional<String> governor() {
        return lines("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").findFirst();
    }

    private OptionalLong kilobytes(String key) {
        // "MemTotal:       24684084 kB"
        return value("proc/meminfo", key)
                .map(text -> number(text.replace("kB", "").strip()))
                .filter(OptionalLong::isPresent)
                .map(kilobytes -> OptionalLong.of(Math.multiplyExact(kilobytes.getAsLong(), 1024L)))
                .orElseGet(OptionalLong::empty);
    }

    private static Optional<ByteSize> sizeOf(OptionalLong bytes) {
        return bytes.isPresent() ? Optional.of(new ByteSize(bytes.getAsLong())) : Optional.empty();
    }

    /** Processes that the kernel has killed because memory ran out, since the machine's start. */
    OptionalLong memoryKills() {
        return counter(root.resolve("proc/vmstat"), "oom_kill");
    }

    /** The number of the first line {@code name number}; empty where there is none. */
    static OptionalLong counter(Path file, String name) {
        return read(file).stream()
                .filter(line -> line.startsWith(name + " "))
                .flatMapToLong(line -> number(line.substring(name.length() + 1).strip()).stream())
                .findFirst();
    }

    /** The value of the first line {@code key : value}. */
    private Optional<String> value(String file, String key) {
        return lines(file)
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).strip())
                .filter(rest -> rest.startsWith(":"))
                .map(rest -> rest.substring(1).strip())
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    private Stream<String> lines(String file) {
        return read(root.resolve(file)).stream();
    }

    /** The file's lines; none where it is missing or unreadable. */
    static List<String> read(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException | SecurityException e) {
            return List.of();
        }
    }

    /** At most 15 digits, so that what is computed from it fits a long. */
    static OptionalLong number(String text) {
        return text.matches("[0-9]{1,15}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    /** Reads "0-3,8": numbers and ranges; what is neither is left out. */
    static BitSet ranges(String text) {
        return Stream.of(text.strip().split(","))
                .flatMapToInt(LinuxFiles::range)
                .collect(BitSet::new, BitSet::set, BitSet::or);
    }

    private static IntStream range(String text) {
        List<OptionalLong> ends =
                Stream.of(text.strip().split("-", 2)).map(LinuxFiles::number).toList();
        if (ends.stream().anyMatch(end -> end.isEmpty() || end.getAsLong() >= MOST_PROCESSORS)) {
            return IntStream.empty();
        }
        int first = (int) ends.get(0).orElseThrow();
        int last = (int) ends.get(ends.size() - 1).orElseThrow();
        return IntStream.rangeClosed(first, last);
    }
}
