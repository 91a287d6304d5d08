package ai.bearllm.machine;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What this computer is and what this process may use of it, read at one moment. What could not be read is empty, and
 * {@link #unread()} says why.
 *
 * <p>Where there may be a graphics card, and on systems other than Linux, a native library is loaded, which takes a few hundred
 * milliseconds the first time; {@link Memory#now()} and {@link Disk#at} are always quick and load nothing.
 *
 * @param processor the processor's name as it tells it
 * @param cores processor cores
 * @param memory main memory
 * @param system operating system with its version
 * @param architecture for example {@code amd64}, {@code aarch64}
 * @param java version and make of the running Java
 * @param disk the file system of the folder that was asked about
 * @param gpus graphics cards found
 * @param unread what could not be read and why, in sentences
 */
public record Machine(
        Optional<String> processor,
        Cores cores,
        Memory memory,
        String system,
        String architecture,
        String java,
        Optional<Disk> disk,
        List<Gpu> gpus,
        List<String> unread)
        implements Shown {
    public Machine {
        gpus = List.copyOf(gpus);
        unread = List.copyOf(unread);
    }

    /**
     * Processor cores.
     *
     * @param physical cores of the whole machine
     * @param logical hardware threads of the whole machine
     * @param usable hardware threads that this process may use, after affinity and container limits
     * @param usablePhysical physical cores behind those: the number of threads that computing gains from
     */
    public record Cores(OptionalInt physical, OptionalInt logical, int usable, OptionalInt usablePhysical) {}

    /**
     * A graphics card.
     *
     * @param name the card's name
     * @param vendor who made it
     * @param memory its own memory, as the driver or the bus tells it
     */
    public record Gpu(String name, Optional<String> vendor, Optional<ByteSize> memory) {}

    /** Reads this computer. */
    public static Machine here() {
        return MachineReader.read(Optional.empty(), LinuxFiles.here());
    }

    /** Reads this computer and the file system of a folder, which need not exist yet. */
    public static Machine here(Path folder) {
        return MachineReader.read(Optional.of(folder), LinuxFiles.here());
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of("This machine").columns("what", "value");
        sheet.row("processor", processor.orElse(null));
        sheet.row("physical cores", boxed(cores.physical()));
        sheet.row("hardware threads", boxed(cores.logical()));
        sheet.row("threads usable here", usable());
        sheet.row("memory", memory.total().orElse(null));
        sheet.row("memory available", memory.available().orElse(null));
        memory.limit().ifPresent(limit -> sheet.row("memory limit of this container", limit));
        disk.ifPresent(d -> sheet.row("disk free at " + d.folder(), d.free().orElse(null)));
        gpus.forEach(gpu -> sheet.row("graphics card", describe(gpu)));
        if (gpus.isEmpty()) {
            sheet.row("graphics card", unread.isEmpty() ? "none found" : null);
        }
        sheet.row("system", system).row("architecture", architecture).row("Java", java);
        unread.forEach(sheet::note);
        return sheet.build();
    }

    private String usable() {
        return cores.usable()
                + (cores.usablePhysical().isPresent()
                        ? " on " + cores.usablePhysical().getAsInt() + " physical"
                        : "");
    }

    private static String describe(Gpu gpu) {
        List<String> parts = new ArrayList<>(List.of(gpu.name()));
        gpu.vendor().ifPresent(parts::add);
        parts.add(gpu.memory().map(ByteSize::toString).orElse("memory unknown"));
        return String.join(", ", parts);
    }

    private static @Nullable Integer boxed(OptionalInt value) {
        return value.isPresent() ? value.getAsInt() : null;
    }

    @Override
    public String toString() {
        return Shown.line("machine: " + cores.usable() + " threads, "
                + memory.total().map(ByteSize::toString).orElse("unknown") + " memory, "
                + (gpus.isEmpty() ? "" : gpus.size() + " GPU, ")
                + processor.orElse(architecture));
    }
}
