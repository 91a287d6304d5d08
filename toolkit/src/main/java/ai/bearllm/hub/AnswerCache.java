package ai.bearllm.hub;

import ai.bearllm.model.Sha256;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the hub answered, on the disk: asked for again only where it changed, and there when the hub is not. Bounded in number
 * and bytes, the longest unused go first. Several processes may use one folder: each file is replaced whole, and one that is not
 * what was written is passed over.
 */
final class AnswerCache {
    private static final Logger LOG = System.getLogger(AnswerCache.class.getName());
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MOST_FILES = 400;
    private static final long MOST_BYTES = 48L << 20;
    private static final String ENDING = ".answer";

    private final Path folder;
    private final Clock clock;

    AnswerCache(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /**
     * An answer that is kept.
     *
     * @param at when the hub last said that it holds
     * @param etag the hub's name for it; empty where it gave none
     * @param link its {@code Link} header
     */
    record Kept(Instant at, Optional<String> etag, Optional<String> link, String body) {}

    /** The answer to this question; empty where there is none, or it is damaged. */
    Optional<Kept> find(String question) {
        Path file = file(question);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            return read(
                    Files.readAllBytes(file), Files.getLastModifiedTime(file).toInstant());
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(Logger.Level.DEBUG, "an answer of the hub cannot be read", e);
            return Optional.empty();
        }
    }

    private static Optional<Kept> read(byte[] content, Instant at) throws IOException {
        int end = 0;
        while (end < content.length && content[end] != '\n') {
            end++;
        }
        if (end == content.length) {
            return Optional.empty();
        }
        JsonNode head = JSON.readTree(content, 0, end);
        byte[] body = Arrays.copyOfRange(content, end + 1, content.length);
        boolean whole = Sha256.of(Sha256.newDigest().digest(body))
                .hex()
                .equals(head.path("sha256").asText());
        return whole
                ? Optional.of(
                        new Kept(at, text(head, "etag"), text(head, "link"), new String(body, StandardCharsets.UTF_8)))
                : Optional.empty();
    }

    private static Optional<String> text(JsonNode node, String field) {
        return node.path(field).isTextual() ? Optional.of(node.path(field).textValue()) : Optional.empty();
    }

    /** Keeps an answer; a cache that cannot be written to is only slower. */
    void keep(String question, Optional<String> etag, Optional<String> link, byte[] body) {
        ObjectNode head = JSON.createObjectNode();
        etag.ifPresent(text -> head.put("etag", text));
        link.ifPresent(text -> head.put("link", text));
        head.put("sha256", Sha256.of(Sha256.newDigest().digest(body)).hex());
        try {
            ByteArrayOutputStream content = new ByteArrayOutputStream(body.length + 300);
            content.write(JSON.writeValueAsBytes(head));
            content.write('\n');
            content.write(body);
            Files.createDirectories(folder);
            // Readable for its owner alone: an answer may be about something private.
            Path fresh = Files.createTempFile(folder, "fresh", ".new");
            try {
                Files.write(fresh, content.toByteArray());
                Files.setLastModifiedTime(fresh, FileTime.from(clock.instant()));
                Files.move(fresh, file(question), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fresh);
            }
            makeRoom();
        } catch (IOException e) {
            LOG.log(Logger.Level.DEBUG, "an answer of the hub could not be kept", e);
        }
    }

    /** The hub says that the answer still holds. */
    void confirm(String question) {
        try {
            Files.setLastModifiedTime(file(question), FileTime.from(clock.instant()));
        } catch (IOException e) {
            LOG.log(Logger.Level.DEBUG, "an answer of the hub could not be confirmed", e);
        }
    }

    private Path file(String question) {
        byte[] name = Sha256.newDigest().digest(question.getBytes(StandardCharsets.UTF_8));
        return folder.resolve(Sha256.of(name).hex() + ENDING);
    }

    private record Entry(Path file, long bytes, FileTime used) {}

    private void makeRoom() throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                FileTime used = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
                boolean leftOver = name.endsWith(".new")
                        && used.toInstant().isBefore(clock.instant().minusSeconds(3600));
                if (name.endsWith(ENDING) || leftOver) {
                    entries.add(new Entry(file, Files.size(file), used));
                }
            }
        }
        entries.sort(Comparator.comparing(Entry::used).reversed());
        long bytes = 0;
        for (int i = 0; i < entries.size(); i++) {
            bytes += entries.get(i).bytes();
            if (i >= MOST_FILES || bytes > MOST_BYTES) {
                Files.deleteIfExists(entries.get(i).file());
            }
        }
    }
}
