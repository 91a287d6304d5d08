package ai.bearllm.download;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Held by the one who fetches a file, among all processes; the operating system frees it when that process dies. The only class
 * that opens these files: POSIX drops all of a process's locks on a file when it closes any descriptor of it.
 *
 * <p>Within this JVM a system property comes first, so that a second request never reaches the operating system, also where the
 * toolkit was loaded by two class loaders, which share nothing else.
 */
final class TransferLock implements AutoCloseable {
    private final Path path;
    private final String gate;
    private final Optional<FileChannel> channel;
    private final AtomicBoolean closed = new AtomicBoolean();

    private TransferLock(Path path, String gate, Optional<FileChannel> channel) {
        this.path = path;
        this.gate = gate;
        this.channel = channel;
    }

    /**
     * Takes the lock if nobody has it. Where the file system has no locks, only this JVM is kept out.
     *
     * @return empty where somebody else has it
     */
    static Optional<TransferLock> tryAcquire(Path path) throws IOException {
        String gate = ("ai.bearllm.download." + path).intern();
        synchronized (gate) {
            if (System.getProperty(gate) != null) {
                return Optional.empty();
            }
            Optional<TransferLock> taken = Optional.empty();
            try {
                System.setProperty(gate, "held");
                taken = locked(path, gate);
            } catch (NoSuchFileException e) {
                // Its holder is just done and removed it: the next look finds it free.
                System.getLogger(TransferLock.class.getName()).log(System.Logger.Level.DEBUG, "just freed: " + path, e);
            } finally {
                if (taken.isEmpty()) {
                    System.clearProperty(gate);
                }
            }
            return taken;
        }
    }

    private static Optional<TransferLock> locked(Path path, String gate) throws IOException {
        Object identity = identity(path);
        FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        boolean keep = false;
        try {
            FileLock lock = channel.tryLock();
            // A holder may have removed the file meanwhile; a lock on a removed file excludes nobody.
            keep = lock != null && Files.exists(path) && identity(path).equals(identity);
        } catch (OverlappingFileLockException e) {
            keep = false;
        } catch (IOException e) {
            System.getLogger(TransferLock.class.getName())
                    .log(System.Logger.Level.DEBUG, "this file system has no locks: " + path, e);
            return Optional.of(new TransferLock(path, gate, Optional.empty()));
        } finally {
            if (!keep) {
                channel.close();
            }
        }
        return keep ? Optional.of(new TransferLock(path, gate, Optional.of(channel))) : Optional.empty();
    }

    /** What tells this file from every other: device and inode where there are such, else the real path. */
    private static Object identity(Path path) throws IOException {
        try {
            Files.createFile(path);
        } catch (FileAlreadyExistsException e) {
            // The usual case where somebody else fetches.
        }
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        return key == null ? path.toRealPath().toString() : key.toString();
    }

    /** Frees the lock and removes its file, first the name, so that nobody waits for a lock on a file that goes. */
    @Override
    public void close() throws IOException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            if (channel.isPresent()) {
                removeName();
                channel.get().close();
            }
        } finally {
            synchronized (gate) {
                System.clearProperty(gate);
            }
        }
    }

    private void removeName() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // Windows keeps the name of an open file: an empty file stays, which harms nobody.
            System.getLogger(TransferLock.class.getName()).log(System.Logger.Level.DEBUG, "kept: " + path, e);
        }
    }
}
