package ai.bearllm.worker;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a worker process ended, in words.
 *
 * <p>Source: on Unix {@link Process#exitValue()} is 128 plus the number of the signal that ended the process; signal(7) has
 * the numbers, the same on Linux and macOS for those named here. A JVM that crashes in native code prints a report with the
 * signal and the library, and ends with exit code 1 where it may not dump its memory.
 *
 * @param code the exit code
 * @param crash the signal that the JVM reported; empty where it reported none
 * @param library where that happened; empty where it does not tell
 */
record ExitStatus(int code, Optional<String> crash, OptionalInt crashSignal, Optional<String> library) {
    private static final int SIGNALS_BEGIN = 128;
    private static final int SIGNALS = 64;
    private static final int OUT_OF_HEAP = 3;
    private static final int KILL = 9;
    private static final int ABORT = 6;

    private static final Map<Integer, String> NAMES = Map.of(
            1, "SIGHUP", 2, "SIGINT", 3, "SIGQUIT", 4, "SIGILL", ABORT, "SIGABRT", 8, "SIGFPE", KILL, "SIGKILL", 11,
            "SIGSEGV", 15, "SIGTERM");

    private static final Pattern CRASH = Pattern.compile("^#\\s+(\\w+) \\(0x([0-9a-f]{1,8})\\) at pc=");
    private static final Pattern FRAME = Pattern.compile("^#\\s+C\\s+\\[([^+\\]]+)");

    /**
     * Reads the end of a process.
     *
     * @param log what it printed last
     */
    static ExitStatus of(int code, List<String> log) {
        Optional<Matcher> crash = first(CRASH, log);
        OptionalInt signal = crash.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(Integer.parseUnsignedInt(crash.get().group(2), 16));
        return new ExitStatus(
                code,
                crash.map(found -> found.group(1)),
                signal,
                first(FRAME, log).map(found -> found.group(1)));
    }

    private static Optional<Matcher> first(Pattern pattern, List<String> lines) {
        return lines.stream().map(pattern::matcher).filter(Matcher::find).findFirst();
    }

    /** The signal that ended the process; empty where it ended by itself or the system has other notions. */
    OptionalInt signal() {
        int signal = crashSignal.orElse(code - SIGNALS_BEGIN);
        return signal > 0 && signal <= SIGNALS ? OptionalInt.of(signal) : OptionalInt.empty();
    }

    /** What happened. */
    String sentence() {
        if (crash.isPresent()) {
            return "The worker process crashed in native code (" + crash.get()
                    + library.map(name -> " in " + name).orElse("") + ").";
        }
        if (signal().isEmpty()) {
            return code == OUT_OF_HEAP
                    ? "The worker process ended because its Java heap was full."
                    : "The worker process ended by itself with exit code " + code + ".";
        }
        int signal = signal().getAsInt();
        String named = NAMES.getOrDefault(signal, "signal " + signal);
        return switch (signal) {
            case KILL ->
                "The worker process was killed (SIGKILL); where nobody did it by hand it was most likely the"
                        + " kernel, because memory ran out.";
            case ABORT -> "The worker process was ended by its native code (SIGABRT).";
            default -> "The worker process was ended by " + named + ".";
        };
    }

    /** What the reader can do. */
    String fix() {
        String again = "Ask again: the model is loaded anew by itself.";
        if (signal().orElse(0) == KILL) {
            return again + " If it happens again, close other programs or take a smaller model or context.";
        }
        return again + " If it happens again, validate the model's file and report the log.";
    }
}
