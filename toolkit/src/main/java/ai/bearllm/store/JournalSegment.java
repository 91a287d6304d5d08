package ai.bearllm.store;

import ai.bearllm.lock.LockFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One file of a journal with its lock file, which the process that writes it holds as long as it may write. A segment whose
 * lock is free is finished for good: names are never used twice.
 */
final class JournalSegment {
    private static final Logger LOG = System.getLogger(JournalSegment.class.getName());

    private static final Pattern NAME = Pattern.compile("v([0-9]{1,6})-[0-9a-f-]{36}");
    private static final String FILE = ".journal";
    private static final String LOCK = ".lock";

    private final Path folder;
    private final String name;

    private JournalSegment(Path folder, String name) {
        this.folder = folder;
        this.name = name;
    }

    static JournalSegment create(Path folder, int version) {
        return new JournalSegment(folder, "v" + version + "-" + UUID.randomUUID());
    }

    /** The segment that a file in the folder belongs to, whether it is the journal or the lock; empty for other files. */
    static Optional<JournalSegment> of(Path folder, Path file) {
        String fileName = file.getFileName().toString();
        int dot = fileName.lastIndexOf('.');
        if (dot < 0 || !(fileName.endsWith(FILE) || fileName.endsWith(LOCK))) {
            return Optional.empty();
        }
        String name = fileName.substring(0, dot);
        return NAME.matcher(name).matches() ? Optional.of(new JournalSegment(folder, name)) : Optional.empty();
    }

    String name() {
        return name;
    }

    /** Version of the schema that its records were written for. */
    int version() {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw new IllegalStateException(name);
        }
        return Integer.parseInt(matcher.group(1));
    }

    Path file() {
        return folder.resolve(name + FILE);
    }

    /** Empty while another process, or this one, may still write. */
    Optional<LockFile> tryLock() throws IOException {
        return LockFile.tryAcquire(folder.resolve(name + LOCK));
    }

    /** Keeps bytes that are no records, named by where they stood, so that doing it again changes nothing. */
    void keepAside(long position, byte[] bytes) throws IOException {
        Path aside = folder.resolve("aside");
        Files.createDirectories(aside);
        Files.write(aside.resolve(name + "-at-" + position), bytes);
    }

    /** Overwrites the file's beginning, which its writer never touches again, with line ends. */
    void blank(long length) throws IOException {
        if (!Files.exists(file())) {
            return;
        }
        try (RandomAccessFile out = new RandomAccessFile(file().toFile(), "rw")) {
            byte[] blanks = new byte[1 << 16];
            Arrays.fill(blanks, (byte) '\n');
            long end = Math.min(length, out.length());
            for (long at = 0; at < end; at += blanks.length) {
                out.write(blanks, 0, (int) Math.min(blanks.length, end - at));
            }
            out.getFD().sync();
        }
    }

    /** Removes what was set aside. */
    static void forgetAside(Path folder) {
        try (Stream<Path> kept = Files.list(folder.resolve("aside"))) {
            for (Path file : kept.toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            // Nothing was.
        } catch (IOException e) {
            LOG.log(Level.WARNING, "what was set aside in {0} could not be removed: {1}", folder, e.getMessage());
        }
    }
}
