package ai.bearllm.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What the system says that a process does at this moment. Source: {@code State} in {@code /proc/<pid>/status}, see proc(5). */
enum ProcessState {
    /** It runs, or waits for its turn or for an event. */
    LIVE,
    /** A signal such as SIGSTOP, or a debugger, has stopped it. */
    STOPPED,
    /** It waits for a disk or another device and can be neither interrupted nor killed meanwhile. */
    IN_DEVICE,
    /** It has ended, and nobody has asked for its exit code yet. */
    ENDED,
    /** There is no such process, or this system does not tell. */
    UNKNOWN;

    static ProcessState of(long pid) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("State:"))
                    .findFirst()
                    .map(line -> of(line.substring("State:".length()).strip()))
                    .orElse(UNKNOWN);
        } catch (IOException | UncheckedIOException e) {
            return UNKNOWN;
        }
    }

    private static ProcessState of(String state) {
        if (state.isEmpty()) {
            return UNKNOWN;
        }
        return switch (state.toUpperCase(Locale.ROOT).charAt(0)) {
            case 'R', 'S', 'I' -> LIVE;
            case 'T' -> STOPPED;
            case 'D' -> IN_DEVICE;
            case 'Z', 'X' -> ENDED;
            default -> UNKNOWN;
        };
    }
}
