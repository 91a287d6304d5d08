package ai.bearllm.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufArray;
import ai.bearllm.gguf.GgufBuilder;
import ai.bearllm.gguf.GgufFormatException;
import ai.bearllm.hub.NetworkException.Reason;
import ai.bearllm.hub.testhub.Fault;
import ai.bearllm.hub.testhub.Scope;
import ai.bearllm.hub.testhub.TestHub;
import ai.bearllm.model.Origin;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Task;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files are read where they lie, at a small cost, and never mixed from two versions or answers that are something else. */
class RemoteFileTest {
    private static final int DATA_BYTES = 3_000_000;
    private static final String REPOSITORY = "bear/tiny";
    private static final Origin.HubFile FILE = new Origin.HubFile(REPOSITORY, "main", "sub/tiny.gguf");

    @TempDir
    Path folder;

    private TestHub server;
    private byte[] file;
    private URI address;

    @BeforeEach
    void start() throws IOException {
        server = TestHub.start();
        file = GgufBuilder.model()
                .text("padding.text", "x".repeat(900_000))
                .tensor(
                        "data".getBytes(StandardCharsets.UTF_8),
                        24,
                        OptionalLong.empty(),
                        new byte[DATA_BYTES],
                        DATA_BYTES)
                .bytes();
        server.repository(REPOSITORY).large(FILE.path(), file);
        address = server.endpoint().resolve("/bear/tiny/resolve/main/sub/tiny.gguf");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Http http() {
        return Http.of(HttpSettings.of("bear-test/1", Map.of()));
    }

    private static RemoteFile remote(URI address) {
        return RemoteFile.of(http(), address, Cancellation.create());
    }

    private NetworkException failure() {
        return catchThrowableOfType(NetworkException.class, () -> Gguf.read(remote(address)));
    }

    private long rangesAsked() {
        return server.storageRequests().stream()
                .filter(request -> request.header("range").isPresent())
                .count();
    }

    @Test
    void readsTheHeaderAndLeavesTheWeights() {
        RemoteFile remote = remote(address);
        Gguf gguf = Gguf.read(remote);
        assertThat(gguf.name()).contains("Test Model");
        assertThat(gguf.source()).isEqualTo("tiny.gguf");
        assertThat(gguf.size().bytes()).isEqualTo(file.length);
        assertThat(gguf.parameters()).hasValue(DATA_BYTES + 32 * 5 + 32 + 32 + 32 * 32);
        // Read-ahead at most doubles what was needed.
        assertThat(remote.bytesFetched()).isBetween(gguf.headerBytes(), 2 * gguf.headerBytes() + (256 << 10));
        assertThat(rangesAsked()).isLessThanOrEqualTo(3);
        assertThat(server.storageRequests())
                .allMatch(request -> request.header("range").isPresent());
    }

    /** As long as SmolLM2's: 49,152 tokens, their types, 48,900 merges; and a vocabulary of 262,144. */
    @ParameterizedTest
    @MethodSource
    void aVocabularyTakesFewRequestsAndIsFetchedOnce(int tokens, int merges, int mostRequests, long mostBytes)
            throws IOException {
        Path large = vocabulary(tokens, merges).write(folder.resolve("large.gguf"));
        server.repository("bear/large").large("large.gguf", large);
        RemoteFile remote =
                RemoteFile.of(hub(), new Origin.HubFile("bear/large", "main", "large.gguf"), Cancellation.create());
        Gguf gguf = Gguf.read(remote);
        assertThat(gguf.vocabularySize()).hasValue(tokens);
        assertThat(rangesAsked()).isLessThanOrEqualTo(mostRequests);
        assertThat(remote.bytesFetched()).isLessThan(mostBytes).isLessThan(2 * gguf.headerBytes() + (256 << 10));
        long fetched = remote.bytesFetched();
        GgufArray array = gguf.metadata().array("tokenizer.ggml.tokens").orElseThrow();
        assertThat(array.texts()).hasSize(tokens).endsWith("tok" + (tokens - 1));
        assertThat(remote.bytesFetched()).as("kept since the reading").isEqualTo(fetched);
    }

    static Stream<Arguments> aVocabularyTakesFewRequestsAndIsFetchedOnce() {
        return Stream.of(arguments(49_152, 48_900, 4, 4_000_000L), arguments(262_144, 400_000, 8, 24_000_000L));
    }

    private static GgufBuilder vocabulary(int tokens, int merges) {
        GgufBuilder builder = GgufBuilder.empty().text("general.architecture", "llama");
        return builder.array("tokenizer.ggml.tokens", 8, tokens, texts(builder, "tok", tokens))
                .array("tokenizer.ggml.scores", 6, tokens, new byte[4 * tokens])
                .array("tokenizer.ggml.token_type", 5, tokens, new byte[4 * tokens])
                .array("tokenizer.ggml.merges", 8, merges, texts(builder, "me rge", merges))
                .tensor("token_embd.weight", 0, 32, 8);
    }

    private static byte[] texts(GgufBuilder builder, String prefix, int count) {
        byte[][] all = new byte[count][];
        for (int i = 0; i < count; i++) {
            all[i] = builder.string((prefix + i).getBytes(StandardCharsets.US_ASCII));
        }
        return GgufBuilder.join(all);
    }

    private Hub hub() {
        return Hub.of(http(), server.environment());
    }

    @Test
    void readsEveryByteWhereverItIsAskedFor() throws IOException {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        byte[] noise = new byte[1_500_000];
        random.nextBytes(noise);
        server.repository(REPOSITORY).large("noise.bin", noise);
        RemoteFile remote = remote(server.endpoint().resolve("/bear/tiny/resolve/main/noise.bin"));
        try (SeekableByteChannel channel = remote.open()) {
            assertThat(channel.size()).isEqualTo(noise.length);
            for (int round = 0; round < 200; round++) {
                int from = random.nextInt(noise.length);
                ByteBuffer target = ByteBuffer.allocate(1 + random.nextInt(100_000));
                channel.position(from);
                int count = channel.read(target);
                assertThat(Arrays.equals(noise, from, from + count, target.array(), 0, count))
                        .as("%s bytes from %s", count, from)
                        .isTrue();
            }
            assertThat(channel.position(noise.length).read(ByteBuffer.allocate(1)))
                    .isEqualTo(-1);
        }
        assertThat(remote.bytesFetched()).as("no byte came twice").isLessThanOrEqualTo(noise.length);
    }

    @Test
    void aFileOfARepositoryIsReadAtOneCommitWithTheToken() throws IOException {
        server.repository("bear/gated").gated("auto", "hf_secret").large("tiny.gguf", file);
        Hub hub = new Hub(http(), server.endpoint(), () -> Optional.of(AccessToken.of("hf_secret")));
        URI page = server.endpoint().resolve("/bear/gated/blob/main/tiny.gguf?x=1");
        RemoteFile remote = RemoteFile.of(hub, page, Cancellation.create());
        assertThat(Gguf.read(remote).name()).contains("Test Model");
        String commit = server.repository("bear/gated").commit();
        assertThat(remote).hasToString("hf:bear/gated@" + commit + "/tiny.gguf");
        assertThat(server.requests().stream().filter(r -> r.host().equals("localhost")))
                .isNotEmpty()
                .noneMatch(request -> request.header("authorization").isPresent());
        assertThatThrownBy(() -> Gguf.read(RemoteFile.of(hub(), page, Cancellation.create())))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("gated")
                .hasMessageContaining("HF_TOKEN");
    }

    @Test
    void anAddressElsewhereIsNoFileOfTheHub() {
        assertThat(hub().locate(URI.create("http://example.org/a/b/resolve/main/x.gguf")))
                .isEmpty();
        assertThat(hub().locate(server.endpoint().resolve("/a/b/tree/main/x.gguf")))
                .isEmpty();
        assertThat(hub().locate(server.endpoint().resolve("/a/b/resolve/refs%2Fpr%2F1/c/x%20y.gguf")))
                .contains(new Origin.HubFile("a/b", "refs/pr/1", "c/x y.gguf"));
    }

    @Test
    void aSplitModelIsReadBesideItself() throws IOException {
        server.repository(REPOSITORY)
                .large("s/m-00001-of-00002.gguf", part(0, "blk.0.attn_q.weight"))
                .large("s/m-00002-of-00002.gguf", part(1, "blk.1.attn_q.weight"));
        for (String part : new String[] {"m-00001-of-00002.gguf", "m-00002-of-00002.gguf"}) {
            URI at = server.endpoint().resolve("/bear/tiny/resolve/main/s/" + part);
            assertThat(Gguf.read(remote(at)).tensors()).hasSize(2);
            assertThat(Gguf.read(RemoteFile.of(hub(), at, Cancellation.create()))
                            .parts())
                    .hasSize(2);
        }
        server.repository("bear/half").large("m-00001-of-00002.gguf", part(0, "blk.0.attn_q.weight"));
        assertThatThrownBy(() ->
                        Gguf.read(remote(server.endpoint().resolve("/bear/half/resolve/main/m-00001-of-00002.gguf"))))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("m-00002-of-00002.gguf");
    }

    private static byte[] part(int number, String tensor) {
        GgufBuilder builder = GgufBuilder.empty();
        return builder.raw("split.no", 2, new byte[] {(byte) number, 0})
                .raw("split.count", 2, new byte[] {2, 0})
                .raw("split.tensors.count", 5, builder.i32(2))
                .tensor(tensor, 0, 32)
                .bytes();
    }

    @Test
    void ofAServerWithoutRangesOnlyTheBeginningIsTaken() {
        server.fail(Scope.STORAGE, Fault.ignoreRange());
        RemoteFile remote = remote(address);
        Gguf gguf = Gguf.read(remote);
        assertThat(gguf.name()).contains("Test Model");
        // Four times the header at most, and what the client had taken in of the rest when it was told to stop.
        assertThat(remote.bytesFetched())
                .isLessThan(4 * gguf.headerBytes() + Clients.BUFFER_BYTES)
                .isLessThan(file.length);
    }

    @Test
    void silenceIsGivenUp() {
        server.fail(Scope.STORAGE, Fault.stall(1000));
        Http impatient = Http.of(HttpSettings.of("bear-test/1", Map.of()).stallTimeout(Duration.ofMillis(300)));
        assertThatThrownBy(() -> Gguf.read(RemoteFile.of(impatient, address, Cancellation.create())))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("sent nothing");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesAnswersThatAreNotThePartAskedFor(String what, Fault fault, Reason reason, String words) {
        server.fail(Scope.STORAGE, fault);
        NetworkException failure = failure();
        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure.problem()).contains(words).doesNotContain("not-for-eyes");
        assertThat(failure.fix()).isNotBlank();
    }

    static Stream<Arguments> refusesAnswersThatAreNotThePartAskedFor() {
        return Stream.of(
                arguments("another part", Fault.wrongRange(), Reason.INVALID, "another part"),
                arguments("a part that is longer", Fault.wrongLength(5), Reason.INVALID, "another length"),
                arguments("a part that is shorter", Fault.wrongLength(-5), Reason.INVALID, "another length"),
                arguments("a cut part", Fault.truncate(1000), Reason.BROKEN, "broke"),
                arguments("a cut part of no stated length", Fault.noLength(-5), Reason.BROKEN, "before the answer"),
                arguments("more of no stated length", Fault.noLength(5), Reason.INVALID, "more than the part"),
                arguments("a reset", Fault.reset(1000), Reason.BROKEN, "broke"),
                arguments("packed bytes", Fault.gzip(), Reason.INVALID, "gzip"),
                arguments("a body without end", Fault.endless(200), Reason.INVALID, "length"),
                arguments("a part without end", Fault.endless(206), Reason.INVALID, "which part"),
                arguments("404", Fault.status(404), Reason.NOT_FOUND, "404"),
                arguments("403", Fault.status(403), Reason.FORBIDDEN, "403"),
                arguments("416", Fault.status(416), Reason.INVALID, "shorter"),
                arguments("500", Fault.status(500), Reason.SERVER, "500"));
    }

    @Test
    void refusesAPartOfAnotherVersion() {
        server.failNext(Scope.STORAGE, Fault.status(0), Fault.newEtag());
        NetworkException changed = failure();
        assertThat(changed.reason()).isEqualTo(Reason.INVALID);
        assertThat(changed.problem()).contains("changed");
        assertThat(changed.fix()).contains("Begin again");

        server.failNext(Scope.STORAGE, Fault.noEtag(), Fault.noEtag());
        assertThat(failure().problem()).contains("ETag");

        server.failNext(
                Scope.STORAGE,
                Fault.noEtag().with("Last-Modified", "Mon, 23 Nov 2026 10:00:00 GMT"),
                Fault.noEtag().with("Last-Modified", "Mon, 23 Nov 2026 10:00:01 GMT"));
        assertThat(failure().problem()).contains("changed");
    }

    @Test
    void refusesAFileThatBecameShorterOrLonger() throws IOException {
        for (int length : new int[] {300_000, file.length + 10}) {
            server.repository(REPOSITORY).large(FILE.path(), file);
            RemoteFile remote = remote(address);
            try (SeekableByteChannel channel = remote.open()) {
                server.repository(REPOSITORY).large(FILE.path(), Arrays.copyOf(file, length));
                channel.position(400_000);
                assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(10)))
                        .isInstanceOf(NetworkException.class)
                        .hasMessageContaining("changed on the server");
            }
        }
    }

    @Test
    void whatNeedsTooMuchIsGivenUp() {
        RemoteFile remote = remote(address).limit(500_000);
        assertThatThrownBy(() -> Gguf.read(remote))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("500 kB")
                .hasMessageContaining("Download the file");
        assertThat(remote.bytesFetched()).isLessThanOrEqualTo(500_000);
        server.fail(Scope.STORAGE, Fault.ignoreRange());
        RemoteFile whole = remote(address).limit(500_000);
        assertThatThrownBy(() -> Gguf.read(whole)).hasMessageContaining("500 kB");
        assertThat(whole.bytesFetched()).isLessThanOrEqualTo(500_000);
    }

    @Test
    void anEmptyFileAndAPageAreNamed() throws IOException {
        server.repository(REPOSITORY).large("empty.gguf", new byte[0]).small("page.gguf", "<!DOCTYPE html>");
        assertThatThrownBy(() -> Gguf.read(remote(server.endpoint().resolve("/bear/tiny/resolve/main/empty.gguf"))))
                .isInstanceOf(GgufFormatException.class)
                .hasMessageContaining("it is empty");
        assertThatThrownBy(() -> Gguf.read(remote(server.endpoint().resolve("/bear/tiny/resolve/main/page.gguf"))))
                .isInstanceOf(GgufFormatException.class)
                .hasMessageContaining("web page");
    }

    @Test
    void offlineAsksNobody() {
        Http offline = Http.of(HttpSettings.of("bear-test/1", Map.of("HF_HUB_OFFLINE", "1")));
        assertThatThrownBy(() -> Gguf.read(RemoteFile.of(offline, address, Cancellation.create())))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("HF_HUB_OFFLINE");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void cancellingEndsARequestThatDoesNotMove() throws InterruptedException {
        server.fail(Scope.STORAGE, Fault.stallHead());
        Cancellation cancellation = Cancellation.create();
        Http patient = Http.of(HttpSettings.of("bear-test/1", Map.of()));
        CountDownLatch asked = new CountDownLatch(1);
        Thread canceller = new Thread(() -> {
            while (server.storageRequests().isEmpty()) {
                Thread.onSpinWait();
            }
            cancellation.cancel();
            asked.countDown();
        });
        canceller.start();
        assertThatThrownBy(() -> Task.await(
                        "gguf", cancellation, () -> Gguf.read(RemoteFile.of(patient, address, cancellation))))
                .isInstanceOf(CancellationException.class);
        asked.await();
        canceller.join();
    }

    @Test
    void aClosedChannelIsClosedAndNothingIsWritten() throws IOException {
        SeekableByteChannel channel = remote(address).open();
        assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
                .isInstanceOf(java.nio.channels.NonWritableChannelException.class);
        channel.close();
        assertThat(channel.isOpen()).isFalse();
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
                .isInstanceOf(java.nio.channels.ClosedChannelException.class);
    }

    @Test
    void namesAreWithoutSecrets() {
        RemoteFile remote = remote(URI.create("https://user:pw@example.org/a%20b/c%20d.gguf?sig=secret#x"));
        assertThat(remote.name()).isEqualTo("c d.gguf");
        assertThat(remote.toString()).isEqualTo("https://example.org/a%20b/c%20d.gguf");
        assertThat(remote.sibling("e f.gguf").orElseThrow()).hasToString("https://example.org/a%20b/e%20f.gguf");
    }
}
