package ai.bearllm.registry;

import ai.bearllm.model.BearException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The folder where everything lies that the toolkit keeps.
 *
 * @param path its real path
 */
public record Home(Path path) {
    /**
     * The home at this path; made where it does not exist.
     *
     * @throws BearException where it cannot be made or written to
     */
    public static Home at(Path path) {
        try {
            Files.createDirectories(path);
        } catch (FileAlreadyExistsException e) {
            throw new BearException(
                    "Bear's home " + path + " is a file, but it must be a folder.",
                    "Give another folder to Bear.open(\"...\") or in BEAR_HOME.",
                    e);
        } catch (IOException e) {
            throw notWritable(path, e);
        }
        try {
            Home home = new Home(path.toRealPath());
            if (!Files.isWritable(home.path)) {
                throw notWritable(path, null);
            }
            return home;
        } catch (IOException e) {
            throw notWritable(path, e);
        }
    }

    private static BearException notWritable(Path path, @org.jspecify.annotations.Nullable IOException cause) {
        return new BearException(
                "Bear's home " + path + " cannot be written to" + (cause == null ? "." : ": " + cause + "."),
                "Give a folder of your own to Bear.open(\"...\") or in BEAR_HOME, or mend its permissions.",
                cause);
    }

    /** Installed models: {@code <provider>/<name>/<file>}, each with its manifest {@code <file>.json}. */
    public Path models() {
        return path.resolve("models");
    }

    /** Parts of running and interrupted downloads. */
    public Path downloads() {
        return path.resolve("downloads");
    }

    /** What was removed and can still be brought back. */
    public Path trash() {
        return path.resolve("trash");
    }

    /** Files that failed a check: evidence, never loaded. */
    public Path quarantine() {
        return path.resolve("quarantine");
    }

    /** What the hub answered, for when it cannot be reached. */
    public Path hubAnswers() {
        return path.resolve("hub-answers");
    }

    /** Logs of the workers. */
    public Path logs() {
        return path.resolve("logs");
    }

    /** The user's own catalog entries. */
    public Path ownCatalog() {
        return path.resolve("registry.json");
    }

    /** The active model and the settings. */
    public Path state() {
        return path.resolve("state.json");
    }

    /** Replaces a small file so that every reader, and every reader after a power cut, sees the old or the new one whole. */
    static void replace(Path file, byte[] content) throws IOException {
        replace(file, content, true);
    }

    /**
     * As {@link #replace(Path, byte[])}.
     *
     * @param lasting whether to wait until the disk has it, a few milliseconds; not needed for what can be made again
     */
    static void replace(Path file, byte[] content, boolean lasting) throws IOException {
        Path fresh = Files.createTempFile(
                file.toAbsolutePath().getParent(), file.getFileName().toString(), ".new");
        try {
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                if (lasting) {
                    channel.force(true);
                }
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
