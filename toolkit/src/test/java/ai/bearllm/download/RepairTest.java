package ai.bearllm.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.hub.testhub.Fault;
import ai.bearllm.hub.testhub.Scope;
import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Progress;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepairTest {
    private static final int PIECE = PieceHashes.PIECE_BYTES;
    private static final byte[] WEIGHTS = Scene.random(3 * PIECE + 1_000_000, 15);

    @TempDir
    Path home;

    private final Heard heard = new Heard();
    private Scene scene;
    private PieceHashes pieces;

    @BeforeEach
    void start() throws IOException {
        scene = new Scene(home, WEIGHTS);
        Files.createDirectories(scene.target.getParent());
        Files.write(scene.target, WEIGHTS);
        pieces = PieceHashes.of(scene.target, Cancellation.create());
    }

    @AfterEach
    void stop() {
        scene.close();
    }

    private Repair repair() {
        return scene.downloader(Scene.QUICK).repair(scene.request(), pieces, heard, Cancellation.create());
    }

    private void damage(long position) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(scene.target.toFile(), "rw")) {
            file.seek(position);
            int old = file.read();
            file.seek(position);
            file.write(old ^ 0xff);
        }
    }

    @Test
    void aWholeFileNeedsNoNetwork() {
        Repair repair = repair();
        assertThat(repair.damaged()).isEmpty();
        assertThat(repair.pieces()).isEqualTo(4);
        assertThat(repair).hasToString("nothing was damaged, SHA-256 " + scene.digest.brief());
        assertThat(scene.server.requests()).isEmpty();
        heard.requireGrammar();
    }

    @Test
    void fetchesTheDamagedPiecesAloneAndKeepsTheDamagedBytes() throws IOException {
        damage(5);
        damage(2L * PIECE + 7);
        Repair repair = repair();
        assertThat(scene.target).hasBinaryContent(WEIGHTS);
        assertThat(repair.damaged()).containsExactly(0, 2);
        assertThat(repair.fetchedBytes()).isEqualTo(2L * PIECE);
        assertThat(scene.server.servedBytes()).isEqualTo(2L * PIECE);
        assertThat(repair.evidence().orElseThrow()).exists();
        assertThat(repair.toString()).startsWith("2 of 4 pieces mended, 33.6 MB fetched");
        heard.requireGrammar();
        assertThat(heard.last()).isInstanceOf(Progress.Verified.class);
    }

    @Test
    void mendsAFileThatIsTooShortOrTooLong() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(scene.target.toFile(), "rw")) {
            file.setLength(3L * PIECE - 5);
        }
        DownloadRequest sized = new DownloadRequest(
                "repair",
                scene.source(),
                scene.target,
                java.util.OptionalLong.of(WEIGHTS.length),
                java.util.Optional.of(scene.digest));
        Repair repair = scene.downloader(Scene.QUICK).repair(sized, pieces, heard, Cancellation.create());
        assertThat(repair.damaged()).containsExactly(2, 3);
        assertThat(scene.target).hasBinaryContent(WEIGHTS);
        try (RandomAccessFile file = new RandomAccessFile(scene.target.toFile(), "rw")) {
            file.setLength(WEIGHTS.length + 5L);
        }
        scene.downloader(Scene.QUICK).repair(sized, pieces, heard, Cancellation.create());
        assertThat(scene.target).hasBinaryContent(WEIGHTS);
    }

    @Test
    void aSourceWithOtherBytesChangesNothing() throws IOException {
        damage(5);
        byte[] before = Files.readAllBytes(scene.target);
        scene.server.fail(Scope.STORAGE, Fault.wrongBytes());
        assertThatThrownBy(this::repair)
                .isInstanceOf(BearException.class)
                .hasMessageContaining("The source sends other bytes");
        assertThat(scene.target).hasBinaryContent(before);
        scene.server.heal();
        scene.server.repository("bear/tiny").large("tiny.gguf", Scene.random(100, 1));
        assertThatThrownBy(this::repair).isInstanceOf(BearException.class).hasMessageContaining("another file now");
        assertThat(scene.target).hasBinaryContent(before);
        assertThat(scene.leftovers()).isEmpty();
    }

    @Test
    void aMendingThatBreaksOffIsFinishedByTheNext() throws IOException {
        damage(5);
        damage(PIECE + 5L);
        scene.server.failNext(
                Scope.STORAGE, Fault.reset(1_000), Fault.status(503).with("Retry-After", "0"));
        scene.server.failNext(Scope.RESOLVE, Fault.status(502));
        assertThat(repair().damaged()).containsExactly(0, 1);
        assertThat(scene.target).hasBinaryContent(WEIGHTS);
    }
}
