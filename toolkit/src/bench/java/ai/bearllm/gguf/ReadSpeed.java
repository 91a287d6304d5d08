package ai.bearllm.gguf;

import ai.bearllm.lab.Lab;
import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * What reading header, metadata and tensor table costs: ours beside the Python package gguf, on SmolLM2-135M-Instruct.
 *
 * <p>{@code ./mvnw -Pbench test -Dbench=ai.bearllm.gguf.ReadSpeed -Dbench.args="SAMPLES"}, with 20 pairs where nothing is said.
 * Each sample reads the file once, in a process that is warm and with the file in the system's cache; both sides take turns in an
 * order drawn anew for each pair. It prints each sample as a line of CSV, then the medians and what ours allocates, and ends with
 * 1 where our median is not under 10 ms.
 */
final class ReadSpeed {
    private static final int WARM_UP = 30;
    private static final double MOST_SECONDS = 0.010;
    private static final String PYTHON = "import sys, time\n"
            + "from gguf import GGUFReader\n"
            + "for line in sys.stdin:\n"
            + "    start = time.perf_counter()\n"
            + "    reader = GGUFReader(line.strip())\n"
            + "    print(time.perf_counter() - start, len(reader.fields), len(reader.tensors), flush=True)\n";

    private ReadSpeed() {}

    public static void main(String[] arguments) throws IOException {
        int samples = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
        Path file = Lab.smollm2().toAbsolutePath();
        long seed = System.nanoTime();
        Random random = new Random(seed);
        System.out.println("# " + file.getFileName() + ", " + samples + " pairs, seed " + seed + ", Java "
                + Runtime.version() + ", load " + load());
        for (int i = 0; i < WARM_UP; i++) {
            ours(file);
        }
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        try (Peer peer = new Peer(file)) {
            peer.read();
            System.out.println("pair,position,side,seconds");
            for (int i = 0; i < samples; i++) {
                boolean oursFirst = random.nextBoolean();
                for (int position = 1; position <= 2; position++) {
                    boolean isOurs = oursFirst == (position == 1);
                    double seconds = isOurs ? ours(file) : peer.read();
                    (isOurs ? ours : theirs).add(seconds);
                    System.out.printf(
                            Locale.ROOT, "%d,%d,%s,%.6f%n", i, position, isOurs ? "toolkit" : "python", seconds);
                }
            }
        }
        Gguf gguf = Gguf.read(file);
        System.out.printf(
                Locale.ROOT,
                "# medians: toolkit %.2f ms, python %.0f ms: %.0f times as fast; allocated %.1f MB for %.1f MB of header%n",
                1e3 * median(ours),
                1e3 * median(theirs),
                median(theirs) / median(ours),
                allocated(file) / 1e6,
                gguf.headerBytes() / 1e6);
        System.out.println("# load average at the end: " + load());
        System.exit(median(ours) < MOST_SECONDS ? 0 : 1);
    }

    private static double ours(Path file) {
        long start = System.nanoTime();
        Gguf gguf = Gguf.read(file);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (gguf.tensors().isEmpty()) {
            throw new IllegalStateException("nothing was read");
        }
        return seconds;
    }

    private static long allocated(Path file) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        ours(file);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    /** A Python process that reads the file when told to and says how long it took. */
    private static final class Peer implements AutoCloseable {
        private final Path file;
        private final Process process;
        private final BufferedWriter to;
        private final BufferedReader from;

        Peer(Path file) throws IOException {
            this.file = file;
            this.process = new ProcessBuilder(Lab.python().toString(), "-c", PYTHON)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            this.to = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
            this.from = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        double read() throws IOException {
            to.write(file + "\n");
            to.flush();
            String answer = from.readLine();
            if (answer == null) {
                throw new IOException("Python ended");
            }
            return Double.parseDouble(answer.split(" ")[0]);
        }

        @Override
        public void close() throws IOException {
            to.close();
            process.destroy();
        }
    }
}
