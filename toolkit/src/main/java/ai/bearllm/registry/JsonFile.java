package ai.bearllm.registry;

import ai.bearllm.lock.LockFile;
import ai.bearllm.model.BearException;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A small JSON object in a file that several processes change: each change reads the newest, keeps every field that it does
 * not know, and replaces the whole, one process after the other.
 */
final class JsonFile {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path file;
    private final String fix;

    /**
     * @param fix what a reader can do where the content is damaged, in the imperative
     */
    JsonFile(Path file, String fix) {
        this.file = file;
        this.fix = fix;
    }

    Path path() {
        return file;
    }

    /** The object as it is at this moment; empty where there is no file. */
    ObjectNode read() {
        if (!Files.exists(file)) {
            return JSON.createObjectNode();
        }
        try {
            if (JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            throw damaged(e);
        } catch (IOException e) {
            throw new BearException(file + " cannot be read: " + e + ".", "Check its permissions.", e);
        }
        throw damaged(null);
    }

    /** Changes the object; nothing is written where the change throws. */
    void update(Consumer<ObjectNode> change) {
        try {
            LockFile held = lock();
            try {
                ObjectNode object = read();
                change.accept(object);
                Home.replace(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(object));
            } finally {
                held.closeAndRemove();
            }
        } catch (IOException e) {
            throw new BearException(
                    file + " cannot be written: " + e + ".", "Check the disk's free space and permissions.", e);
        }
    }

    private LockFile lock() throws IOException {
        Path lock = file.resolveSibling(file.getFileName() + ".lock");
        try {
            Optional<LockFile> taken = LockFile.acquire(lock, PATIENCE);
            return taken.orElseThrow(() -> new BearException(
                    file + " has been in use by another program for " + PATIENCE.toSeconds() + " s.",
                    "Wait until it is done there, then try again; nothing was changed."));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CancellationException cancelled = new CancellationException("the wait for " + file + " was interrupted");
            cancelled.initCause(e);
            throw cancelled;
        }
    }

    BearException damaged(@Nullable Exception cause) {
        String why = cause == null || cause.getMessage() == null
                ? ""
                : ": " + cause.getMessage().lines().findFirst().orElse("");
        return new BearException(file + " is not the JSON that Bear wrote" + why + ".", fix, cause);
    }
}
