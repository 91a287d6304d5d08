package ai.bearllm.lock;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An exclusive lock between processes, and the only class that opens lock files. Nobody reads them: POSIX drops all of a
 * process's locks on a file when it closes any descriptor of that file (fcntl(2), "Advisory record locking"). The operating
 * system drops the lock of a process that dies, however it dies.
 *
 * <p>Within this JVM a {@link Gate} comes first, so that a second request never reaches the operating system.
 */
public final class LockFile implements AutoCloseable {
    private static final int LONGEST_PAUSE_MILLIS = 20;

    private final Path path;
    private final Gate gate;
    private final FileChannel channel;
    private final FileLock lock;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LockFile(Path path, Gate gate, FileChannel channel, FileLock lock) {
        this.path = path;
        this.gate = gate;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes the lock if nobody has it. The folder must exist; the file is made where it is missing.
     *
     * @return empty where another process or another holder in this JVM has it
     * @throws IOException where the file cannot be made or the file system cannot lock
     */
    public static Optional<LockFile> tryAcquire(Path path) throws IOException {
        Object identity = identity(path);
        Optional<Gate> gate = Gate.tryEnter(identity);
        if (gate.isEmpty()) {
            return Optional.empty();
        }
        FileChannel channel = null;
        LockFile taken = null;
        try {
            channel = FileChannel.open(path, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            // A holder may have removed the file meanwhile; a lock on a removed file excludes nobody.
            if (lock != null && Files.exists(path) && identity(path).equals(identity)) {
                taken = new LockFile(path, gate.get(), channel, lock);
            }
            return Optional.ofNullable(taken);
        } finally {
            if (taken == null) {
                abandon(channel, gate.get());
            }
        }
    }

    /**
     * Waits for the lock, for what is held for milliseconds. The folder must exist.
     *
     * @return empty where somebody held it for all of this time
     * @throws IOException as {@link #tryAcquire}
     * @throws InterruptedException where the waiting thread was interrupted
     */
    public static Optional<LockFile> acquire(Path path, Duration patience) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Optional<LockFile> taken = tryAcquire(path);
            if (taken.isPresent() || System.nanoTime() - deadline >= 0) {
                return taken;
            }
            // Not the same for all, so that processes that began together do not stay in step.
            Thread.sleep(ThreadLocalRandom.current().nextInt(1, LONGEST_PAUSE_MILLIS));
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Somebody in this JVM went around the gate: the file is taken.
            return null;
        } catch (IOException e) {
            throw new CannotLockException(e);
        }
    }

    /** The file system has no locks, as some network file systems. */
    public static final class CannotLockException extends IOException {
        private static final long serialVersionUID = 1L;

        CannotLockException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private static void abandon(@Nullable FileChannel channel, Gate gate) throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            gate.leave();
        }
    }

    /** What tells this file from every other: device and inode where there are such, else the real path. */
    private static Object identity(Path path) throws IOException {
        try {
            // Only a file that did not exist is opened here, so no lock of ours can be on it.
            Files.createFile(path);
        } catch (FileAlreadyExistsException e) {
            // The usual case.
        }
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        return key == null ? path.toRealPath().toString() : key.toString();
    }

    /** Removes the file while the lock is still held, for locks whose name is never used again. */
    public void closeAndRemove() throws IOException {
        Files.deleteIfExists(path);
        close();
    }

    /** Lets the lock go; the file stays. A second time does nothing. */
    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            try {
                lock.release();
                channel.close();
            } finally {
                gate.leave();
            }
        }
    }
}
