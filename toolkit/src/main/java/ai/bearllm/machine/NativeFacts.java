package ai.bearllm.machine;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What only a native library tells, or tells on systems without {@code /proc}.
 *
 * @param processor the processor's name
 * @param physicalCores of the whole machine
 * @param logicalCores of the whole machine
 * @param gpus graphics cards
 */
record NativeFacts(
        Optional<String> processor, OptionalInt physicalCores, OptionalInt logicalCores, List<Machine.Gpu> gpus) {
    static final NativeFacts UNKNOWN =
            new NativeFacts(Optional.empty(), OptionalInt.empty(), OptionalInt.empty(), List.of());
}
