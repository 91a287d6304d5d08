package ai.bearllm.registry;

import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelFile;
import ai.bearllm.model.ModelShape;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** Writes a catalog entry in the form that {@link CatalogReader} reads. */
final class CardJson {
    private CardJson() {}

    /** Sets every field of the card in the entry and leaves all others. */
    static void write(ModelCard card, ObjectNode entry) {
        entry.put("id", card.id().toString());
        texts(entry.putArray("aliases"), card.aliases());
        entry.put("description", card.description());
        entry.put("parameters", card.parameters());
        entry.put("quantization", card.quantization());
        entry.put("contextTokens", card.contextTokens());
        ObjectNode chat = entry.putObject("chat");
        chat.put("kind", card.chat().kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        card.chat().template().ifPresent(template -> chat.put("template", template));
        card.chat().templateSha256().ifPresent(digest -> chat.put("chatTemplateSha256", digest.hex()));
        entry.putObject("license")
                .put("id", card.license().id())
                .put("url", card.license().url());
        texts(entry.putArray("tags"), card.tags());
        file(entry.putObject("file"), card.file());
        card.shape().ifPresent(shape -> shape(entry.putObject("shape"), shape));
    }

    private static void shape(ObjectNode node, ModelShape shape) {
        node.put("architecture", shape.architecture())
                .put("layers", shape.layers())
                .put("embeddingLength", shape.embeddingLength())
                .put("heads", shape.heads())
                .put("keyValueHeads", shape.keyValueHeads())
                .put("headLength", shape.headLength())
                .put("feedForwardLength", shape.feedForwardLength())
                .put("vocabularySize", shape.vocabularySize());
    }

    private static void file(ObjectNode node, ModelFile file) {
        node.put("name", file.name());
        node.put("origin", file.origin().toString());
        file.sizeBytes().ifPresent(bytes -> node.put("sizeBytes", bytes));
        file.sha256().ifPresent(digest -> node.put("sha256", digest.hex()));
        if (file.isSplit()) {
            ArrayNode parts = node.putArray("otherParts");
            file.otherParts().forEach(part -> file(parts.addObject(), part));
        }
    }

    private static void texts(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }
}
