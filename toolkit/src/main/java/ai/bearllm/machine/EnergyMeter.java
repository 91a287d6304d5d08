package ai.bearllm.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Reads how much energy this machine's processors have used: the whole packages, whoever used them. Many systems let only root
 * read it; then nothing is known.
 *
 * <p>Source: the Linux kernel's powercap interface, {@code /sys/class/powercap/intel-rapl:N} with {@code name},
 * {@code energy_uj} in microjoules and {@code max_energy_range_uj}, where the counter begins again; processors of AMD have it too.
 */
public final class EnergyMeter {
    /** What a figure of this meter comes from. */
    public static final String SOURCE = "RAPL package";

    private static final double MICRO = 1e-6;

    private final List<Domain> packages;

    private EnergyMeter(List<Domain> packages) {
        this.packages = List.copyOf(packages);
    }

    private record Domain(Path counter, long range) {}

    /**
     * The counters at one moment, in microjoules.
     *
     * @param values one a package; empty where they cannot be read
     */
    public record Reading(List<Long> values) {
        public Reading {
            values = List.copyOf(values);
        }
    }

    /** The meter of this machine. */
    public static EnergyMeter here() {
        return in(Path.of("/sys/class/powercap"));
    }

    static EnergyMeter in(Path powercap) {
        List<Domain> packages = new ArrayList<>();
        try (Stream<Path> zones = Files.list(powercap)) {
            for (Path zone : zones.sorted().toList()) {
                // Its parts (cores, memory) have a second number and would be counted twice.
                boolean whole = zone.getFileName().toString().matches("intel-rapl:[0-9]+");
                Optional<String> name = whole ? text(zone.resolve("name")) : Optional.empty();
                OptionalLong range = number(zone.resolve("max_energy_range_uj"));
                if (name.orElse("").startsWith("package") && range.isPresent()) {
                    packages.add(new Domain(zone.resolve("energy_uj"), range.getAsLong()));
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // Another system, or a container that hides it: nothing is known.
            return new EnergyMeter(List.of());
        }
        return new EnergyMeter(packages);
    }

    /** The counters now. */
    public Reading read() {
        List<Long> values = new ArrayList<>();
        for (Domain domain : packages) {
            OptionalLong value = number(domain.counter());
            if (value.isEmpty()) {
                return new Reading(List.of());
            }
            values.add(value.getAsLong());
        }
        return new Reading(values);
    }

    /**
     * What was used between two readings of this meter, in joules; empty where unknown. Right for spans in which no counter began
     * again twice: at least a quarter of an hour at 250 W.
     */
    public OptionalDouble joules(Reading before, Reading after) {
        if (packages.isEmpty()
                || before.values().size() != packages.size()
                || after.values().size() != packages.size()) {
            return OptionalDouble.empty();
        }
        double sum = 0;
        for (int i = 0; i < packages.size(); i++) {
            long used = after.values().get(i) - before.values().get(i);
            sum += used < 0 ? used + packages.get(i).range() : used;
        }
        return OptionalDouble.of(sum * MICRO);
    }

    private static Optional<String> text(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static OptionalLong number(Path file) {
        try {
            Optional<String> text = text(file);
            return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text.get()));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
