package ai.bearllm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing that happens to workers reaches the process that uses them, a JVM of its own here, whose temporary directory is a small
 * real file system. Each kind of trouble once in every build; 200 rounds with the profile {@code long}, and others with
 * {@code -Dbear.chaos.seed=...}.
 */
class ChaosTest {
    private static final int KINDS = 6;

    @TempDir
    Path home;

    @Test
    void everyAnswerEndsAndNothingIsLeft() throws Exception {
        Path disk = Files.createDirectory(home.resolve("disk"));
        if (run("unshare", "-Urm", "sh", "-c", "mount -t tmpfs none '" + disk + "'")
                .contains("\nexit ")) {
            abort("no file system can be mounted here (unshare -Urm)");
        }
        int rounds = Integer.getInteger("bear.chaos.rounds", KINDS);
        long seed = Long.getLong("bear.chaos.seed", RandomGenerator.getDefault().nextLong());
        String java = String.join(
                " ",
                List.of(
                        "'" + Path.of(System.getProperty("java.home"), "bin", "java") + "'",
                        "-cp",
                        "'" + System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                                + "'",
                        ChaosProcess.class.getName(),
                        "'" + home + "'",
                        "'" + disk + "'",
                        Integer.toString(rounds),
                        Long.toString(seed)));
        String told =
                run("unshare", "-Urm", "sh", "-c", "mount -t tmpfs -o size=160m none '" + disk + "' && exec " + java);
        assertThat(told)
                .as("seed %s: %s", seed, told)
                .contains("held: ")
                .contains("processes left 0, directories left 0")
                .doesNotContain("\nexit ");
        System.getLogger(ChaosTest.class.getName()).log(System.Logger.Level.INFO, told);
        // What was made has really happened: each kind but the limit of addresses ends a worker.
        assertThat(number(told, "restarts")).isGreaterThanOrEqualTo(rounds - rounds / KINDS - 1);
        assertThat(number(told, "answers")).isGreaterThanOrEqualTo(rounds);
    }

    private static int number(String told, String name) {
        return Integer.parseInt(told.replaceAll("(?s).*" + name + " (\\d+).*", "$1"));
    }

    /** What it printed; a line {@code exit N} at the end where that was not 0. */
    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        return code == 0 ? output : output + "\nexit " + code;
    }
}
