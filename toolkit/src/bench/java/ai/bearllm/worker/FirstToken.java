package ai.bearllm.worker;

import ai.bearllm.engine.Engine;
import ai.bearllm.engine.EngineEnvironment;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Sampling;
import ai.bearllm.engine.Session;
import ai.bearllm.engine.llamacpp.LlamaCppProvider;
import ai.bearllm.lab.Lab;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * From nothing to the first text of bear-tiny: a new worker in its sandbox, started by this process; beside it a new Java
 * process that runs the same engine itself and keeps apart from nobody, and a Java that only tells its version.
 *
 * <p>{@code ./mvnw -Pbench test -Dbench=ai.bearllm.worker.FirstToken -Dbench.args="ROUNDS THREADS"}, with 20 rounds on one
 * thread where nothing is said. The three take turns. It prints each round as a line of CSV, then the medians, and ends with 1
 * where the worker's is 1.5 s or more. The first worker of this process, which has everything still to load here too, is
 * printed apart.
 */
final class FirstToken {
    private static final double MOST_SECONDS = 1.5;
    private static final String HERE = "here";

    private FirstToken() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length > 0 && arguments[0].equals(HERE)) {
            inThisProcess(Path.of(arguments[1]), Path.of(arguments[2]), Integer.parseInt(arguments[3]));
        }
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
        int threads = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
        Path home = Files.createTempDirectory("bear-bench");
        boolean good;
        try {
            good = run(home, rounds, threads);
        } finally {
            PrivateDirectory.delete(home);
        }
        System.exit(good ? 0 : 1);
    }

    private static boolean run(Path home, int rounds, int threads) throws IOException {
        Path file = Lab.project().resolve("data/bear-tiny/bear-tiny.gguf").toAbsolutePath();
        System.out.println(Machine.line());
        System.out.println("# " + rounds + " rounds, load average at the start: " + Machine.load());
        double[] worker = new double[rounds];
        double[] loaded = new double[rounds];
        double[] plain = new double[rounds];
        double[] version = new double[rounds];
        try (WorkerEngine engine = new WorkerEngine(
                new LlamaCppProvider(), WorkerSettings.of(home.resolve("workers"), home.resolve("logs")))) {
            double[] first = worker(engine, file, threads, true);
            System.out.printf(Locale.ROOT, "# the very first worker: %.3f s%n", first[1]);
            System.out.println("round,worker_loaded_s,worker_first_text_s,plain_process_first_text_s,java_version_s");
            for (int i = 0; i < rounds; i++) {
                double[] times = worker(engine, file, threads, false);
                loaded[i] = times[0];
                worker[i] = times[1];
                plain[i] = plain(home, file, threads, i);
                version[i] = seconds(List.of(java(), "-version"));
                System.out.printf(
                        Locale.ROOT, "%d,%.4f,%.4f,%.4f,%.4f%n", i, loaded[i], worker[i], plain[i], version[i]);
            }
        }
        double median = median(worker);
        System.out.printf(
                Locale.ROOT,
                "# medians: worker loaded %.3f s, its first text %.3f s (bar %.1f s); plain process %.3f s; java -version"
                        + " %.3f s%n",
                median(loaded),
                median,
                MOST_SECONDS,
                median(plain),
                median(version));
        System.out.println("# load average at the end: " + Machine.load());
        return median < MOST_SECONDS;
    }

    /** Seconds until it was loaded, and until its first text. */
    private static double[] worker(WorkerEngine engine, Path file, int threads, boolean tell) {
        long start = System.nanoTime();
        try (Session session = engine.load(
                new ModelSource.LocalFile(file), LoadOptions.DEFAULT.withThreads(threads), Cancellation.create())) {
            double loaded = (System.nanoTime() - start) / 1e9;
            double text = (firstText(session) - start) / 1e9;
            if (tell) {
                System.out.println("# " + session.loaded().parameters());
            }
            return new double[] {loaded, text};
        }
    }

    private static long firstText(Session session) {
        long[] first = new long[1];
        session.generate(
                GenerationRequest.of("Once upon a time", 2)
                        .withSampling(Sampling.GREEDY)
                        .measured(),
                text -> {
                    if (first[0] == 0) {
                        first[0] = System.nanoTime();
                    }
                },
                Cancellation.create());
        return first[0];
    }

    private static double plain(Path home, Path file, int threads, int round) throws IOException {
        List<String> command = new ArrayList<>(List.of(java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), FirstToken.class.getName(), HERE));
        command.addAll(List.of(
                file.toString(),
                Files.createDirectory(home.resolve("here" + round)).toString(),
                Integer.toString(threads)));
        return seconds(command);
    }

    /** Until it prints its first line. */
    private static double seconds(List<String> command) throws IOException {
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        byte[] first = process.getInputStream().readNBytes(1);
        double seconds = (System.nanoTime() - start) / 1e9;
        String rest = new String(first, StandardCharsets.UTF_8)
                + new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command + " failed: " + rest);
            }
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
        return seconds;
    }

    private static void inThisProcess(Path file, Path directory, int threads) {
        try (Engine engine = new LlamaCppProvider().create(new EngineEnvironment(directory));
                Session session = engine.load(
                        new ModelSource.LocalFile(file),
                        LoadOptions.DEFAULT.withThreads(threads),
                        Cancellation.create())) {
            firstText(session);
            System.out.println("text");
            System.out.flush();
            // The library's threads would keep the process for ever.
            Runtime.getRuntime().halt(0);
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
