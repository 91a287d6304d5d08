package ai.bearllm.hub;

import ai.bearllm.hub.NetworkException.Reason;
import ai.bearllm.model.Sha256;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads the hub's answers about repositories. What must be there and is not is a failure that names its place; what the hub
 * may leave out is empty; what it adds is ignored.
 *
 * <p>Source: {@code GET /api/models}, {@code GET /api/models/{id}?blobs=true} and {@code GET /api/models/{id}/tree/{revision}}.
 */
final class RepoJson {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** A hundred repositories with some hundred files each have a hundred thousand. */
    private static final int MOST_TOKENS = 1_000_000;

    private final URI endpoint;

    private RepoJson(URI endpoint) {
        this.endpoint = endpoint;
    }

    static RepoInfo one(String body, URI endpoint) {
        RepoJson reader = new RepoJson(endpoint);
        return reader.repository(reader.parsed(body), "$");
    }

    static List<RepoInfo> many(String body, URI endpoint) {
        RepoJson reader = new RepoJson(endpoint);
        JsonNode root = reader.parsed(body);
        if (!root.isArray()) {
            throw reader.invalid("$ is no list", null);
        }
        List<RepoInfo> found = new ArrayList<>();
        for (JsonNode node : root) {
            found.add(reader.repository(node, "$[" + found.size() + "]"));
        }
        return List.copyOf(found);
    }

    private JsonNode parsed(String body) {
        try {
            requireFew(body);
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw invalid("it is no JSON", e);
        } catch (IOException e) {
            throw invalid("it cannot be read", e);
        }
    }

    /** A few megabytes of empty brackets would take a hundred times as much memory as a tree. */
    private void requireFew(String body) throws IOException {
        try (JsonParser parser = JSON.createParser(body)) {
            for (int tokens = 0; parser.nextToken() != null; tokens++) {
                if (tokens > MOST_TOKENS) {
                    throw invalid("it has more than " + MOST_TOKENS + " parts", null);
                }
            }
        }
    }

    private RepoInfo repository(JsonNode node, String where) {
        if (!node.isObject()) {
            throw invalid(where + " is no object", null);
        }
        List<String> tags = strings(node.path("tags"));
        return new RepoInfo(
                text(node.path("id"))
                        .or(() -> text(node.path("modelId")))
                        .map(id -> named(id, where))
                        .orElseThrow(() -> invalid(where + ".id is missing", null)),
                text(node.path("sha")),
                license(node, tags),
                gated(node.path("gated")),
                node.path("private").asBoolean(false),
                tags,
                count(node.path("downloads")),
                count(node.path("likes")),
                text(node.path("lastModified")).flatMap(RepoJson::instant),
                files(node.path("siblings"), where + ".siblings"),
                Optional.empty());
    }

    /** The files of one page of a tree; folders are left out. */
    static List<RepoFile> tree(String body, URI endpoint) {
        RepoJson reader = new RepoJson(endpoint);
        JsonNode root = reader.parsed(body);
        if (!root.isArray()) {
            throw reader.invalid("$ is no list", null);
        }
        List<RepoFile> files = new ArrayList<>();
        for (int i = 0; i < root.size(); i++) {
            JsonNode node = root.get(i);
            String place = "$[" + i + "]";
            if (!node.isObject()) {
                throw reader.invalid(place + " is no object", null);
            }
            if (node.path("type").asText().equals("file")) {
                files.add(reader.leaf(node, place));
            }
        }
        return files;
    }

    private RepoFile leaf(JsonNode node, String place) {
        String path = text(node.path("path")).orElseThrow(() -> invalid(place + ".path is missing", null));
        JsonNode lfs = node.path("lfs");
        OptionalLong size = count(lfs.path("size"));
        return new RepoFile(
                path,
                size.isPresent() ? size : count(node.path("size")),
                text(lfs.path("oid")).map(hash -> digest(hash.replaceFirst("^sha256:", ""), place + ".lfs.oid")));
    }

    /** A name that leads elsewhere when it is asked for, or that no folder can have, is none. */
    private String named(String id, String where) {
        if (!Hub.isRepository(id)) {
            throw invalid(where + ".id is no repository's name", null);
        }
        return id;
    }

    /** The tag is what the hub derives from the card; the card is what the owner wrote. */
    private static Optional<String> license(JsonNode node, List<String> tags) {
        return tags.stream()
                .filter(tag -> tag.startsWith("license:") && tag.length() > "license:".length())
                .map(tag -> tag.substring("license:".length()))
                .findFirst()
                .or(() -> text(node.path("cardData").path("license")));
    }

    private static RepoInfo.Gated gated(JsonNode node) {
        if (node.isMissingNode() || node.isNull() || (node.isBoolean() && !node.booleanValue())) {
            return RepoInfo.Gated.NO;
        }
        // A kind of gate that is not known yet is a gate all the same.
        return node.asText().equals("auto") ? RepoInfo.Gated.AUTO : RepoInfo.Gated.MANUAL;
    }

    private List<RepoFile> files(JsonNode siblings, String where) {
        if (siblings.isMissingNode() || siblings.isNull()) {
            return List.of();
        }
        if (!siblings.isArray()) {
            throw invalid(where + " is no list", null);
        }
        List<RepoFile> files = new ArrayList<>();
        for (JsonNode node : siblings) {
            String place = where + "[" + files.size() + "]";
            String path =
                    text(node.path("rfilename")).orElseThrow(() -> invalid(place + ".rfilename is missing", null));
            OptionalLong size = count(node.path("lfs").path("size"));
            files.add(new RepoFile(
                    path,
                    size.isPresent() ? size : count(node.path("size")),
                    text(node.path("lfs").path("sha256")).map(hash -> digest(hash, place + ".lfs.sha256"))));
        }
        return List.copyOf(files);
    }

    private Sha256 digest(String text, String where) {
        try {
            return Sha256.parse(text);
        } catch (IllegalArgumentException e) {
            throw invalid(where + " is no SHA-256", e);
        }
    }

    private static Optional<String> text(JsonNode node) {
        return node.isTextual() && !node.textValue().isBlank() ? Optional.of(node.textValue()) : Optional.empty();
    }

    private static List<String> strings(JsonNode node) {
        List<String> texts = new ArrayList<>();
        node.forEach(element -> text(element).ifPresent(texts::add));
        return texts;
    }

    private static OptionalLong count(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToLong() && node.longValue() >= 0
                ? OptionalLong.of(node.longValue())
                : OptionalLong.empty();
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private NetworkException invalid(String what, @Nullable Throwable cause) {
        return new NetworkException(
                Reason.INVALID,
                Addresses.origin(endpoint) + " gave an answer that cannot be read: " + what + ".",
                "Check HF_ENDPOINT, and whether a proxy or a login page of the network answers instead of the hub.",
                cause);
    }
}
