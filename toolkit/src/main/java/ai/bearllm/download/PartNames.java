package ai.bearllm.download;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names parts so that no two downloads share one, and finds those whose process is gone. */
final class PartNames {
    /** Another machine may share the folder and have such a process: only what has rested this long is swept. */
    private static final Duration REST = Duration.ofHours(1);

    private static final Pattern PART = Pattern.compile(".+\\.([0-9]{1,10})-[0-9a-f]{8}\\.part");

    private PartNames() {}

    /** Part of a name that holds this process's id and is used once. */
    static String unique() {
        return ProcessHandle.current().pid()
                + "-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }

    static Path of(Path folder, Path target) {
        return folder.resolve(target.getFileName() + "." + unique() + ".part");
    }

    /** Removes parts of processes that were killed. */
    static void sweep(Path folder, Instant now) throws IOException {
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, "*.part")) {
            for (Path part : parts) {
                if (isAbandoned(part, now)) {
                    Files.deleteIfExists(part);
                }
            }
        }
    }

    private static boolean isAbandoned(Path part, Instant now) throws IOException {
        Matcher matcher = PART.matcher(String.valueOf(part.getFileName()));
        if (!matcher.matches()) {
            return false;
        }
        Optional<ProcessHandle> owner = ProcessHandle.of(Long.parseLong(matcher.group(1)));
        Instant touched = Files.getLastModifiedTime(part).toInstant();
        return owner.isEmpty() && touched.isBefore(now.minus(REST));
    }
}
