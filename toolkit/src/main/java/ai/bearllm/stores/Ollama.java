package ai.bearllm.stores;

import ai.bearllm.model.Sha256;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ollama's store: {@code manifests/HOST/NAMESPACE/MODEL/TAG}, JSON whose layer of weights names
 * {@code blobs/sha256-DIGEST}.
 *
 * <p>Source: Ollama's {@code manifest} package and the OCI image manifest that it follows.
 */
final class Ollama {
    private static final String WEIGHTS = "application/vnd.ollama.image.model";
    private static final Pattern DIGEST = Pattern.compile("sha256[:-]([0-9a-f]{64})");
    private static final int DEPTH = 6;

    private final Folder models;
    private final Finds finds;
    private final StoreJson json = new StoreJson();

    private Ollama(Folder models, Finds finds) {
        this.models = models;
        this.finds = finds;
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
        Optional<byte[]> bytes = Magic.small(manifest, StoreJson.LONGEST);
        if (bytes.isEmpty()) {
            finds.note("Ollama's manifest of " + name + " is too long to be one, or cannot be read.");
            return;
        }
        Optional<List<Weights>> weights = json.read(bytes.get()).map(Ollama::weights);
        if (weights.isEmpty()) {
            finds.note("Ollama's manifest of " + name + " is not JSON.");
        } else if (weights.get().isEmpty()) {
            finds.note("Ollama's manifest of " + name + " names no weights.");
        } else {
            weights.get().forEach(layer -> add(layer, name, place));
        }
    }

    /**
     * A layer with a model's weights.
     *
     * @param digest empty where it is written as something else
     * @param sizeBytes as the manifest says; empty where it says no number
     */
    record Weights(Optional<Sha256> digest, Optional<Long> sizeBytes) {}

    /** The layers of weights that a manifest names. */
    static List<Weights> weights(JsonNode manifest) {
        List<Weights> weights = new ArrayList<>();
        for (JsonNode layer : manifest.path("layers")) {
            if (layer.path("mediaType").asText().equals(WEIGHTS)) {
                Matcher digest = DIGEST.matcher(layer.path("digest").asText());
                JsonNode size = layer.path("size");
                weights.add(new Weights(
                        digest.matches() ? Optional.of(new Sha256(digest.group(1))) : Optional.empty(),
                        size.isIntegralNumber() && size.canConvertToLong()
                                ? Optional.of(size.asLong())
                                : Optional.empty()));
            }
        }
        return weights;
    }

    private void add(Weights weights, String name, Path place) {
        if (weights.digest.isEmpty()) {
            finds.note("Ollama's manifest of " + name + " names weights by something that is no digest.");
            return;
        }
        finds.add(
                models.path()
                        .resolve("blobs")
                        .resolve("sha256-" + weights.digest.get().hex()),
                models.path(),
                new Finds.Claim(
                        Store.OLLAMA,
                        name,
                        provider(place),
                        title(place),
                        Optional.empty(),
                        weights.digest,
                        weights.sizeBytes));
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
}
