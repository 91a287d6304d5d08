package ai.bearllm.store;

import ai.bearllm.lock.LockFile;
import ai.bearllm.model.BearException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Locale;

/** Turns failures of JDBC and of files into sentences that say what was found and what to do. */
final class Failures {
    private static final String OTHER_FOLDER =
            "or open the toolkit on another folder with Bear.open(\"folder\") or the variable BEAR_HOME.";

    private static final String MOVE_AWAY =
            "Nothing was changed. Move the file away (do not delete it); the toolkit then starts an empty database.";

    private static final String RECOVER =
            "Nothing was changed. bear.usage().recovery() shows the copies that there are;"
                    + " its confirm() sets the file aside and goes on with the newest good one.";

    private Failures() {}

    /** A statement's failure. */
    static BearException of(SQLException e) {
        String found = firstLine(e);
        String lower = found.toLowerCase(Locale.ROOT);
        if (isFull(lower)) {
            return full(found, e);
        }
        if (isDamage(lower)) {
            return new BearException("The database is damaged: " + found, RECOVER, e);
        }
        return new BearException(
                "The database refused a statement: " + found, "Correct the statement; nothing was changed.", e);
    }

    /** A failure to open a file whose magic is right. */
    static BearException opening(Path file, SQLException e) {
        String found = firstLine(e);
        String lower = found.toLowerCase(Locale.ROOT);
        if (lower.contains("could not set lock")) {
            return new BearException(
                    "Another program than this toolkit has " + file + " open: " + found,
                    "Close it there (for example a DuckDB shell), then try again; nothing was changed.",
                    e);
        }
        if (lower.contains("version number") || lower.contains("newer version")) {
            return new BearException(
                    file + " was written by a newer DuckDB than this toolkit has: " + found,
                    "Use a newer version of the toolkit, " + OTHER_FOLDER,
                    e);
        }
        if (isFull(lower)) {
            return full(found, e);
        }
        if (lower.contains("permission denied") || lower.contains("read-only file system")) {
            return new BearException(
                    file + " cannot be written: " + found, "Make the file and its folder writable, " + OTHER_FOLDER, e);
        }
        return damaged(file, found, e);
    }

    static BearException damaged(Path file, String found, Throwable cause) {
        return new BearException(file + " is damaged: " + found, RECOVER, cause);
    }

    /** Something else in the database's place. */
    static BearException notOurs(Path file, String found) {
        return new BearException(file + " is " + found + ".", MOVE_AWAY);
    }

    /** A failure to make, open or lock a file in the toolkit's folder. */
    static BearException folder(Path file, IOException e) {
        Path folder = file.toAbsolutePath().getParent();
        String found = e instanceof FileSystemException about && about.getReason() != null
                ? about.getReason()
                : String.valueOf(e.getMessage());
        if (isFull(found.toLowerCase(Locale.ROOT))) {
            return full(found + ".", e);
        }
        if (e instanceof LockFile.CannotLockException) {
            return new BearException(
                    "The file system of " + folder + " cannot lock files: " + found + ".",
                    "Keep the toolkit's folder on a local disk, " + OTHER_FOLDER,
                    e);
        }
        String why = e instanceof AccessDeniedException
                ? "access denied"
                : e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException
                        ? "a file stands where a folder should be"
                        : found;
        return new BearException(
                "The folder " + folder + " cannot be written: " + why + ".", "Make it writable, " + OTHER_FOLDER, e);
    }

    /** Two holders of an exclusive lock. */
    static BearException locksDoNotWork(Path lock, String other) {
        Path folder = lock.toAbsolutePath().getParent();
        return new BearException(
                "The file system of " + folder
                        + NetworkFolder.kind(lock)
                                .map(kind -> ", " + kind + ",")
                                .orElse("")
                        + " does not keep its locks: " + other + " has the database too.",
                "Keep the toolkit's folder on a local disk, " + OTHER_FOLDER + " Nothing was changed.");
    }

    private static BearException full(String found, Throwable cause) {
        return new BearException(
                "The disk is full: " + found,
                "Free some space, then try again; nothing was lost and nothing half-written.",
                cause);
    }

    private static boolean isFull(String lower) {
        return lower.contains("no space left")
                || lower.contains("not enough space")
                || lower.contains("disk full")
                // A limit of the process or of the file system on a file's size.
                || lower.contains("file too large")
                || lower.contains("quota exceeded");
    }

    private static boolean isDamage(String lower) {
        return lower.startsWith("data corruption")
                || lower.startsWith("fatal error")
                || lower.startsWith("internal error")
                || lower.startsWith("serialization error")
                || lower.contains("could not read enough bytes");
    }

    static String firstLine(SQLException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        String line = end < 0 ? message : message.substring(0, end);
        return line.endsWith(".") ? line : line + ".";
    }
}
