package ai.bearllm.worker;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How a worker process ended, in words.
 *
 * <p>Source: on Unix {@link Process#exitValue()} is 128 plus the number of the signal that ended the process; signal(7) has
 * the numbers, which are the same on Linux and macOS for those named here. A JVM that crashes in native code writes
 * {@code hs_err} and ends itself by SIGABRT (6).
 *
 * @param code the exit code
 */
record ExitStatus(int code) {
    private static final int SIGNALS_BEGIN = 128;
    private static final int SIGNALS = 64;
    private static final int OUT_OF_HEAP = 3;

    private static final Map<Integer, String> NAMES = Map.of(
            1, "SIGHUP", 2, "SIGINT", 3, "SIGQUIT", 4, "SIGILL", 6, "SIGABRT", 8, "SIGFPE", 9, "SIGKILL", 11, "SIGSEGV",
            15, "SIGTERM");

    OptionalInt signal() {
        int signal = code - SIGNALS_BEGIN;
        return signal > 0 && signal <= SIGNALS ? OptionalInt.of(signal) : OptionalInt.empty();
    }

    /** What happened, as a sentence that begins with "The worker process". */
    String sentence(List<String> lastLines) {
        if (signal().isEmpty()) {
            return code == OUT_OF_HEAP
                    ? "The worker process ended because its Java heap was full."
                    : "The worker process ended by itself with exit code " + code + ".";
        }
        int signal = signal().getAsInt();
        String named = NAMES.getOrDefault(signal, "signal " + signal);
        return switch (named) {
            case "SIGKILL" ->
                "The worker process was killed (SIGKILL); where nobody did it by hand it was most likely the"
                        + " kernel, because memory ran out.";
            case "SIGABRT", "SIGSEGV", "SIGILL", "SIGFPE" ->
                "The worker process crashed in native code (" + crash(named, lastLines) + ").";
            default -> "The worker process was ended by " + named + ".";
        };
    }

    /** The JVM's own report names the first signal and the library. */
    private static String crash(String named, List<String> lastLines) {
        String first = lastLines.stream()
                .filter(line -> line.contains(" at pc="))
                .findFirst()
                .map(line -> line.replaceAll("^[#\\s]*(\\S+) .*$", "$1"))
                .orElse(named);
        return lastLines.stream()
                .filter(line -> line.matches("#\\s+C\\s+\\[.*"))
                .findFirst()
                .map(line -> first + " in " + line.replaceAll("^.*\\[([^+\\]]+).*$", "$1"))
                .orElse(first);
    }

    /** What the reader can do. */
    String fix() {
        String again = "Ask again: the model is loaded anew by itself.";
        if (signal().isPresent() && signal().getAsInt() == 9) {
            return again + " If it happens again, close other programs or take a smaller model or context.";
        }
        return again + " If it happens again, validate the model's file and report the log.";
    }
}
