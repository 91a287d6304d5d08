package ai.bearllm.registry;

import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelId;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;

/** The user's own {@code registry.json}: entries are put and removed one by one; what else stands in the file is kept. */
final class OwnCatalog {
    private static final String MODELS = "models";

    private final JsonFile file;

    OwnCatalog(Path file) {
        this.file = new JsonFile(
                file, "Mend it by data/registry.schema.json, or move it away; it holds the models that you added.");
    }

    /** Adds an entry, or replaces the one of this id; fields of it that this version does not know are kept. */
    void put(ModelCard card) {
        put(List.of(card));
    }

    /** Adds or replaces several entries, as {@link #put(ModelCard)} does one. */
    void put(List<ModelCard> cards) {
        file.update(catalog -> {
            if (!catalog.has("version")) {
                catalog.put("version", 1);
            }
            ArrayNode models = models(catalog);
            for (ModelCard card : cards) {
                int at = indexOf(models, card.id());
                ObjectNode entry = at >= 0 ? (ObjectNode) models.get(at) : models.addObject();
                CardJson.write(card, entry);
            }
        });
    }

    /** Removes the entry of this id, if there is one. */
    void remove(ModelId id) {
        file.update(catalog -> {
            ArrayNode models = models(catalog);
            int at = indexOf(models, id);
            if (at >= 0) {
                models.remove(at);
            }
        });
    }

    private ArrayNode models(ObjectNode catalog) {
        JsonNode models = catalog.path(MODELS);
        if (models.isMissingNode()) {
            return catalog.putArray(MODELS);
        }
        if (models instanceof ArrayNode array) {
            return array;
        }
        throw new CatalogException(file.path().toString(), "$." + MODELS, "expected an array but found another value");
    }

    private static int indexOf(ArrayNode models, ModelId id) {
        for (int i = 0; i < models.size(); i++) {
            if (models.get(i) instanceof ObjectNode entry
                    && id.toString().equals(entry.path("id").asText())) {
                return i;
            }
        }
        return -1;
    }
}
