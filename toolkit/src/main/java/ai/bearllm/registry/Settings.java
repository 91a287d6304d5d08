package ai.bearllm.registry;

import ai.bearllm.model.ModelId;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Optional;

/** {@code state.json}: which model is active, and how long a check of a file is trusted. Fields of newer versions are kept. */
final class Settings {
    private static final String ACTIVE = "active";

    private final JsonFile file;

    Settings(Path file) {
        this.file = new JsonFile(file, "Mend or delete it; it only holds settings, such as which model is active.");
    }

    /** The active model, read at this moment. */
    Optional<ModelId> active() {
        JsonNode active = file.read().path(ACTIVE);
        if (!active.isTextual()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ModelId.parse(active.textValue()));
        } catch (IllegalArgumentException e) {
            throw file.damaged(e);
        }
    }

    /** Makes this the active model; empty for none. */
    void activate(Optional<ModelId> model) {
        file.update(state -> {
            state.put("version", 1);
            if (model.isPresent()) {
                state.put(ACTIVE, model.get().toString());
            } else {
                state.remove(ACTIVE);
            }
        });
    }

    /** Makes no model active, if this is the active one at the moment of the change. */
    void deactivate(ModelId model) {
        file.update(state -> {
            if (model.toString().equals(state.path(ACTIVE).asText())) {
                state.remove(ACTIVE);
            }
        });
    }
}
