package ai.bearllm.usage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.model.RunRecord;
import ai.bearllm.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many processes record and merge at once. The long form is eight processes with 2,000 runs each, in twenty rounds:
 * {@code ./mvnw -Plong test -Dtest=ManyProcessesTest}.
 */
class ManyProcessesTest {
    private static final int ROUNDS = Integer.getInteger("bear.rounds", 1);
    private static final int PROCESSES = Integer.getInteger("bear.processes", 4);
    private static final int ROWS = Integer.getInteger("bear.rows", 120);

    @TempDir
    Path folder;

    private Path home;

    @Test
    void loseNoRunWhoseRecordingReturnedThoughHalfOfThemAreKilled() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            home = Files.createDirectory(folder.resolve("round-" + round));
            loseNothing();
        }
    }

    private void loseNothing() throws Exception {
        long seed = RandomGenerator.getDefault().nextLong();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<Process> processes = new ArrayList<>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                processes.add(start(i));
            }
            for (int i = 0; i < PROCESSES / 2; i++) {
                killAfter(processes.get(i), log(i), 1 + random.nextInt(ROWS * 3 / 4));
            }
            for (Process process : processes.subList(PROCESSES / 2, PROCESSES)) {
                assertThat(process.waitFor()).as(output()).isZero();
            }
        } finally {
            processes.forEach(Process::destroyForcibly);
        }

        Set<String> recorded = new HashSet<>();
        for (int i = 0; i < PROCESSES; i++) {
            recorded.addAll(wholeLines(log(i)));
        }
        List<String> kept;
        try (Store store = Store.at(home);
                Usage usage = new Usage(store, home)) {
            kept = usage.view().newest(1_000_000).list().stream()
                    .map(RunRecord::id)
                    .map(Object::toString)
                    .toList();
        }

        assertThat(kept).as("seed %d", seed).doesNotHaveDuplicates().containsAll(recorded);
        assertThat(kept.size() - recorded.size())
                .as("killed between recording a run and logging it; seed %d", seed)
                .isLessThanOrEqualTo(PROCESSES / 2);
        requireAllMerged(seed);
    }

    /** A kill in the middle of writing leaves the half of a record whose recording did not return; it is kept as evidence. */
    private void requireAllMerged(long seed) throws IOException {
        Path aside = home.resolve("usage-journal").resolve("aside");
        if (Files.exists(aside)) {
            try (Stream<Path> halves = Files.list(aside)) {
                assertThat(halves)
                        .as("halves of records, seed %d", seed)
                        .hasSizeLessThanOrEqualTo(PROCESSES / 2)
                        .allMatch(half -> half.toFile().length() < 10_000);
            }
        }
        try (Stream<Path> left = Files.list(home.resolve("usage-journal"))) {
            assertThat(left.filter(file -> !file.equals(aside)))
                    .as("all is merged, seed %d", seed)
                    .isEmpty();
        }
    }

    private Process start(int number) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        RecordingProcess.class.getName(),
                        home.toString(),
                        log(number).toString(),
                        String.valueOf(ROWS),
                        // The doomed ones merge most of their time, so that they are killed there.
                        String.valueOf(number < PROCESSES / 2 ? Math.max(2, ROWS / 60) : Math.max(20, ROWS / 10)))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(home.resolve("output").toFile()))
                .start();
    }

    private String output() {
        try {
            return Files.readString(home.resolve("output"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path log(int number) {
        return home.resolve("log-" + number);
    }

    private static void killAfter(Process process, Path log, int rows) throws Exception {
        while (process.isAlive() && wholeLines(log).size() < rows) {
            // Another process's file: nothing here tells when it grows.
            Thread.sleep(1);
        }
        process.destroyForcibly().waitFor();
    }

    private static List<String> wholeLines(Path log) throws IOException {
        if (!Files.exists(log)) {
            return List.of();
        }
        String text = Files.readString(log);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }
}
