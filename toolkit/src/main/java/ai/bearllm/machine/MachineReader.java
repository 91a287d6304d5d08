package ai.bearllm.machine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Puts a machine together: the system's own files first, the native library for the rest. */
final class MachineReader {
    private MachineReader() {}

    static Machine read(Optional<Path> folder, LinuxFiles linux) {
        List<String> unread = new ArrayList<>();
        NativeFacts facts = needsNatives(linux) ? natives(unread) : NativeFacts.UNKNOWN;
        int usable = Runtime.getRuntime().availableProcessors();
        OptionalInt physical = or(linux.physical(), facts.physicalCores());
        OptionalInt usablePhysical =
                physical.isEmpty() ? physical : OptionalInt.of(Math.min(usable, physical.getAsInt()));
        return new Machine(
                linux.processor().or(facts::processor),
                new Machine.Cores(
                        physical,
                        or(linux.logical(), facts.logicalCores()),
                        usable,
                        or(linux.usablePhysical(usable), usablePhysical)),
                Memory.now(),
                system(linux),
                System.getProperty("os.arch"),
                Runtime.version() + ", " + System.getProperty("java.vm.name") + ", "
                        + System.getProperty("java.vendor"),
                folder.map(Disk::at),
                facts.gpus(),
                unread);
    }

    /** Not where Linux tells everything: the library takes time, and on newer Javas it makes them print warnings. */
    private static boolean needsNatives(LinuxFiles linux) {
        return linux.processor().isEmpty() || linux.physical().isEmpty() || linux.mayHaveGraphics();
    }

    /** JNA extracts and loads a library, which fails where its temporary folder forbids execution or the platform is rare. */
    private static NativeFacts natives(List<String> unread) {
        try {
            return OshiFacts.read();
        } catch (LinkageError | RuntimeException e) {
            unread.add("Graphics cards could not be looked for, because the native library for it did not load: "
                    + e.getClass().getSimpleName() + ": " + e.getMessage()
                    + ". Start Java with -Djna.tmpdir=<a folder that may execute> to have them read.");
            return NativeFacts.UNKNOWN;
        }
    }

    private static String system(LinuxFiles linux) {
        String kernel = System.getProperty("os.name") + " " + System.getProperty("os.version");
        return linux.distribution().map(name -> name + ", " + kernel).orElse(kernel);
    }

    private static OptionalInt or(OptionalInt first, OptionalInt second) {
        return first.isPresent() ? first : second;
    }
}
