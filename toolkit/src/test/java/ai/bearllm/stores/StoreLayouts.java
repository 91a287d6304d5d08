package ai.bearllm.stores;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/** Lays files out in a user's home as the programs do. */
public final class StoreLayouts {
    /** The commit of every snapshot. */
    public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    private final Path home;

    /** In this home. */
    public StoreLayouts(Path home) {
        this.home = home;
    }

    /** The user's home. */
    public Path home() {
        return home;
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As huggingface_hub's cache: a blob, and a link to it; returns the blob. */
    public Path huggingFace(String repository, String branch, String path, byte[] bytes) throws IOException {
        Path folder = hub().resolve("models--" + repository.replace("/", "--"));
        Path blob = write(folder.resolve("blobs").resolve(sha256(bytes)), bytes);
        write(folder.resolve("refs").resolve(branch), COMMIT.getBytes(StandardCharsets.US_ASCII));
        Path link = folder.resolve("snapshots").resolve(COMMIT).resolve(path);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, link.getParent().relativize(blob));
        return blob;
    }

    Path hub() {
        return home.resolve(".cache/huggingface/hub");
    }

    /** As Ollama; returns the blob. */
    public Path ollama(String namespace, String model, String tag, byte[] bytes) throws IOException {
        String digest = sha256(bytes);
        manifest(namespace, model, tag, """
                {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",
                 "config":{"mediaType":"application/vnd.docker.container.image.v1+json","digest":"sha256:%s","size":3},
                 "layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:%s","size":%d},
                           {"mediaType":"application/vnd.ollama.image.template","digest":"sha256:%s","size":3}]}
                """.formatted("a".repeat(64), digest, bytes.length, "b".repeat(64)));
        return write(ollama().resolve("blobs").resolve("sha256-" + digest), bytes);
    }

    Path manifest(String namespace, String model, String tag, String json) throws IOException {
        Path manifests = ollama().resolve("manifests/registry.ollama.ai");
        return write(manifests.resolve(namespace).resolve(model).resolve(tag), json.getBytes(StandardCharsets.UTF_8));
    }

    Path ollama() {
        return home.resolve(".ollama/models");
    }

    /** As LM Studio. */
    public Path lmStudio(String publisher, String model, String file, byte[] bytes) throws IOException {
        return write(
                home.resolve(".lmstudio/models")
                        .resolve(publisher)
                        .resolve(model)
                        .resolve(file),
                bytes);
    }

    /** As llama.cpp until 2026. */
    public Path llamaCpp(String file, byte[] bytes) throws IOException {
        return write(home.resolve(".cache/llama.cpp").resolve(file), bytes);
    }

    static Path write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        // Nobody has just written what lies there.
        return Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-02T03:04:05.678Z")));
    }
}
