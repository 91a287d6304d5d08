package ai.bearllm.registry;

import ai.bearllm.model.License;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelFile;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.ModelShape;
import ai.bearllm.model.Origin;
import ai.bearllm.model.Sha256;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a catalog: JSON of the form that {@code data/registry.schema.json} describes. Every fault names the file and the JSON
 * path; fields that are not known are passed over.
 */
final class CatalogReader {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final Pattern HUB_ORIGIN = Pattern.compile("hf:([\\w.-]+/[\\w.-]+)@([^/]+)/(.+)");

    private final String file;

    private CatalogReader(String file) {
        this.file = file;
    }

    /**
     * Reads the entries of one catalog.
     *
     * @param file how errors call it
     * @throws CatalogException at the first fault
     */
    static List<ModelCard> read(String file, byte[] json) {
        return new CatalogReader(file).read(json);
    }

    private List<ModelCard> read(byte[] json) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw fault("line " + e.getLocation().getLineNr(), "it is not JSON: " + e.getOriginalMessage());
        } catch (java.io.IOException e) {
            throw fault("$", "it cannot be read: " + e.getMessage());
        }
        if (!root.isObject()) {
            throw fault("$", "expected an object but found " + kind(root));
        }
        long version = integer(root, "$", "version").orElseThrow(() -> fault("$.version", "it is missing; expected 1"));
        if (version != 1) {
            throw fault("$.version", "expected 1 but found " + version + " (written by a newer Bear?)");
        }
        JsonNode models = root.path("models");
        if (!models.isArray()) {
            throw fault("$.models", "expected an array but found " + kind(models));
        }
        List<ModelCard> cards = new ArrayList<>();
        for (int i = 0; i < models.size(); i++) {
            cards.add(card(models.get(i), "$.models[" + i + "]"));
        }
        return cards;
    }

    private ModelCard card(JsonNode node, String path) {
        if (!node.isObject()) {
            throw fault(path, "expected an object but found " + kind(node));
        }
        ModelId id = parsed(node, path, "id", ModelId::parse);
        String quantization = text(node, path, "quantization");
        if (id.quantization().isPresent() && !id.quantization().get().equals(quantization)) {
            throw fault(
                    path + ".quantization",
                    "\"" + quantization + "\" differs from the id's \""
                            + id.quantization().get() + "\"");
        }
        return built(
                path,
                () -> new ModelCard(
                        id,
                        texts(node, path, "aliases"),
                        text(node, path, "description"),
                        integer(node, path, "parameters")
                                .orElseThrow(() -> fault(path + ".parameters", "it is missing")),
                        quantization,
                        whole(node, path, "contextTokens"),
                        chat(object(node, path, "chat"), path + ".chat"),
                        license(object(node, path, "license"), path + ".license"),
                        texts(node, path, "tags"),
                        file(object(node, path, "file"), path + ".file"),
                        node.hasNonNull("shape")
                                ? Optional.of(shape(object(node, path, "shape"), path + ".shape"))
                                : Optional.empty()));
    }

    private ModelShape shape(JsonNode node, String path) {
        return built(
                path,
                () -> new ModelShape(
                        text(node, path, "architecture"),
                        whole(node, path, "layers"),
                        whole(node, path, "embeddingLength"),
                        whole(node, path, "heads"),
                        whole(node, path, "keyValueHeads"),
                        whole(node, path, "headLength"),
                        whole(node, path, "feedForwardLength"),
                        whole(node, path, "vocabularySize")));
    }

    private int whole(JsonNode node, String path, String field) {
        return Math.toIntExact(
                integer(node, path, field).orElseThrow(() -> fault(path + "." + field, "it is missing")));
    }

    private ModelCard.Chat chat(JsonNode node, String path) {
        String kind = text(node, path, "kind");
        return switch (kind) {
            case "file-template" ->
                new ModelCard.Chat(ModelCard.Kind.FILE_TEMPLATE, Optional.empty(), templateDigest(node, path));
            case "base" -> new ModelCard.Chat(ModelCard.Kind.BASE, Optional.empty());
            case "catalog-template" ->
                new ModelCard.Chat(ModelCard.Kind.CATALOG_TEMPLATE, Optional.of(text(node, path, "template")));
            default ->
                throw fault(
                        path + ".kind", "expected file-template, catalog-template or base but found \"" + kind + "\"");
        };
    }

    private Optional<Sha256> templateDigest(JsonNode node, String path) {
        return node.hasNonNull("chatTemplateSha256")
                ? Optional.of(parsed(node, path, "chatTemplateSha256", Sha256::new))
                : Optional.empty();
    }

    private License license(JsonNode node, String path) {
        // The text of a licence that only a file names may be nowhere.
        return new License(text(node, path, "id"), node.path("url").asText(""));
    }

    private ModelFile file(JsonNode node, String path) {
        OptionalLong size =
                integer(node, path, "sizeBytes").map(OptionalLong::of).orElse(OptionalLong.empty());
        Optional<Sha256> sha256 =
                node.hasNonNull("sha256") ? Optional.of(parsed(node, path, "sha256", Sha256::new)) : Optional.empty();
        Origin origin = parsed(node, path, "origin", CatalogReader::origin);
        String name = text(node, path, "name");
        List<ModelFile> others = others(node, path);
        return built(path, () -> new ModelFile(name, origin, size, sha256, others));
    }

    private List<ModelFile> others(JsonNode node, String path) {
        JsonNode parts = node.path("otherParts");
        if (parts.isMissingNode()) {
            return List.of();
        }
        if (!parts.isArray()) {
            throw fault(path + ".otherParts", "expected an array but found " + kind(parts));
        }
        List<ModelFile> others = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            String place = path + ".otherParts[" + i + "]";
            if (!parts.get(i).isObject()) {
                throw fault(place, "expected an object but found " + kind(parts.get(i)));
            }
            if (parts.get(i).has("otherParts")) {
                throw fault(place + ".otherParts", "a part has no parts itself");
            }
            others.add(file(parts.get(i), place));
        }
        return others;
    }

    /** Reads what an origin writes. */
    static Origin origin(String text) {
        if (text.startsWith("builtin:")) {
            return new Origin.Builtin(text.substring("builtin:".length()));
        }
        if (text.startsWith("file:")) {
            return new Origin.LocalFile(absolute(text.substring("file:".length())));
        }
        Matcher hub = HUB_ORIGIN.matcher(text);
        if (!hub.matches()) {
            throw new IllegalArgumentException("an origin is builtin:<path>, file:<absolute path> or"
                    + " hf:<owner>/<repository>@<revision>/<path> but was \"" + text + "\"");
        }
        return new Origin.HubFile(hub.group(1), hub.group(2), hub.group(3));
    }

    private static Path absolute(String text) {
        // An InvalidPathException is an IllegalArgumentException, as its caller expects.
        Path path = Path.of(text);
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("the path behind file: must be absolute but was \"" + text + "\"");
        }
        return path;
    }

    private JsonNode object(JsonNode node, String path, String field) {
        JsonNode value = node.path(field);
        if (!value.isObject()) {
            throw fault(path + "." + field, "expected an object but found " + kind(value));
        }
        return value;
    }

    private String text(JsonNode node, String path, String field) {
        JsonNode value = node.path(field);
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw fault(path + "." + field, "expected text but found " + kind(value));
        }
        return value.textValue();
    }

    private List<String> texts(JsonNode node, String path, String field) {
        JsonNode values = node.path(field);
        if (values.isMissingNode()) {
            return List.of();
        }
        if (!values.isArray()) {
            throw fault(path + "." + field, "expected an array but found " + kind(values));
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            if (!values.get(i).isTextual()) {
                throw fault(path + "." + field + "[" + i + "]", "expected text but found " + kind(values.get(i)));
            }
            texts.add(values.get(i).textValue());
        }
        return texts;
    }

    private Optional<Long> integer(JsonNode node, String path, String field) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw fault(path + "." + field, "expected a whole number but found " + kind(value));
        }
        return Optional.of(value.longValue());
    }

    private <T> T parsed(JsonNode node, String path, String field, Function<String, T> parser) {
        String text = text(node, path, field);
        return built(path + "." + field, () -> parser.apply(text));
    }

    /** What a value's own constructor refuses becomes a fault at this path. */
    private <T> T built(String path, java.util.function.Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw fault(path, String.valueOf(e.getMessage()));
        }
    }

    private CatalogException fault(String path, String what) {
        return new CatalogException(file, path, what);
    }

    private static String kind(JsonNode node) {
        if (node.isMissingNode()) {
            return "nothing";
        }
        String text = node.toString();
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
}
