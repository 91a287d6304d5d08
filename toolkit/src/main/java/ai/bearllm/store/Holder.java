package ai.bearllm.store;

import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Says who has the database, in a file of its own beside the lock, because a lock file must not be read. It only informs:
 * whether someone has the database, the lock alone decides, so a holder that died needs no cleaning up.
 *
 * <p>But where the lock was had although another holder goes on writing that file, the file system's locks do not work.
 */
final class Holder {
    private static final Logger LOG = System.getLogger(Holder.class.getName());
    private static final String UNKNOWN = "another process";
    /** Several of a holder's beats. */
    private static final int WATCHED_MILLIS = 2_000;

    private static final int LOOK_MILLIS = 100;

    private final Path file;
    private final Clock clock;
    private long beats;
    private long since;

    Holder(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    void enter() {
        since = clock.millis();
        write();
    }

    /** Writes the file anew, so that others see that this holder lives. */
    void beat() {
        beats++;
        write();
    }

    private void write() {
        ProcessMark self = ProcessMark.here();
        String line = String.join(
                "\t",
                String.valueOf(self.pid()),
                String.valueOf(since),
                name(),
                self.host(),
                String.valueOf(self.startedMillis()),
                String.valueOf(beats));
        try {
            Files.writeString(file, line + "\n");
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
            String[] parts = Files.readString(file).strip().split("\t", -1);
            long pid = Long.parseLong(parts[0]);
            Duration held = Duration.between(Instant.ofEpochMilli(Long.parseLong(parts[1])), clock.instant());
            boolean here = parts.length < 4 || parts[3].equals(Host.name());
            boolean self = here && pid == ProcessHandle.current().pid();
            return new Waiting(
                    self
                            ? "another lease of this process"
                            : parts[2] + " (process " + pid + (here ? ")" : " on " + parts[3] + ")"),
                    OptionalLong.of(pid),
                    held.isNegative() ? Duration.ZERO : held,
                    waited);
        } catch (IOException | RuntimeException e) {
            // Absent or half-written: it informs, no more.
            return new Waiting(UNKNOWN, OptionalLong.empty(), Duration.ZERO, waited);
        }
    }

    /**
     * Asked by one who just got the lock: whether another holder is at work all the same. One that died left its file; one that
     * lives writes it again or removes it. Takes two seconds where the file's writer may live, else nothing.
     *
     * @return who it is
     */
    Optional<String> livesElsewhere(Cancellation cancellation) {
        String left = content();
        if (left.isEmpty() || isDead(left.split("\t", -1))) {
            return Optional.empty();
        }
        for (int waited = 0; waited < WATCHED_MILLIS; waited += LOOK_MILLIS) {
            cancellation.check();
            SideLock.pause(LOOK_MILLIS * 2);
            if (!content().equals(left)) {
                String[] parts = left.split("\t", -1);
                return Optional.of(
                        parts.length > 3 ? parts[2] + " (process " + parts[0] + " on " + parts[3] + ")" : UNKNOWN);
            }
        }
        return Optional.empty();
    }

    private String content() {
        try {
            return Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the holder's name could not be read", e);
            return "";
        }
    }

    /** Whether the writer surely lives no more: a process of this machine that is gone, or whose number another one has. */
    private static boolean isDead(String[] parts) {
        try {
            if (parts.length < 5 || !parts[3].equals(Host.name())) {
                return parts.length < 5;
            }
            ProcessMark writer = new ProcessMark(parts[3], Long.parseLong(parts[0]), Long.parseLong(parts[4]));
            return writer.isGone() || writer.pid() == ProcessHandle.current().pid();
        } catch (NumberFormatException e) {
            return true;
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
