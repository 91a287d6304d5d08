package ai.bearllm.worker;

import ai.bearllm.model.BearException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What one worker printed. Prompts and answers are never in it.
 *
 * @param file the log
 */
record WorkerLog(Path file) {
    private static final int KEPT = 40;
    private static final int TAIL_BYTES = 8192;
    private static final int SHOWN_LINES = 6;
    private static final DateTimeFormatter WHEN = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    /** Makes the file; old ones beyond a few dozen go. */
    static WorkerLog create(Path directory, String heading) {
        try {
            Files.createDirectories(directory);
            prune(directory);
            Path file = Files.createTempFile(
                    directory, "worker-" + WHEN.format(LocalDateTime.now(ZoneId.systemDefault())) + "-", ".log");
            Files.writeString(file, heading + System.lineSeparator());
            return new WorkerLog(file);
        } catch (IOException e) {
            throw new BearException(
                    "The log of a worker cannot be written in " + directory + " (" + e.getMessage() + ").",
                    "Make that directory writable, or free room on its disk.",
                    e);
        }
    }

    private static void prune(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> old = files.filter(file -> file.getFileName().toString().startsWith("worker-"))
                    .sorted(Comparator.comparing(Path::getFileName).reversed())
                    .skip(KEPT)
                    .toList();
            for (Path file : old) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Where the report of a crash in native code is kept, where there was one. */
    Path crashReport() {
        return file.resolveSibling(file.getFileName().toString().replace(".log", "-crash.log"));
    }

    /** Takes the report out of the worker's own directory, which vanishes. */
    void keepCrashReport(Path report) {
        try {
            if (Files.exists(report)) {
                Files.copy(report, crashReport(), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            System.getLogger(WorkerLog.class.getName())
                    .log(System.Logger.Level.DEBUG, "cannot keep the crash report " + report, e);
        }
    }

    /** The last lines that say something, newest last; empty where the file is gone. */
    List<String> lastLines() {
        List<String> lines = lines().stream().filter(WorkerLog::saysSomething).toList();
        return lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size());
    }

    /** The JVM's report of a crash begins with {@code #}; two of its lines tell the cause, the others are the same each time. */
    private static boolean saysSomething(String line) {
        return line.startsWith("#")
                ? line.contains(" at pc=") || line.matches("#\\s+[A-Za-z]\\s+\\[.*")
                : line.matches(".*[\\p{L}\\p{N}].*");
    }

    /** The end of the log. */
    List<String> lines() {
        try {
            return tail().lines().map(String::strip).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private String tail() throws IOException {
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(0, log.length() - TAIL_BYTES);
            log.seek(from);
            byte[] bytes = new byte[(int) (log.length() - from)];
            log.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
