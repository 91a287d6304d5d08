package ai.bearllm.machine;

import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What changes from minute to minute and disturbs measurements.
 *
 * @param loadAverage processes that ran or waited to run, averaged over the last minute; empty where the system does not tell
 * @param governor how the first processor chooses its frequency, for example {@code performance}; Linux only, and not in most
 *     virtual machines
 * @param memory main memory at this moment
 */
public record Conditions(OptionalDouble loadAverage, Optional<String> governor, Memory memory) {
    /** Reads them: quick, nothing native is loaded. */
    public static Conditions now() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return new Conditions(
                load < 0 ? OptionalDouble.empty() : OptionalDouble.of(load),
                LinuxFiles.here().governor(),
                Memory.now());
    }
}
