package ai.bearllm.store;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Says who has the database, in a file of its own beside the lock, because a lock file must not be read. It only informs:
 * whether someone has the database, the lock alone decides, so a holder that died needs no cleaning up.
 */
final class Holder {
    private static final Logger LOG = System.getLogger(Holder.class.getName());
    private static final String UNKNOWN = "another process";

    private final Path file;
    private final Clock clock;

    Holder(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    void enter() {
        try {
            Files.writeString(file, ProcessHandle.current().pid() + "\t" + clock.millis() + "\t" + name() + "\n");
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the holder's name could not be written", e);
        }
    }

    void leave() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the holder's name could not be removed", e);
        }
    }

    Waiting waiting(Duration waited) {
        try {
            String[] parts = Files.readString(file).strip().split("\t", 3);
            long pid = Long.parseLong(parts[0]);
            Duration held = Duration.between(Instant.ofEpochMilli(Long.parseLong(parts[1])), clock.instant());
            boolean self = pid == ProcessHandle.current().pid();
            return new Waiting(
                    self ? "another lease of this process" : parts[2] + " (process " + pid + ")",
                    OptionalLong.of(pid),
                    held.isNegative() ? Duration.ZERO : held,
                    waited);
        } catch (IOException | RuntimeException e) {
            // Absent or half-written: it informs, no more.
            return new Waiting(UNKNOWN, OptionalLong.empty(), Duration.ZERO, waited);
        }
    }

    /** The notebook's name where Jupyter tells it: jupyter_server sets JPY_SESSION_NAME in a kernel's environment. */
    private static String name() {
        String session = System.getenv("JPY_SESSION_NAME");
        if (session == null || session.isBlank()) {
            return "a Java program";
        }
        return session.substring(session.lastIndexOf('/') + 1).replaceAll("\\s", " ");
    }
}
