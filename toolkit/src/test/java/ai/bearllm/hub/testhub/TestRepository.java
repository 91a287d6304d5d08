package ai.bearllm.hub.testhub;

import ai.bearllm.model.Sha256;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** A repository of the {@link TestHub}: files, license, and who may read it. */
public final class TestRepository {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String id;
    private final Map<String, Stored> files = new ConcurrentSkipListMap<>();
    private final List<String> tags = new ArrayList<>(List.of("gguf"));
    private volatile String gated = "";
    private volatile String privateTo = "";
    private volatile int downloads = 1;
    private volatile int likes = 3;
    private volatile String updated = "2024-02-03T04:05:06.000Z";

    record Stored(Content content, boolean large) {}

    TestRepository(String id) {
        this.id = id;
    }

    /** Its {@code owner/name}. */
    public String id() {
        return id;
    }

    /** Adds a file of the large file storage: served from another host, known by its SHA-256. */
    public TestRepository large(String path, byte[] bytes) throws IOException {
        files.put(path, new Stored(Content.of(bytes), true));
        return this;
    }

    /** As {@link #large(String, byte[])}, from a file on disk. */
    public TestRepository large(String path, Path file) throws IOException {
        files.put(path, new Stored(Content.of(file), true));
        return this;
    }

    /** Adds a small file: served by the hub itself, without a digest. */
    public TestRepository small(String path, String text) throws IOException {
        files.put(path, new Stored(Content.of(text.getBytes(StandardCharsets.UTF_8)), false));
        return this;
    }

    /** Declares a license, for example {@code apache-2.0}. */
    public TestRepository license(String license) {
        tags.add("license:" + license);
        return this;
    }

    /** Files only for holders of this token; everybody sees that it exists. Kind is {@code auto} or {@code manual}. */
    public TestRepository gated(String kind, String token) {
        gated = kind;
        privateTo = token;
        return this;
    }

    /** Hidden from everybody without this token. */
    public TestRepository privateTo(String token) {
        privateTo = token;
        return this;
    }

    /** How often it was downloaded, which orders the results of a search. */
    public TestRepository downloads(int count) {
        downloads = count;
        return this;
    }

    /** The commit of its present files. */
    public String commit() {
        StringBuilder all = new StringBuilder(id);
        files.forEach((path, stored) -> all.append(path).append(stored.content().sha256()));
        return Sha256.of(Sha256.newDigest().digest(Wire.utf8(all.toString())))
                .hex()
                .substring(0, 40);
    }

    /** How many people like it. */
    public TestRepository likes(int count) {
        likes = count;
        return this;
    }

    /** When it was changed last, for example {@code 2024-02-03T04:05:06.000Z}. */
    public TestRepository updated(String time) {
        updated = time;
        return this;
    }

    /** Adds a tag, for example {@code en}. */
    public TestRepository tag(String tag) {
        tags.add(tag);
        return this;
    }

    int downloadCount() {
        return downloads;
    }

    int likeCount() {
        return likes;
    }

    String updated() {
        return updated;
    }

    boolean isOf(String author) {
        return id.toLowerCase(Locale.ROOT).startsWith(author.toLowerCase(Locale.ROOT) + "/");
    }

    boolean hasTag(String tag) {
        return tags.contains(tag);
    }

    Optional<Stored> file(String path) {
        return Optional.ofNullable(files.get(path));
    }

    Optional<Content> blob(String sha256) {
        return files.values().stream()
                .filter(stored ->
                        stored.large() && stored.content().sha256().hex().equals(sha256))
                .map(Stored::content)
                .findFirst();
    }

    boolean isGated() {
        return !gated.isEmpty();
    }

    boolean isPrivate() {
        return !privateTo.isEmpty() && gated.isEmpty();
    }

    boolean knows(Optional<String> authorization) {
        return privateTo.isEmpty() || authorization.equals(Optional.of("Bearer " + privateTo));
    }

    boolean hasRevision(String revision) {
        return revision.equals("main") || revision.equals(commit());
    }

    ObjectNode json(boolean withBlobs) {
        ObjectNode node = JSON.createObjectNode();
        node.put("_id", "65a1b2c3d4e5f60718293a4b");
        node.put("id", id).put("modelId", id).put("author", id.replaceFirst("/.*", ""));
        node.put("sha", commit())
                .put("private", isPrivate())
                .put("downloads", downloads)
                .put("likes", likes);
        node.put("lastModified", updated).put("createdAt", "2024-01-02T03:04:05.000Z");
        node.put("pipeline_tag", "text-generation").put("library_name", "gguf").put("disabled", false);
        if (isGated()) {
            node.put("gated", gated);
        } else {
            node.put("gated", false);
        }
        ArrayNode tagList = node.putArray("tags");
        tags.forEach(tagList::add);
        ArrayNode siblings = node.putArray("siblings");
        files.forEach((path, stored) -> {
            ObjectNode file = siblings.addObject().put("rfilename", path);
            if (withBlobs) {
                describe(file, stored);
                if (stored.large()) {
                    ((ObjectNode) file.get("lfs"))
                            .put("sha256", stored.content().sha256().hex());
                }
            }
        });
        return node;
    }

    ArrayNode tree() {
        ArrayNode list = JSON.createArrayNode();
        files.forEach((path, stored) -> {
            ObjectNode file = list.addObject().put("type", "file").put("path", path);
            describe(file, stored);
            file.put("oid", file.get("blobId").textValue());
            if (stored.large()) {
                ((ObjectNode) file.get("lfs"))
                        .put("oid", stored.content().sha256().hex());
            }
        });
        return list;
    }

    private static void describe(ObjectNode file, Stored stored) {
        Content content = stored.content();
        file.put("blobId", gitId(content)).put("size", content.length());
        if (stored.large()) {
            file.putObject("lfs").put("size", content.length()).put("pointerSize", 134);
        }
    }

    /** Stands for git's own name of the bytes: 40 digits that follow from them. */
    static String gitId(Content content) {
        return content.sha256().hex().substring(0, 40);
    }
}
