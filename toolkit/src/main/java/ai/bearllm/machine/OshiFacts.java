package ai.bearllm.machine;

import ai.bearllm.model.ByteSize;
import java.util.Optional;
import java.util.OptionalInt;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.GraphicsCard;
import oshi.hardware.HardwareAbstractionLayer;

/** The only class that names OSHI, so that its absence or failure stays here. In OSHI 0 and -1 mean unknown. */
final class OshiFacts {
    private OshiFacts() {}

    static NativeFacts read() {
        HardwareAbstractionLayer hardware = new SystemInfo().getHardware();
        CentralProcessor processor = hardware.getProcessor();
        return new NativeFacts(
                known(processor.getProcessorIdentifier().getName()),
                positive(processor.getPhysicalProcessorCount()),
                positive(processor.getLogicalProcessorCount()),
                hardware.getGraphicsCards().stream().map(OshiFacts::gpu).toList());
    }

    private static Machine.Gpu gpu(GraphicsCard card) {
        return new Machine.Gpu(
                known(card.getName()).orElse("graphics card without a name"),
                known(card.getVendor()),
                card.getVRam() > 0 ? Optional.of(new ByteSize(card.getVRam())) : Optional.empty());
    }

    private static Optional<String> known(String text) {
        String stripped = text.strip();
        return stripped.isEmpty() || stripped.equalsIgnoreCase("unknown") ? Optional.empty() : Optional.of(stripped);
    }

    private static OptionalInt positive(int count) {
        return count > 0 ? OptionalInt.of(count) : OptionalInt.empty();
    }
}
