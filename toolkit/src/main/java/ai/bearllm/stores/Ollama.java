package ai.bearllm.stores;

import ai.bearllm.model.Sha256;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Ollama's store: {@code manifests/HOST/NAMESPACE/MODEL/TAG}, JSON whose layer of weights names
 * {@code blobs/sha256-DIGEST}.
 *
 * <p>Source: Ollama's {@code manifest} package and the OCI image manifest that it follows.
 */
final class Ollama {
    private static final String WEIGHTS = "application/vnd.ollama.image.model";
    private static final Pattern DIGEST = Pattern.compile("sha256[:-][0-9a-f]{64}");
    /** Real ones have about a thousand bytes. */
    private static final int LONGEST = 1 << 20;

    private static final int DEPTH = 6;

    private final Folder models;
    private final Finds finds;
    private final JsonMapper json;

    private Ollama(Folder models, Finds finds) {
        this.models = models;
        this.finds = finds;
        this.json = Json.mapper();
    }

    static void look(Path folder, Finds finds) {
        Folder.at(folder, finds).ifPresent(models -> new Ollama(models, finds).look());
    }

    private void look() {
        Optional<Folder> manifests = models.folder("manifests");
        if (manifests.isEmpty()) {
            return;
        }
        for (List<Path> tags : manifests.get().files(DEPTH)) {
            for (Path tag : tags) {
                if (!String.valueOf(tag.getFileName()).startsWith(".")) {
                    look(tag, manifests.get().path().relativize(tag));
                }
            }
        }
    }

    private void look(Path manifest, Path place) {
        String name = name(place);
        Optional<byte[]> bytes = Magic.small(manifest, LONGEST);
        if (bytes.isEmpty()) {
            finds.note("Ollama's manifest of " + name + " is too long to be one, or cannot be read.");
            return;
        }
        try {
            JsonNode layers = json.readTree(bytes.get()).path("layers");
            boolean any = false;
            for (JsonNode layer : layers) {
                if (layer.path("mediaType").asText().equals(WEIGHTS)) {
                    any = true;
                    weights(layer, name, place);
                }
            }
            if (!any) {
                finds.note("Ollama's manifest of " + name + " names no weights.");
            }
        } catch (IOException e) {
            finds.note("Ollama's manifest of " + name + " is not JSON.");
        }
    }

    private void weights(JsonNode layer, String name, Path place) {
        String digest = layer.path("digest").asText();
        if (!DIGEST.matcher(digest).matches()) {
            finds.note("Ollama's manifest of " + name + " names weights by something that is no digest.");
            return;
        }
        String hex = digest.substring(digest.length() - 64);
        JsonNode size = layer.path("size");
        finds.add(
                models.path().resolve("blobs").resolve("sha256-" + hex),
                models.path(),
                new Finds.Claim(
                        Store.OLLAMA,
                        name,
                        provider(place),
                        title(place),
                        Optional.empty(),
                        Optional.of(new Sha256(hex)),
                        size.canConvertToLong() ? Optional.of(size.asLong()) : Optional.empty()));
    }

    /** As people write it: {@code llama3.2:1b}, {@code hf.co/owner/name:Q4_K_M}. */
    private static String name(Path place) {
        String path = place.toString().replace('\\', '/');
        int slash = path.lastIndexOf('/');
        String whole = slash < 0 ? path : path.substring(0, slash) + ":" + path.substring(slash + 1);
        return whole.replaceFirst("^registry\\.ollama\\.ai/(library/)?", "");
    }

    /** The model, with its tag where that says more than "the newest". */
    private static Optional<String> title(Path place) {
        if (place.getNameCount() < 2) {
            return Optional.empty();
        }
        String model = place.getName(place.getNameCount() - 2).toString();
        String tag = String.valueOf(place.getFileName());
        return Optional.of(tag.equals("latest") ? model : model + "-" + tag);
    }

    /** The namespace; Ollama's own is nobody's who makes models. */
    private static Optional<String> provider(Path place) {
        if (place.getNameCount() < 3) {
            return Optional.empty();
        }
        String namespace = place.getName(place.getNameCount() - 3).toString();
        return Optional.of(namespace).filter(text -> !text.equals("library"));
    }

    /** What reads a stranger's JSON. */
    static final class Json {
        private static final int DEEPEST = 64;

        private Json() {}

        static JsonMapper mapper() {
            JsonMapper mapper = JsonMapper.builder().build();
            mapper.getFactory()
                    .setStreamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxNumberLength(100)
                            .build());
            return mapper;
        }
    }
}
