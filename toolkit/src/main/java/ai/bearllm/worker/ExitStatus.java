package ai.bearllm.worker;

import ai.bearllm.machine.MemoryKills;
import ai.bearllm.model.ByteSize;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a worker process ended, in words.
 *
 * <p>Source: on Unix {@link Process#exitValue()} is 128 plus the number of the signal that ended the process; signal(7) has
 * the numbers, the same on Linux and macOS for those named here but SIGBUS, which is Linux's. A JVM that crashes in native code prints a report with the
 * signal and the library, and ends with exit code 1 where it may not dump its memory.
 *
 * @param code the exit code; empty where the process does not end although it was killed
 * @param crash the signal that the JVM reported; empty where it reported none
 * @param library where that happened; empty where it does not tell
 * @param outOfMemory whether the log tells that the system gave no more memory
 * @param kills where the kernel killed for lack of memory while the process ran
 * @param mostHeld the most memory that was seen in its use, in bytes
 */
record ExitStatus(
        OptionalInt code,
        Optional<String> crash,
        OptionalInt crashSignal,
        Optional<String> library,
        boolean outOfMemory,
        MemoryKills.Place kills,
        OptionalLong mostHeld) {
    private static final int SIGNALS_BEGIN = 128;
    private static final int SIGNALS = 64;
    private static final int OUT_OF_HEAP = 3;
    private static final int KILL = 9;
    private static final int ABORT = 6;
    private static final int ILLEGAL_INSTRUCTION = 4;
    private static final int BUS = 7;

    private static final Map<Integer, String> NAMES = Map.of(
            1,
            "SIGHUP",
            2,
            "SIGINT",
            3,
            "SIGQUIT",
            ILLEGAL_INSTRUCTION,
            "SIGILL",
            ABORT,
            "SIGABRT",
            BUS,
            "SIGBUS",
            8,
            "SIGFPE",
            KILL,
            "SIGKILL",
            11,
            "SIGSEGV",
            15,
            "SIGTERM");

    private static final Pattern CRASH = Pattern.compile("^#\\s+(\\w+) \\(0x([0-9a-f]{1,8})\\) at pc=");
    /** What the JVM, the C++ library and ggml print where memory is refused. */
    private static final Pattern NO_MEMORY = Pattern.compile(
            "std::bad_alloc|insufficient memory for the Java|[Ff]ailed to allocate|unable to allocate|Cannot allocate memory");

    private static final Pattern FRAME = Pattern.compile("^#\\s+C\\s+\\[([^+\\]]+)");

    /**
     * Reads the end of a process.
     *
     * @param log what it printed last
     */
    static ExitStatus of(OptionalInt code, List<String> log) {
        Optional<Matcher> crash = first(CRASH, log);
        OptionalInt signal = crash.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(Integer.parseUnsignedInt(crash.get().group(2), 16));
        return new ExitStatus(
                code,
                crash.map(found -> found.group(1)),
                signal,
                first(FRAME, log).map(found -> found.group(1)),
                first(NO_MEMORY, log).isPresent(),
                MemoryKills.Place.UNKNOWN,
                OptionalLong.empty());
    }

    /** With what is known about memory. */
    ExitStatus with(MemoryKills.Place place, OptionalLong held) {
        return new ExitStatus(code, crash, crashSignal, library, outOfMemory, place, held);
    }

    private static Optional<Matcher> first(Pattern pattern, List<String> lines) {
        return lines.stream().map(pattern::matcher).filter(Matcher::find).findFirst();
    }

    /** The signal that ended the process; empty where it ended by itself or the system has other notions. */
    OptionalInt signal() {
        int signal = crashSignal.orElse(code.orElse(0) - SIGNALS_BEGIN);
        return signal > 0 && signal <= SIGNALS ? OptionalInt.of(signal) : OptionalInt.empty();
    }

    /** What happened, and why as far as that can be known. */
    String sentence() {
        if (code.isEmpty()) {
            return "The worker process does not end although it was killed: it waits for a disk or another device.";
        }
        if (crash.isPresent()) {
            return "The worker process crashed in native code (" + crash.get()
                    + library.map(name -> " in " + name).orElse("") + ")." + cause();
        }
        if (signal().isEmpty()) {
            return code.getAsInt() == OUT_OF_HEAP
                    ? "The worker process ended because its Java heap was full."
                    : "The worker process ended by itself with exit code " + code.getAsInt() + "." + cause();
        }
        int signal = signal().getAsInt();
        return switch (signal) {
            case KILL -> killed();
            case ABORT -> "The worker process was ended by its native code (SIGABRT)." + cause();
            default ->
                "The worker process was ended by " + NAMES.getOrDefault(signal, "signal " + signal) + "." + cause();
        };
    }

    private String killed() {
        String held = mostHeld.isPresent() ? " It held " + new ByteSize(mostHeld.getAsLong()) + " at most." : "";
        return switch (kills) {
            case GROUP ->
                "The worker process was killed (SIGKILL) by the kernel, because the memory that this container or control"
                        + " group may use was full." + held;
            case MACHINE ->
                "The worker process was killed (SIGKILL), most likely by the kernel: at that time it killed for lack of"
                        + " memory." + held;
            case NOWHERE ->
                "The worker process was killed (SIGKILL) by a person or a program, such as a guard of memory: the kernel"
                        + " has counted no kill for lack of memory." + held;
            case UNKNOWN ->
                "The worker process was killed (SIGKILL); where nobody did it by hand it was most likely the"
                        + " kernel, because memory ran out." + held;
        };
    }

    private String cause() {
        if (outOfMemory) {
            return " The system gave it no more memory.";
        }
        return switch (signal().orElse(0)) {
            case BUS ->
                " It read a part of a file that was not there any more: the model's file was cut or replaced while it was"
                        + " loaded, or a disk is full or broken.";
            case ILLEGAL_INSTRUCTION ->
                " This processor does not know an instruction that the native library uses: it was built for another.";
            default -> "";
        };
    }

    /** What the reader can do. */
    String fix() {
        if (code.isEmpty()) {
            return "Look after the disk that holds the model; the process is gone when the disk answers.";
        }
        String again = "Ask again: the model is loaded anew by itself.";
        if (outOfMemory || signal().orElse(0) == KILL) {
            return again + " If it happens again, close other programs or take a smaller model or context.";
        }
        return signal().orElse(0) == ILLEGAL_INSTRUCTION
                ? "Take a native library that was built for this processor, or another engine."
                : again + " If it happens again, validate the model's file and report the log.";
    }
}
