package ai.bearllm.download;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** What the other transfers of a folder, in this process and in others, will still write. */
final class Neighbors {
    /** A transfer writes its status several times a second: an older one is of a process that died, or sleeps. */
    private static final Duration FRESH = Duration.ofMinutes(1);

    private Neighbors() {}

    /** In bytes; those of unknown length count as nothing. */
    static long need(Path folder, Path own) throws IOException {
        long need = 0;
        try (DirectoryStream<Path> statuses = Files.newDirectoryStream(folder, "*.status")) {
            for (Path status : statuses) {
                if (!status.equals(own) && isFresh(status)) {
                    need += Status.read(status)
                            .filter(report -> ProcessHandle.of(report.pid()).isPresent())
                            .map(report -> Math.max(0, report.total() - report.done()))
                            .orElse(0L);
                }
            }
        }
        return need;
    }

    private static boolean isFresh(Path status) throws IOException {
        try {
            Duration age = Duration.between(Files.getLastModifiedTime(status).toInstant(), Instant.now());
            // A clock that jumped back makes an age below nothing: that is fresh too.
            return age.compareTo(FRESH) < 0;
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
