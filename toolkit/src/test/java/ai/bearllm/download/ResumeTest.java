package ai.bearllm.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.hub.testhub.Fault;
import ai.bearllm.hub.testhub.Scope;
import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a later call makes of what an earlier one left. */
class ResumeTest {
    private static final int SIZE = 400_000;
    private static final byte[] WEIGHTS = Scene.random(SIZE, 11);

    @TempDir
    Path home;

    private final Heard heard = new Heard();
    private Scene scene;

    @BeforeEach
    void start() throws IOException {
        scene = new Scene(home, WEIGHTS);
    }

    @AfterEach
    void stop() {
        scene.close();
    }

    private void requireVerified(String... ranges) {
        scene.fetch(heard);
        scene.requireVerified(heard);
        assertThat(scene.ranges()).containsExactly(ranges);
    }

    @Test
    void goesOnWhereTheJournalsProofEnds() throws IOException {
        scene.earlier(Arrays.copyOf(WEIGHTS, 350_000), 100_000, 200_000, 300_000);
        requireVerified("bytes=300000-");
        assertThat(heard.all(Progress.Advanced.class).get(0).done()).isGreaterThan(0);
    }

    @Test
    void aFailedDownloadIsContinuedByTheNextCall() {
        scene.server.failNext(
                Scope.STORAGE,
                Fault.truncate(150_000),
                Fault.status(404),
                Fault.status(404).with("x", "y"));
        assertThatThrownBy(() -> scene.fetch(heard)).isInstanceOf(BearException.class);
        scene.server.heal();
        heard.events().clear();
        scene.fetch(heard);
        scene.requireVerified(heard);
        assertThat(scene.ranges()).last().isEqualTo("bytes=150000-");
        assertThat(scene.server.servedBytes()).isEqualTo(SIZE);
    }

    @Test
    void aDamagedStretchIsFetchedAgainAndWhatIsBehindItIsKept() throws IOException {
        byte[] part = Arrays.copyOf(WEIGHTS, 300_000);
        part[150_000] ^= 1;
        scene.earlier(part, 100_000, 200_000, 300_000);
        requireVerified("bytes=100000-199999", "bytes=300000-");
    }

    @Test
    void everyStretchMayBeDamaged() throws IOException {
        scene.earlier(new byte[300_000], 100_000, 200_000, 300_000);
        requireVerified("bytes=0-99999", "bytes=100000-199999", "bytes=200000-299999", "bytes=300000-");
    }

    @Test
    void aWholePartIsOnlyChecked() throws IOException {
        scene.earlier(WEIGHTS, 100_000, SIZE);
        requireVerified();
    }

    @Test
    void aPartThatIsShorterThanItsJournalIsContinuedAsFarAsItGoes() throws IOException {
        scene.earlier(Arrays.copyOf(WEIGHTS, 250_000), 100_000, 200_000, 300_000);
        requireVerified("bytes=200000-");
    }

    @Test
    void withoutPartOrJournalItBeginsAnew() throws IOException {
        scene.earlier(Arrays.copyOf(WEIGHTS, 300_000), 300_000);
        Files.delete(scene.names().part());
        requireVerified("");
        Files.delete(scene.target);
        scene.earlier(Arrays.copyOf(WEIGHTS, 300_000), 300_000);
        Files.delete(scene.names().journal());
        heard.events().clear();
        requireVerified("", "");
    }

    @Test
    void aJournalThatEndsAtAnyByteLosesNothingButItsTail() throws IOException {
        scene.earlier(Arrays.copyOf(WEIGHTS, 300_000), 100_000, 200_000, 300_000);
        byte[] journal = Files.readAllBytes(scene.names().journal());
        // Each byte of it is cut in JournalTest; here every seventh, with a whole download each.
        for (int length = journal.length; length >= 0; length -= 7) {
            Files.deleteIfExists(scene.target);
            Files.write(scene.names().part(), Arrays.copyOf(WEIGHTS, 300_000));
            Files.write(scene.names().journal(), Arrays.copyOf(journal, length));
            heard.events().clear();
            scene.fetch(heard);
            scene.requireVerified(heard);
        }
        assertThat(scene.ranges()).contains("", "bytes=100000-", "bytes=200000-", "bytes=300000-");
    }

    @Test
    void aJournalOrPartThatWasEditedNeverGivesAWrongFile() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        scene.earlier(Arrays.copyOf(WEIGHTS, 300_000), 100_000, 200_000, 300_000);
        byte[] good = Files.readAllBytes(scene.names().journal());
        for (int round = 0; round < 30; round++) {
            byte[] journal = good.clone();
            byte[] part = Arrays.copyOf(WEIGHTS, random.nextInt(SIZE + 50_000));
            for (int edit = random.nextInt(3); edit >= 0; edit--) {
                journal[random.nextInt(journal.length)] = (byte) random.nextInt(256);
                part[random.nextInt(Math.max(1, part.length))] ^= (byte) random.nextInt(256);
            }
            Files.deleteIfExists(scene.target);
            Files.write(scene.names().part(), part);
            Files.write(scene.names().journal(), random.nextBoolean() ? journal : good);
            heard.events().clear();
            scene.fetch(heard);
            assertThat(scene.target).as("seed %d, round %d", seed, round).hasBinaryContent(WEIGHTS);
            heard.requireGrammar();
        }
    }

    @Test
    void aJournalThatIsWellFormedAndWrongIsOnlyDoubted() throws IOException {
        scene.earlier(Arrays.copyOf(WEIGHTS, 300_000), 100_000);
        Journal.begin(
                        scene.names().journal(),
                        scene.head(),
                        List.of(
                                new Journal.Proof(100_000, Scene.digest(WEIGHTS, 100_000)),
                                new Journal.Proof(200_000, Scene.digest(WEIGHTS, 5))))
                .close();
        requireVerified("bytes=100000-199999", "bytes=100000-");
    }

    @Test
    void anotherFileAtTheSameNameIsNotMixedWithTheOldOne() throws IOException {
        scene.earlier(new byte[300_000], 100_000, 200_000, 300_000);
        Journal.Head head = scene.head();
        Journal.begin(
                        scene.names().journal(),
                        new Journal.Head(
                                head.source(),
                                head.commit(),
                                head.etag(),
                                SIZE,
                                java.util.Optional.of(Scene.digest(new byte[3], 3))),
                        List.of(new Journal.Proof(300_000, Scene.digest(new byte[300_000], 300_000))))
                .close();
        requireVerified("");
    }

    @Test
    void theSameContentUnderAnotherEtagIsContinued() throws IOException {
        scene.earlier(Arrays.copyOf(WEIGHTS, 300_000), 300_000);
        scene.server.fail(Scope.STORAGE, Fault.newEtag());
        requireVerified("bytes=300000-");
        assertThat(scene.server.storageRequests().get(0).header("if-range")).isEmpty();
    }

    @Test
    void withoutADeclaredDigestTheEtagDecides() throws IOException {
        scene.server.fail(Scope.RESOLVE, Fault.noDigest());
        scene.earlier(Arrays.copyOf(WEIGHTS, 300_000), 300_000);
        requireVerified("bytes=300000-");
        assertThat(scene.server.storageRequests().get(0).header("if-range")).isPresent();
        Files.delete(scene.target);
        heard.events().clear();
        scene.earlier(new byte[300_000], 300_000);
        Journal.Head head = scene.head();
        Journal.begin(
                        scene.names().journal(),
                        new Journal.Head(head.source(), head.commit(), "\"old\"", SIZE, java.util.Optional.empty()),
                        List.of(new Journal.Proof(300_000, Scene.digest(new byte[300_000], 300_000))))
                .close();
        scene.fetch(heard);
        scene.requireVerified(heard);
    }

    @Test
    void aServerThatIgnoresRangesIsReadPastWhatIsHere() throws IOException {
        scene.earlier(Arrays.copyOf(WEIGHTS, 300_000), 300_000);
        scene.server.fail(Scope.STORAGE, Fault.ignoreRange());
        requireVerified("bytes=300000-");
    }

    @Test
    void clocksThatJumpChangeNothing() throws IOException {
        for (String time : List.of("1970-01-02T00:00:00Z", "2100-01-01T00:00:00Z")) {
            scene.earlier(Arrays.copyOf(WEIGHTS, 300_000), 300_000);
            Files.write(scene.names().status(), new byte[10]);
            Files.createFile(scene.names().lock());
            for (Path file : scene.leftovers()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.parse(time)));
            }
            scene.fetch(heard);
            scene.requireVerified(heard);
            assertThat(scene.ranges()).last().isEqualTo("bytes=300000-");
            Files.delete(scene.target);
            heard.events().clear();
        }
    }

    @Test
    void aFileThatIsThereAndRightIsNotFetchedAgain() throws IOException {
        Files.createDirectories(scene.home.resolve("models"));
        Files.write(scene.target, WEIGHTS);
        DownloadResult result = scene.fetch(heard);
        scene.requireVerified(heard);
        assertThat(result.attempts()).isZero();
        assertThat(result.sha256()).isEqualTo(scene.digest);
        assertThat(scene.ranges()).isEmpty();
    }

    @Test
    void whatARunLeftThatDiedAfterItsFileHadArrivedIsTidiedUp() throws IOException {
        scene.earlier(Arrays.copyOf(WEIGHTS, 300_000), 300_000);
        Files.write(scene.names().status(), new byte[10]);
        Files.createDirectories(scene.home.resolve("models"));
        Files.write(scene.target, WEIGHTS);
        scene.fetch(heard);
        scene.requireVerified(heard);
        assertThat(scene.ranges()).isEmpty();
    }

    @Test
    void piecesAreProvenWhileTheyArriveAndOneIsLostAtMost() throws IOException {
        byte[] large = Scene.random(2 * PieceHashes.PIECE_BYTES + 5_000_000, 3);
        try (Scene big = new Scene(home.resolve("big"), large)) {
            big.server.failNext(Scope.STORAGE, Fault.stall(2L * PieceHashes.PIECE_BYTES + 1_000_000));
            Cancellation cancellation = Cancellation.create();
            assertThatThrownBy(() -> big.downloader(Scene.QUICK)
                            .fetch(
                                    big.request(),
                                    event -> {
                                        if (event instanceof Progress.Advanced some
                                                && some.done() > 2L * PieceHashes.PIECE_BYTES) {
                                            // As after a kill: only what was written down by then is left.
                                            cancellation.cancel();
                                        }
                                    },
                                    cancellation))
                    .isInstanceOf(CancellationException.class);
            List<Journal.Proof> proofs =
                    Journal.read(big.names().journal()).orElseThrow().proofs();
            assertThat(proofs.stream().map(Journal.Proof::length))
                    .startsWith((long) PieceHashes.PIECE_BYTES, 2L * PieceHashes.PIECE_BYTES);
            DownloadResult result = big.fetch(heard);
            big.requireVerified(heard);
            assertThat(result.pieces().orElseThrow()).isEqualTo(PieceHashes.of(big.target, Cancellation.create()));
            assertThat(result.pieces().orElseThrow().upTo()).hasSize(3);
            assertThat(big.server.servedBytes()).isLessThan(large.length + 2L * PieceHashes.PIECE_BYTES);
        }
    }
}
