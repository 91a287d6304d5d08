package ai.bearllm.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.download.DownloadResult.Proof;
import ai.bearllm.hub.AccessToken;
import ai.bearllm.hub.Http;
import ai.bearllm.hub.HttpSettings;
import ai.bearllm.hub.Hub;
import ai.bearllm.hub.testhub.Fault;
import ai.bearllm.hub.testhub.Scope;
import ai.bearllm.hub.testhub.TestHub;
import ai.bearllm.hub.testhub.TestRepository;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Origin;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Progress;
import ai.bearllm.progress.ProgressListener;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloaderTest {
    private static final byte[] WEIGHTS = weights();
    private static final Sha256 DIGEST = Sha256.of(Sha256.newDigest().digest(WEIGHTS));

    @TempDir
    Path home;

    private final Heard heard = new Heard();
    private TestHub server;
    private TestRepository repository;
    private Http http;
    private Path target;

    private static byte[] weights() {
        byte[] bytes = new byte[3_000_000];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    @BeforeEach
    void start() throws IOException {
        server = TestHub.start();
        repository = server.repository("bear/tiny").large("tiny.gguf", WEIGHTS).small("README.md", "# Tiny");
        http = Http.of(HttpSettings.of("bear-test/1", Map.of()));
        target = home.resolve("models/bear/tiny/tiny.gguf");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Downloader downloader() {
        return Downloader.of(http, home.resolve("downloads"));
    }

    private Source onHub(String path) {
        return new Source.OnHub(Hub.of(http, server.environment()), new Origin.HubFile("bear/tiny", "main", path));
    }

    private DownloadRequest request(Source source) {
        return new DownloadRequest("download of tiny", source, target, OptionalLong.empty(), Optional.empty());
    }

    private DownloadResult fetch(DownloadRequest request) {
        return downloader().fetch(request, heard, Cancellation.create());
    }

    private List<Path> leftovers() throws IOException {
        try (var files = Files.walk(home)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.equals(target))
                    .toList();
        }
    }

    @Test
    void putsAVerifiedFileIntoItsPlace() throws IOException {
        DownloadResult result = fetch(new DownloadRequest(
                "download of tiny", onHub("tiny.gguf"), target, OptionalLong.of(WEIGHTS.length), Optional.of(DIGEST)));
        assertThat(target).hasBinaryContent(WEIGHTS);
        assertThat(result.file()).isEqualTo(target);
        assertThat(result.sizeBytes()).isEqualTo(WEIGHTS.length);
        assertThat(result.sha256()).isEqualTo(DIGEST);
        assertThat(result.proof()).isEqualTo(Proof.DECLARED);
        assertThat(result.commit()).contains(repository.commit());
        assertThat(result.attempts()).isEqualTo(1);
        assertThat(result).hasToString("3.00 MB, SHA-256 " + DIGEST.brief() + " as declared");
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void tellsItsProgress() {
        fetch(request(onHub("tiny.gguf")));
        heard.requireGrammar();
        List<Progress.Advanced> advanced = heard.all(Progress.Advanced.class);
        Progress.Advanced last = advanced.get(advanced.size() - 1);
        assertThat(last.done()).isEqualTo(WEIGHTS.length);
        assertThat(last.percent()).hasValue(100);
        assertThat(last.perSecond()).isPresent();
        assertThat(heard.last()).isInstanceOf(Progress.Verified.class);
    }

    @Test
    void takesTheHubsWordWhereNobodyDeclaredADigest() {
        assertThat(fetch(request(onHub("tiny.gguf"))).proof()).isEqualTo(Proof.HUB);
    }

    @Test
    void pinsTheDigestWhereNobodyKnowsIt() throws IOException {
        DownloadResult result = fetch(request(onHub("README.md")));
        assertThat(result.proof()).isEqualTo(Proof.PINNED);
        assertThat(result.toString()).endsWith("pinned on first download");
        assertThat(target).hasContent("# Tiny");
        server.fail(Scope.RESOLVE, Fault.noDigest());
        assertThat(fetch(request(onHub("tiny.gguf"))).proof()).isEqualTo(Proof.PINNED);
        assertThat(target).hasBinaryContent(WEIGHTS);
    }

    @Test
    void theCommitThatWasSeenIsTheOneThatIsFetched() {
        fetch(request(onHub("tiny.gguf")));
        assertThat(server.requests().get(1).path()).contains("/resolve/" + repository.commit() + "/");
    }

    @Test
    void theTokenOpensAGatedFileAndStaysWithTheHub() throws IOException {
        server.repository("bear/gated").gated("auto", "hf_right").large("g.gguf", WEIGHTS);
        Hub hub = new Hub(http, server.endpoint(), () -> Optional.of(AccessToken.of("hf_right")));
        fetch(request(new Source.OnHub(hub, new Origin.HubFile("bear/gated", "main", "g.gguf"))));
        assertThat(target).hasBinaryContent(WEIGHTS);
        assertThat(server.storageRequests())
                .hasSize(1)
                .noneMatch(request -> request.header("authorization").isPresent());
    }

    @Test
    void takesBuiltInFilesTheSameWay() throws IOException {
        Source local = new Source.Local("builtin:tiny", () -> new ByteArrayInputStream(WEIGHTS));
        DownloadResult result = fetch(new DownloadRequest(
                "installation of tiny", local, target, OptionalLong.of(WEIGHTS.length), Optional.of(DIGEST)));
        assertThat(target).hasBinaryContent(WEIGHTS);
        assertThat(result.proof()).isEqualTo(Proof.DECLARED);
        assertThat(result.commit()).isEmpty();
        heard.requireGrammar();
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void aBuiltInFileThatIsDamagedIsNotInstalled() throws IOException {
        Source local = new Source.Local("builtin:tiny", () -> new ByteArrayInputStream(WEIGHTS));
        for (long declared : new long[] {WEIGHTS.length - 1, WEIGHTS.length + 1}) {
            assertThatThrownBy(() -> fetch(new DownloadRequest(
                            "installation of tiny", local, target, OptionalLong.of(declared), Optional.empty())))
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining("builtin:tiny has");
        }
        Source absent = new Source.Local("builtin:none", () -> {
            throw new FileNotFoundException("no such entry");
        });
        assertThatThrownBy(() -> fetch(request(absent)))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("builtin:none cannot be read");
        assertThat(target).doesNotExist();
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void disagreementIsFoundBeforeTheFirstByte() throws IOException {
        Sha256 other = new Sha256("0".repeat(64));
        assertThatThrownBy(() -> fetch(new DownloadRequest(
                        "download", onHub("tiny.gguf"), target, OptionalLong.empty(), Optional.of(other))))
                .isInstanceOf(BearException.class)
                .hasMessageContaining(DIGEST.brief())
                .hasMessageContaining("00000000")
                .hasMessageContaining("Nothing was fetched");
        assertThatThrownBy(() -> fetch(new DownloadRequest(
                        "download", onHub("tiny.gguf"), target, OptionalLong.of(5), Optional.empty())))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("5 bytes are declared");
        assertThat(server.storageRequests()).isEmpty();
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void wrongBytesAreKeptAsEvidenceAndNeverReplaceAGoodFile() throws IOException {
        Files.createDirectories(target.getParent());
        Files.writeString(target, "a good file");
        server.fail(Scope.STORAGE, Fault.wrongBytes());
        for (int time = 0; time < 2; time++) {
            assertThatThrownBy(() -> fetch(request(onHub("tiny.gguf"))))
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining("the hub declares " + DIGEST.brief())
                    .hasMessageContaining("quarantine");
        }
        assertThat(target).hasContent("a good file");
        assertThat(heard.last()).isInstanceOf(Progress.Failed.class);
        List<Path> kept = leftovers();
        assertThat(kept).hasSize(2).allMatch(file -> file.getParent().endsWith("downloads/quarantine"));
        Path report = kept.stream()
                .filter(file -> file.toString().endsWith(".json"))
                .findFirst()
                .orElseThrow();
        assertThat(report).content().contains(DIGEST.hex(), "hf:bear/tiny@", "\"bytes\" : 3000000");
        server.heal();
        fetch(request(onHub("tiny.gguf")));
        assertThat(target).hasBinaryContent(WEIGHTS);
    }

    @Test
    void refusesWhatDoesNotFitBeforeTheFirstByte() throws IOException {
        DiskSpace small = new DiskSpace(folder -> OptionalLong.of(19_000_000));
        Downloader downloader = new Downloader(http, home.resolve("downloads"), DownloadSettings.USUAL, small);
        assertThatThrownBy(() -> downloader.fetch(request(onHub("tiny.gguf")), heard, Cancellation.create()))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("needs 19.8 MB")
                .hasMessageContaining("19.0 MB are free");
        server.fail(Scope.RESOLVE, Fault.noDigest());
        assertThatThrownBy(() -> downloader.fetch(request(onHub("tiny.gguf")), heard, Cancellation.create()))
                .as("a size that only the storage tells")
                .isInstanceOf(BearException.class)
                .hasMessageContaining("needs 19.8 MB");
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void foldersThatCannotBeUsedAreNamed() throws IOException {
        Path file = Files.writeString(home.resolve("file"), "in the way");
        Downloader blocked = Downloader.of(http, file.resolve("downloads"));
        assertThatThrownBy(() -> blocked.fetch(request(onHub("tiny.gguf")), heard, Cancellation.create()))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("tiny.gguf in " + file);
        Files.createDirectories(target);
        assertThatThrownBy(() -> fetch(request(onHub("tiny.gguf"))))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("is a folder");
        assertThat(server.requests()).isEmpty();
        assertThat(heard.last()).isInstanceOf(Progress.Failed.class);
    }

    @Test
    void cancellingKeepsWhatIsProvenForTheNextCall() throws IOException {
        server.failNext(Scope.STORAGE, Fault.stall(2_000_000));
        Cancellation cancellation = Cancellation.create();
        ProgressListener atFirstBytes = event -> {
            heard.on(event);
            if (event instanceof Progress.Advanced) {
                cancellation.cancel();
            }
        };
        assertThatThrownBy(() -> downloader().fetch(request(onHub("tiny.gguf")), atFirstBytes, cancellation))
                .isInstanceOf(CancellationException.class);
        heard.requireGrammar();
        assertThat(heard.last()).isInstanceOf(Progress.Cancelled.class);
        assertThat(target).doesNotExist();
        fetch(request(onHub("tiny.gguf")));
        assertThat(target).hasBinaryContent(WEIGHTS);
        assertThat(server.storageRequests().get(1).header("range")).isPresent();
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void cancellingEndsAWait() {
        server.fail(Scope.STORAGE, Fault.status(503).with("Retry-After", "250"));
        Cancellation cancellation = Cancellation.create();
        ProgressListener atPause = event -> {
            heard.on(event);
            if (event instanceof Progress.Paused) {
                cancellation.cancel();
            }
        };
        assertThatThrownBy(() -> downloader().fetch(request(onHub("tiny.gguf")), atPause, cancellation))
                .isInstanceOf(CancellationException.class);
        heard.requireGrammar();
    }

    @Test
    void aBrokenListenerBreaksNothing() {
        ProgressListener broken = event -> {
            throw new IllegalStateException("the display is gone");
        };
        downloader().fetch(request(onHub("tiny.gguf")), broken, Cancellation.create());
        assertThat(target).hasBinaryContent(WEIGHTS);
    }

    @Test
    void offlineFetchesOnlyWhatIsHere() {
        Http offline = Http.of(HttpSettings.of("bear-test/1", Map.of("HF_HUB_OFFLINE", "1")));
        Source remote = new Source.OnHub(
                Hub.of(offline, server.environment()), new Origin.HubFile("bear/tiny", "main", "tiny.gguf"));
        Downloader downloader = Downloader.of(offline, home.resolve("downloads"));
        assertThatThrownBy(() -> downloader.fetch(request(remote), heard, Cancellation.create()))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("forbids the network");
        assertThat(server.requests()).isEmpty();
        Source local = new Source.Local("builtin:tiny", () -> new ByteArrayInputStream(WEIGHTS));
        downloader.fetch(request(local), heard, Cancellation.create());
        assertThat(target).hasBinaryContent(WEIGHTS);
    }

    @Test
    void manyAtOnceDoNotMeet() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(10);
        try {
            Downloader downloader = downloader();
            List<Future<DownloadResult>> running = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                // Two and two have one target: the last wins, and either is whole.
                Path place = home.resolve("models/" + i / 2 + "/tiny.gguf");
                DownloadRequest request = new DownloadRequest(
                        "download " + i, onHub("tiny.gguf"), place, OptionalLong.empty(), Optional.of(DIGEST));
                running.add(pool.submit(() -> downloader.fetch(request, ProgressListener.NONE, Cancellation.create())));
            }
            for (Future<DownloadResult> result : running) {
                assertThat(result.get().file()).hasBinaryContent(WEIGHTS);
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(leftovers()).hasSize(5);
    }
}
