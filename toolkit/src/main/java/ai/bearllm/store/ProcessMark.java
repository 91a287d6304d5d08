package ai.bearllm.store;

import java.time.Instant;
import java.util.Optional;

/**
 * Names a process of some machine for good: a number alone is given to another process sooner or later. For rows whose writer may
 * have died before it could finish them.
 *
 * @param host the machine's name
 * @param pid the process's number
 * @param startedMillis when it began, in milliseconds since 1970; 0 where the system does not tell
 */
public record ProcessMark(String host, long pid, long startedMillis) {
    /** This process. */
    public static ProcessMark here() {
        ProcessHandle self = ProcessHandle.current();
        return new ProcessMark(Host.name(), self.pid(), started(self));
    }

    /** Reads what {@link #toString()} wrote; empty for any other text. */
    public static Optional<ProcessMark> parse(String text) {
        String[] parts = text.split(" ", 3);
        try {
            return parts.length < 3
                    ? Optional.empty()
                    : Optional.of(new ProcessMark(parts[2], Long.parseLong(parts[0]), Long.parseLong(parts[1])));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Whether it surely lives no more: a process of this machine that is gone, or whose number another one has. */
    public boolean isGone() {
        if (!host.equals(Host.name())) {
            return false;
        }
        Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        return process.isEmpty() || started(process.get()) != startedMillis;
    }

    private static long started(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /** One line: number, start, machine. */
    @Override
    public String toString() {
        return pid + " " + startedMillis + " " + host;
    }
}
