package ai.bearllm.machine;

import java.nio.file.Path;
import java.util.Optional;

/** Shows the machine as the files under a folder tell it, in a process of its own. */
final class MachineProgram {
    private MachineProgram() {}

    public static void main(String[] args) {
        MachineReader.read(Optional.empty(), LinuxFiles.under(Path.of(args[0]))).show();
    }
}
