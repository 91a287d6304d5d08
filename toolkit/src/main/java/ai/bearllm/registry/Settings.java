package ai.bearllm.registry;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelId;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** {@code state.json}: which model is active. Written by replacing the whole; fields of newer versions are kept. */
final class Settings {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;

    Settings(Path file) {
        this.file = file;
    }

    /** The active model, read at this moment. */
    Optional<ModelId> active() {
        JsonNode active = read().path("active");
        if (!active.isTextual()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ModelId.parse(active.textValue()));
        } catch (IllegalArgumentException e) {
            throw damaged(e);
        }
    }

    /** Makes this the active model; empty for none. */
    synchronized void activate(Optional<ModelId> model) {
        ObjectNode state = read();
        state.put("version", 1);
        if (model.isPresent()) {
            state.put("active", model.get().toString());
        } else {
            state.remove("active");
        }
        try {
            Home.replace(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(state));
        } catch (IOException e) {
            throw new BearException(
                    file + " cannot be written: " + e + ".", "Check the disk's free space and permissions.", e);
        }
    }

    private ObjectNode read() {
        if (!Files.exists(file)) {
            return JSON.createObjectNode();
        }
        try {
            if (JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode state) {
                return state;
            }
        } catch (JacksonException e) {
            throw damaged(e);
        } catch (IOException e) {
            throw new BearException(file + " cannot be read: " + e + ".", "Check its permissions.", e);
        }
        throw damaged(null);
    }

    private BearException damaged(@org.jspecify.annotations.Nullable Exception cause) {
        return new BearException(
                file + " is not the JSON that Bear wrote.",
                "Mend or delete it; it only holds which model is active.",
                cause);
    }
}
