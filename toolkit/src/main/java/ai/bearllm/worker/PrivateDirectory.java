package ai.bearllm.worker;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One worker's own directory: its socket, its native libraries, its temporary files. Only this user may enter it; it vanishes
 * with the worker, at the latest when the next worker starts.
 *
 * @param path the directory
 * @param socket where the connection is made: in the directory, or in one of its own where that path is too long
 * @param why why the directory is not in the temporary directory; empty where it is
 */
record PrivateDirectory(Path path, Path socket, Optional<String> why) implements AutoCloseable {
    /** Native libraries of 20 MB, a log, and some air. */
    static final long LEAST_FREE_BYTES = 32L << 20;

    /** Of a socket's path, in UTF-8: Linux takes 107, macOS 103. */
    private static final int MOST_SOCKET_BYTES = 100;

    private static final String PREFIX = "bear-w-";
    private static final Logger LOG = System.getLogger(PrivateDirectory.class.getName());

    /**
     * Makes a directory in the first place that can execute and has room.
     *
     * @throws BearException where none has; it names each and why not
     */
    static PrivateDirectory create(WorkerSettings settings) {
        return create(settings, MountTable.ofThisSystem());
    }

    static PrivateDirectory create(WorkerSettings settings, MountTable mounts) {
        List<String> refused = new ArrayList<>();
        for (Path base : bases(settings)) {
            try {
                if (base.equals(settings.workers())) {
                    Files.createDirectories(base);
                }
                Optional<String> refusal = refusal(base, mounts);
                if (refusal.isEmpty()) {
                    return within(base, settings, refused);
                }
                refused.add(refusal.get());
            } catch (IOException e) {
                refused.add(base + " cannot be written (" + e.getClass().getSimpleName() + ": " + e.getMessage() + ")");
            }
        }
        throw new BearException(
                "No directory can take a worker's native libraries: " + String.join("; ", refused) + ".",
                "Free " + new ByteSize(LEAST_FREE_BYTES)
                        + " in one of them, or start Java with -Djava.io.tmpdir=DIR where programs may run.");
    }

    private static List<Path> bases(WorkerSettings settings) {
        return List.of(settings.temporary(), settings.workers());
    }

    private static Optional<String> refusal(Path base, MountTable mounts) throws IOException {
        Path real = base.toRealPath();
        Optional<String> mount = mounts.forbidsExecution(real);
        if (mount.isPresent()) {
            return Optional.of(base + " cannot run programs (" + mount.get() + " is mounted noexec)");
        }
        long free = Files.getFileStore(real).getUsableSpace();
        return free < LEAST_FREE_BYTES
                ? Optional.of(base + " has only " + new ByteSize(Math.max(0, free)) + " free")
                : Optional.empty();
    }

    private static PrivateDirectory within(Path base, WorkerSettings settings, List<String> refused)
            throws IOException {
        Path path = make(base);
        Path socket = path.resolve("s");
        if (bytes(socket) > MOST_SOCKET_BYTES) {
            socket = shortSocket(path, settings);
        }
        Optional<String> why = refused.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", refused));
        why.ifPresent(reason -> LOG.log(Level.WARNING, "workers use {0} because {1}", base, reason));
        return new PrivateDirectory(path, socket, why);
    }

    /** A socket executes nothing, so the temporary directory will do for it even where it cannot take libraries. */
    private static Path shortSocket(Path path, WorkerSettings settings) throws IOException {
        Path socket = make(settings.temporary()).resolve("s");
        if (bytes(socket) > MOST_SOCKET_BYTES) {
            delete(socket.resolveSibling("."));
            delete(path);
            throw new IOException("the path of its socket would be longer than " + MOST_SOCKET_BYTES + " bytes");
        }
        return socket;
    }

    private static int bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private static Path make(Path base) throws IOException {
        boolean posix = Files.getFileStore(base).supportsFileAttributeView("posix");
        Path directory = posix
                ? Files.createTempDirectory(
                        base,
                        PREFIX,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")))
                : Files.createTempDirectory(base, PREFIX);
        Owner.ofThisProcess().write(directory);
        return directory;
    }

    /** Where the JVM reports a crash in native code. */
    Path crashReport() {
        return path.resolve("crash.log");
    }

    /** Says whose directory this is once the worker runs, so that it outlives neither process. */
    void ownedBy(ProcessHandle worker) throws IOException {
        Owner owner = Owner.ofThisProcess().with(worker);
        owner.write(path);
        owner.write(socket.resolveSibling(".").normalize());
    }

    /** Removes what workers left behind whose processes are gone: both were killed, or the machine went down. */
    static void sweep(WorkerSettings settings) {
        for (Path base : bases(settings)) {
            try (var entries = Files.newDirectoryStream(base, PREFIX + "*")) {
                entries.forEach(PrivateDirectory::sweep);
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "nothing to sweep in " + base, e);
            }
        }
    }

    private static void sweep(Path directory) {
        try {
            if (Owner.isAbandoned(directory)) {
                delete(directory);
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "cannot sweep " + directory, e);
        }
    }

    /** Deletes a directory with everything in it; follows no link; goes on where one file does not want to go. */
    static void delete(Path directory) {
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, java.io.IOException failure)
                        throws IOException {
                    Files.deleteIfExists(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            // Windows keeps loaded libraries until the process is gone; the next start sweeps.
            LOG.log(Level.DEBUG, "cannot delete " + directory + " yet", e);
        }
    }

    @Override
    public void close() {
        delete(path);
        Path place = socket.resolveSibling(".").normalize();
        if (!place.equals(path)) {
            delete(place);
        }
    }
}
