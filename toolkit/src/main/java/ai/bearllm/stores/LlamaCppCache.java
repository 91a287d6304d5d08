package ai.bearllm.stores;

import ai.bearllm.model.Origin;
import ai.bearllm.model.Sha256;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The cache that llama.cpp kept until 2026: GGUF files in one folder, each with a {@code .json} that says from which address and
 * with which entity tag it came, and a {@code manifest=OWNER=NAME=TAG.json} as the hub had answered.
 *
 * <p>Source: llama.cpp's common/arg.cpp and common/download.cpp of 2025.
 */
final class LlamaCppCache {
    private static final Pattern ADDRESS = Pattern.compile(
            "https?://[^/]{1,200}/([\\w.-]+/[\\w.-]+)/resolve/([\\w.-]{1,100})/([^?#]{1,500}\\.gguf)(\\?.*)?");
    private static final Pattern DIGEST = Pattern.compile("\"?([0-9a-f]{64})\"?");
    private static final Pattern MANIFEST =
            Pattern.compile("manifest=([^=]{1,100})=([^=]{1,100})=([^=]{1,100})\\.json");

    private final Folder cache;
    private final Finds finds;
    private final StoreJson json = new StoreJson();
    /** What manifests say, by the name of the file in this folder. */
    private final Map<String, Told> told = new HashMap<>();

    /**
     * What is told of a file.
     *
     * @param origin where on the hub it came from; empty where that is not told, or is no place there
     * @param digest its SHA-256; empty likewise
     */
    record Told(Optional<Origin.HubFile> origin, Optional<Sha256> digest) {
        static final Told NOTHING = new Told(Optional.empty(), Optional.empty());
    }

    private LlamaCppCache(Folder cache, Finds finds) {
        this.cache = cache;
        this.finds = finds;
    }

    static void look(Path folder, Finds finds) {
        Folder.at(folder, finds).ifPresent(cache -> new LlamaCppCache(cache, finds).look());
    }

    private void look() {
        List<Path> entries = cache.entries();
        for (Path entry : entries) {
            Matcher manifest = MANIFEST.matcher(String.valueOf(entry.getFileName()));
            if (manifest.matches()) {
                manifest(entry, manifest.group(1), manifest.group(2));
            }
        }
        List<Path> ggufs = entries.stream().filter(Folder::isGgufName).toList();
        for (Splits model : Splits.of(ggufs)) {
            Path first = model.parts().get(0);
            Told about = about(first);
            Finds.Claim claim = new Finds.Claim(
                    Store.LLAMA_CPP,
                    String.valueOf(first.getFileName()),
                    about.origin.map(origin -> origin.repository().replaceFirst("/.*", "")),
                    about.origin.map(origin -> origin.repository().replaceFirst(".*/", "")),
                    about.origin,
                    about.digest,
                    Optional.empty());
            if (model.isOne()) {
                finds.add(first, cache.path(), claim);
            } else {
                finds.addSplit(model.parts(), cache.path(), claim, model.problem());
            }
        }
    }

    private void manifest(Path file, String owner, String name) {
        read(file).ifPresent(manifest -> told.put(localName(owner, name, manifest), byManifest(owner, name, manifest)));
    }

    private static String localName(String owner, String name, JsonNode manifest) {
        return owner + "_" + name + "_"
                + manifest.path("ggufFile").path("rfilename").asText().replace('/', '_');
    }

    /** What the hub had answered about a repository's file. */
    static Told byManifest(String owner, String name, JsonNode manifest) {
        JsonNode gguf = manifest.path("ggufFile");
        return new Told(
                HubCache.hubFile(
                        owner + "/" + name, "main", gguf.path("rfilename").asText()),
                digest(gguf.path("lfs").path("sha256").asText()));
    }

    /** What the note beside a file says. */
    static Told byNote(JsonNode note) {
        Matcher address = ADDRESS.matcher(note.path("url").asText());
        return new Told(
                address.matches()
                        ? HubCache.hubFile(address.group(1), address.group(2), address.group(3))
                        : Optional.empty(),
                digest(note.path("etag").asText()));
    }

    private Told about(Path file) {
        String name = String.valueOf(file.getFileName());
        Told byManifest = told.getOrDefault(name, Told.NOTHING);
        return read(file.resolveSibling(name + ".json"))
                .map(LlamaCppCache::byNote)
                .map(note -> new Told(note.origin.or(byManifest::origin), note.digest.or(byManifest::digest)))
                .orElse(byManifest);
    }

    private static Optional<Sha256> digest(String text) {
        Matcher digest = DIGEST.matcher(text);
        return digest.matches() ? Optional.of(new Sha256(digest.group(1))) : Optional.empty();
    }

    private Optional<JsonNode> read(Path file) {
        Optional<byte[]> bytes = Magic.small(file, StoreJson.LONGEST);
        Optional<JsonNode> read = bytes.flatMap(json::read);
        if (bytes.isPresent() && read.isEmpty()) {
            finds.note(file + " is not the JSON that llama.cpp writes.");
        }
        return read;
    }
}
