package ai.bearllm.download;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.hub.Http;
import ai.bearllm.hub.HttpSettings;
import ai.bearllm.hub.Hub;
import ai.bearllm.hub.testhub.TestHub;
import ai.bearllm.model.Origin;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/** A hub with one file, and a folder to fetch it to. */
final class Scene implements AutoCloseable {
    static final DownloadSettings QUICK =
            new DownloadSettings(3, Duration.ofMillis(1), Duration.ofSeconds(2)).connections(1);

    final Path home;
    final byte[] weights;
    final Sha256 digest;
    final TestHub server;
    final Path target;
    Http http = Http.of(HttpSettings.of("bear-test/1", Map.of()));

    Scene(Path home, byte[] weights) throws IOException {
        this.home = home;
        this.weights = weights;
        this.digest = digest(weights, weights.length);
        this.server = TestHub.start();
        this.target = home.resolve("models/tiny.gguf");
        server.repository("bear/tiny").large("tiny.gguf", weights);
    }

    static byte[] random(int bytes, long seed) {
        byte[] result = new byte[bytes];
        new Random(seed).nextBytes(result);
        return result;
    }

    static Sha256 digest(byte[] bytes, int length) {
        var digest = Sha256.newDigest();
        digest.update(bytes, 0, length);
        return Sha256.of(digest.digest());
    }

    Path downloads() {
        return home.resolve("downloads");
    }

    Names names() {
        return Names.of(downloads(), target);
    }

    Source source() {
        return new Source.OnHub(
                Hub.of(http, server.environment()), new Origin.HubFile("bear/tiny", "main", "tiny.gguf"));
    }

    DownloadRequest request() {
        return new DownloadRequest("download of tiny", source(), target, OptionalLong.empty(), Optional.empty());
    }

    Downloader downloader(DownloadSettings settings) {
        return Downloader.of(http, downloads(), settings);
    }

    DownloadResult fetch(Heard heard) {
        return downloader(QUICK).fetch(request(), heard, Cancellation.create());
    }

    /** Lays down a part and a journal as an earlier run would have, proven at these lengths. */
    void earlier(byte[] part, int... lengths) throws IOException {
        Files.createDirectories(downloads());
        Files.write(names().part(), part);
        List<Journal.Proof> proofs = java.util.Arrays.stream(lengths)
                .mapToObj(length -> new Journal.Proof(length, digest(weights, length)))
                .toList();
        Journal.begin(names().journal(), head(), proofs).close();
    }

    Journal.Head head() {
        return new Journal.Head(
                source().words(),
                Optional.of(server.repository("bear/tiny").commit()),
                "\"" + digest.hex() + "\"",
                weights.length,
                Optional.of(digest));
    }

    /** The ranges that were asked of the storage, since the last time; plain requests as empty texts. */
    List<String> ranges() {
        return server.storageRequests().stream()
                .map(request -> request.header("range").orElse(""))
                .toList();
    }

    void requireVerified(Heard heard) {
        assertThat(target).hasBinaryContent(weights);
        heard.requireGrammar();
        assertThat(leftovers()).isEmpty();
    }

    /** As {@link #requireVerified}, where another download put a file too. */
    void requireVerifiedBeside(Heard heard, Path other) {
        assertThat(target).hasBinaryContent(weights);
        heard.requireGrammar();
        assertThat(leftovers()).containsExactly(other);
    }

    List<Path> leftovers() {
        try (var files = Files.walk(home)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.equals(target))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
