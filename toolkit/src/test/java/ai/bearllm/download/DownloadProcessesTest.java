package ai.bearllm.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.bearllm.hub.SelfSigned;
import ai.bearllm.hub.testhub.Fault;
import ai.bearllm.hub.testhub.Scope;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes, some of them killed at random moments: a few in every build, 200 with
 * {@code ./mvnw -Pkills test -Dtest=DownloadProcessesTest}, which takes a quarter of an hour.
 */
class DownloadProcessesTest {
    private static final int PIECE = PieceHashes.PIECE_BYTES;
    private static final byte[] WEIGHTS = Scene.random(5 * PIECE + 3_000_000, 16);
    private static final int KILLS = Integer.getInteger("bear.download.kills", 6);

    @TempDir
    Path home;

    private final List<Process> processes = new ArrayList<>();
    private Scene scene;

    @BeforeEach
    void start() throws IOException {
        scene = new Scene(home, WEIGHTS);
    }

    @AfterEach
    void stop() {
        processes.forEach(Process::destroyForcibly);
        scene.close();
    }

    private List<String> command(Path where, int connections) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                DownloadProcess.class.getName(),
                scene.server.endpoint().toString(),
                where.toString(),
                String.valueOf(connections));
    }

    private Child start(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        processes.add(process);
        return new Child(process);
    }

    /** A process and what it has said. */
    private static final class Child {
        private final Process process;
        private final BufferedReader output;
        private final List<String> said = new ArrayList<>();

        Child(Process process) {
            this.process = process;
            this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        /** Reads on until a line is like this; false where the output ended before. */
        boolean hears(Predicate<String> line) throws IOException {
            for (String next; (next = output.readLine()) != null; ) {
                said.add(next);
                if (line.test(next)) {
                    return true;
                }
            }
            return false;
        }

        void kill() throws IOException, InterruptedException {
            // Through the handle, because the process itself would close what it has said.
            process.toHandle().destroyForcibly();
            process.waitFor();
            hears(line -> false);
        }

        boolean endsVerified() throws IOException, InterruptedException {
            hears(line -> false);
            return process.waitFor() == 0;
        }

        /** The most that it said to have, and with how many connections. */
        long[] mostBytes() {
            long[] most = {0, 1};
            for (String line : said) {
                String[] words = line.split(" ");
                if (words.length > 3 && words[3].equals("Advanced") && Long.parseLong(words[1]) > most[0]) {
                    most[0] = Long.parseLong(words[1]);
                    most[1] = Math.max(most[1], Long.parseLong(words[2]));
                }
            }
            return most;
        }
    }

    private long proven() throws IOException {
        List<Journal.Proof> proofs =
                Journal.read(scene.names().journal()).map(Journal.Kept::proofs).orElse(List.of());
        return proofs.isEmpty() ? 0 : proofs.get(proofs.size() - 1).length();
    }

    @Test
    void killedAtAnyMomentLosesAPieceForEachConnectionAtMostAndEndsVerified() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        scene.server.fail(Scope.STORAGE, Fault.slow(12_000_000));
        int resumed = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Child child = start(command(home, 16));
            if (!child.hears(line -> line.startsWith("FETCHING"))) {
                assertThat(child.process.waitFor())
                        .as(String.join("\n", child.said))
                        .isZero();
                Files.delete(scene.target);
                continue;
            }
            long before = proven();
            boolean ended = child.process.waitFor(random.nextInt(1_500), TimeUnit.MILLISECONDS);
            child.kill();
            if (ended) {
                assertThat(scene.target).hasBinaryContent(WEIGHTS);
                Files.delete(scene.target);
                continue;
            }
            resumed++;
            if (Files.exists(scene.target)) {
                // Killed while it tidied up: the next one finds the file.
                assertThat(scene.target).hasBinaryContent(WEIGHTS);
                continue;
            }
            long[] most = child.mostBytes();
            assertThat(proven()).as("kill %d, seed %d", kill, seed).isGreaterThanOrEqualTo(before);
            assertThat(most[0] - proven())
                    .as("lost by kill %d, seed %d, %d connections", kill, seed, most[1])
                    .isLessThanOrEqualTo(most[1] * PIECE);
        }
        scene.server.heal();
        Child last = start(command(home, 16));
        assertThat(last.endsVerified()).as("seed %d: %s", seed, last.said).isTrue();
        assertThat(scene.target).hasBinaryContent(WEIGHTS);
        assertThat(scene.leftovers()).isEmpty();
        assertThat(resumed).as("kills that met a download").isPositive();
    }

    @Test
    void twoProcessesMakeOneTransfer() throws Exception {
        scene.server.fail(Scope.STORAGE, Fault.slow(40_000_000));
        Child first = start(command(home, 1));
        assertThat(first.hears(line -> line.startsWith("FETCHING"))).isTrue();
        Child second = start(command(home, 1));
        assertThat(second.hears(line -> line.startsWith("WATCHING"))).isTrue();
        assertThat(first.endsVerified()).as(String.join("\n", first.said)).isTrue();
        assertThat(second.endsVerified()).as(String.join("\n", second.said)).isTrue();
        assertThat(scene.server.servedBytes()).isEqualTo(WEIGHTS.length);
        assertThat(scene.target).hasBinaryContent(WEIGHTS);
        assertThat(scene.leftovers()).isEmpty();
    }

    @Test
    void theSecondProcessTakesOverWhereTheFirstDies() throws Exception {
        scene.server.fail(Scope.STORAGE, Fault.slow(30_000_000));
        Child first = start(command(home, 1));
        assertThat(first.hears(line -> line.startsWith("FETCHING"))).isTrue();
        Child second = start(command(home, 1));
        assertThat(second.hears(line -> line.startsWith("WATCHING"))).isTrue();
        while (proven() < PIECE) {
            assertThat(first.process.isAlive()).isTrue();
            TimeUnit.MILLISECONDS.sleep(5);
        }
        first.kill();
        assertThat(second.endsVerified()).as(String.join("\n", second.said)).isTrue();
        assertThat(scene.target).hasBinaryContent(WEIGHTS);
        assertThat(scene.leftovers()).isEmpty();
        assertThat(scene.ranges()).hasSize(2).last().asString().matches("bytes=[1-9][0-9]*-");
        assertThat(scene.server.servedBytes()).isLessThan(WEIGHTS.length + 2L * PIECE);
    }

    @Test
    void ofTwoProcessesOneIsKilledAtAnyMomentAndNothingProvenIsFetchedAgain() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        scene.server.fail(Scope.STORAGE, Fault.slow(15_000_000));
        int met = 0;
        for (int round = 0; round < Math.max(2, KILLS / 3); round++) {
            Child first = start(command(home, 16));
            Child second = start(command(home, 16));
            Child victim = random.nextInt(4) == 0 ? second : first;
            Child survivor = victim == first ? second : first;
            assertThat(victim.hears(line -> line.startsWith("FETCHING") || line.startsWith("WATCHING")))
                    .as(String.join("\n", victim.said))
                    .isTrue();
            boolean ended = victim.process.waitFor(random.nextInt(1_500), TimeUnit.MILLISECONDS);
            long proven = proven();
            int before = scene.server.storageRequests().size();
            victim.kill();
            met += ended ? 0 : 1;
            assertThat(survivor.endsVerified())
                    .as("seed %d, round %d: %s", seed, round, survivor.said)
                    .isTrue();
            assertThat(scene.target).hasBinaryContent(WEIGHTS);
            assertThat(scene.leftovers()).isEmpty();
            List<String> ranges = scene.ranges();
            assertThat(ranges.subList(before, ranges.size()))
                    .as("seed %d, round %d, %d bytes were proven", seed, round, proven)
                    .allMatch(range -> begin(range) >= proven);
            Files.delete(scene.target);
        }
        assertThat(met).as("kills that met a download").isPositive();
    }

    private static long begin(String range) {
        return range.isEmpty() ? 0 : Long.parseLong(range.replaceFirst("bytes=([0-9]+)-.*", "$1"));
    }

    /** The child's home is a file system of its own that nobody else sees, and that goes with the child. */
    private List<String> onSmallDisk(Path disk, String options, List<String> command) throws Exception {
        List<String> unshare = new ArrayList<>(List.of("unshare", "-Urm", "sh", "-c"));
        if (new ProcessBuilder("unshare", "-Urm", "sh", "-c", "mount -t tmpfs none " + disk)
                        .redirectErrorStream(true)
                        .start()
                        .waitFor()
                != 0) {
            abort("no file system can be mounted here (unshare -Urm)");
        }
        unshare.add("mount -t tmpfs -o " + options + " none " + disk + " && exec \"$@\"");
        unshare.add("sh");
        unshare.addAll(command);
        return unshare;
    }

    private static void requireUnshare() {
        if (!Files.isExecutable(Path.of("/usr/bin/unshare"))) {
            abort("this system has no unshare");
        }
    }

    @Test
    void aDiskThatBecomesFullPausesTheDownloadWhichGoesOnWhenThereIsRoom() throws Exception {
        requireUnshare();
        Path disk = Files.createDirectory(home.resolve("disk"));
        scene.server.fail(Scope.STORAGE, Fault.slow(60_000_000));
        List<String> command = new ArrayList<>(command(disk, 1));
        command.add(DiskFault.FULL.name());
        Child child = start(onSmallDisk(disk, "size=" + (WEIGHTS.length + 20_000_000), command));
        assertThat(child.endsVerified()).as(String.join("\n", child.said)).isTrue();
        assertThat(child.said)
                .anyMatch(line -> line.startsWith("PAUSED") && line.contains("The disk became full"))
                .anyMatch(line -> line.startsWith("failed The disk became full"))
                .anyMatch(line -> line.startsWith("verified " + scene.digest.hex()));
    }

    @Test
    void aDiskThatIsTooSmallOrReadOnlyIsRefusedBeforeTheFirstByte() throws Exception {
        requireUnshare();
        Path disk = Files.createDirectory(home.resolve("disk"));
        Child small = start(onSmallDisk(disk, "size=20m", command(disk, 1)));
        assertThat(small.endsVerified()).isFalse();
        assertThat(small.said).anyMatch(line -> line.startsWith("failed The download needs 104 MB but only "));
        Child locked = start(onSmallDisk(disk, "ro", command(disk, 1)));
        assertThat(locked.endsVerified()).isFalse();
        assertThat(locked.said).anyMatch(line -> line.startsWith("failed No permission for writing tiny.gguf"));
        assertThat(scene.server.storageRequests()).isEmpty();
    }

    @Test
    void aDiskThatTurnsReadOnlyIsNamedAndTheDownloadGoesOnWhenItIsWritableAgain() throws Exception {
        Child child = withTrouble(DiskFault.READ_ONLY);
        assertThat(child.said).anyMatch(line -> line.startsWith("failed ") && line.contains("not writable"));
    }

    @Test
    void aDiskThatVanishesPausesTheDownloadWhichGoesOnWhenItIsBack() throws Exception {
        Child child = withTrouble(DiskFault.VANISHED);
        assertThat(child.said)
                .anyMatch(line -> line.startsWith("PAUSED") && line.contains("vanished"))
                .anyMatch(line -> line.startsWith("failed ") && line.contains("vanished"));
    }

    /** Ends verified, and what was proven before the trouble is not fetched again. */
    private Child withTrouble(DiskFault trouble) throws Exception {
        requireUnshare();
        Path disk = Files.createDirectory(home.resolve("disk"));
        Files.createDirectory(home.resolve("elsewhere"));
        scene.server.fail(Scope.STORAGE, Fault.slow(60_000_000));
        List<String> command = new ArrayList<>(command(disk, 1));
        command.add(trouble.name());
        Child child = start(onSmallDisk(disk, "size=" + 2L * WEIGHTS.length, command));
        assertThat(child.endsVerified()).as(String.join("\n", child.said)).isTrue();
        assertThat(child.said).anyMatch(line -> line.startsWith("verified " + scene.digest.hex()));
        List<String> ranges = scene.ranges();
        assertThat(begin(ranges.get(ranges.size() - 1)))
                .as(String.join("\n", child.said))
                .isGreaterThanOrEqualTo(2L * PIECE);
        return child;
    }

    @Test
    void aProtectedHubThatLeadsToAnUnprotectedAddressIsRefused() throws Exception {
        Path store = home.resolve("keys.p12");
        String answer = "HTTP/1.1 302 Found\r\nLocation: " + scene.server.endpoint() + "/x\r\nX-Repo-Commit: "
                + "0".repeat(40) + "\r\nX-Linked-Etag: \"" + scene.digest.hex() + "\"\r\nX-Linked-Size: "
                + WEIGHTS.length + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        try (SelfSigned hub = SelfSigned.start(store, answer)) {
            List<String> command = new ArrayList<>(command(home, 1));
            command.add(1, "-Djavax.net.ssl.trustStore=" + store);
            command.add(2, "-Djavax.net.ssl.trustStorePassword=changeit");
            command.replaceAll(word -> word.equals(scene.server.endpoint().toString())
                    ? hub.address().resolve("/").toString().replaceFirst("/$", "")
                    : word);
            Child child = start(command);
            assertThat(child.endsVerified()).isFalse();
            assertThat(child.said).anyMatch(line -> line.startsWith("failed ") && line.contains("unprotected http"));
        }
        assertThat(scene.server.requests()).isEmpty();
        assertThat(scene.target).doesNotExist();
    }
}
