package ai.bearllm.validation;

import ai.bearllm.gguf.GgmlType;
import ai.bearllm.gguf.GgufBuilder;
import ai.bearllm.lab.Lab;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * What a full validation costs beside {@code openssl dgst -sha256} on the same file: SmolLM2-135M-Instruct (98 MB), and 2 GB of
 * random sound blocks of several types.
 *
 * <p>{@code ./mvnw -Pbench test -Dbench=ai.bearllm.validation.FullPass -Dbench.args="SAMPLES GIGABYTES"}, with 30 samples and 2
 * where nothing is said; 0 leaves the large file out, which needs as much room on the disk for temporary files. Each sample is
 * one validation in this process, digest, structure, scan of all scales, metadata, tokenizer and template, and one run of
 * openssl, in an order drawn anew for each pair; the file is in the system's cache. It prints each sample as a line of CSV, then
 * the ratio of the means, ours to openssl's, for time and processor time, with a bootstrap interval of 95 % over the pairs, and
 * ends with 1 where the upper bound of a ratio of times is over 1.1.
 */
final class FullPass {
    private static final double MOST_RATIO = 1.1;
    private static final int RESAMPLES = 10_000;
    private static final int WARM_UPS = 5;

    private FullPass() {}

    /** What one side took. */
    private record Sample(double seconds, double cpuSeconds) {}

    private record Pair(Sample ours, Sample openssl) {}

    public static void main(String[] arguments) throws Exception {
        int samples = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 30;
        double gigabytes = arguments.length > 1 ? Double.parseDouble(arguments[1]) : 2;
        long seed = System.nanoTime();
        Random random = new Random(seed);
        System.out.println("# " + output("openssl", "version") + ", Java " + Runtime.version() + ", "
                + Runtime.getRuntime().availableProcessors() + " processors, seed " + seed);
        boolean good = measure(Lab.smollm2(), samples, random);
        if (gigabytes > 0) {
            Path large = Files.createTempFile("bear-bench", ".gguf");
            try {
                write(large, (long) (gigabytes * 1e9));
                good &= measure(large, samples, random);
            } finally {
                Files.delete(large);
            }
        }
        System.exit(good ? 0 : 1);
    }

    private static boolean measure(Path file, int samples, Random random) throws Exception {
        for (int i = 0; i < WARM_UPS; i++) {
            ours(file);
            openssl(file);
        }
        List<Pair> pairs = new ArrayList<>();
        System.out.println("file,pair,first,ours_s,ours_cpu_s,openssl_s,openssl_cpu_s");
        for (int i = 0; i < samples; i++) {
            boolean oursFirst = random.nextBoolean();
            Sample first = oursFirst ? ours(file) : openssl(file);
            Sample second = oursFirst ? openssl(file) : ours(file);
            Pair pair = oursFirst ? new Pair(first, second) : new Pair(second, first);
            pairs.add(pair);
            System.out.printf(
                    Locale.ROOT,
                    "%s,%d,%s,%.6f,%.6f,%.6f,%.6f%n",
                    file.getFileName(),
                    i,
                    oursFirst ? "ours" : "openssl",
                    pair.ours.seconds,
                    pair.ours.cpuSeconds,
                    pair.openssl.seconds,
                    pair.openssl.cpuSeconds);
        }
        double high = judge(file, "time", pairs, Sample::seconds, random);
        judge(file, "processor time", pairs, Sample::cpuSeconds, random);
        System.out.println("# load average: "
                + ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        return high <= MOST_RATIO;
    }

    private static Sample ours(Path file) {
        double cpu = processorSeconds();
        long start = System.nanoTime();
        if (!Validator.of(file).run().ok()) {
            throw new IllegalStateException(file + " is not sound");
        }
        return new Sample((System.nanoTime() - start) / 1e9, processorSeconds() - cpu);
    }

    private static double processorSeconds() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getProcessCpuTime()
                / 1e9;
    }

    private static Sample openssl(Path file) throws IOException, InterruptedException {
        double cpu = childrenSeconds();
        long start = System.nanoTime();
        Process process = new ProcessBuilder("openssl", "dgst", "-sha256", file.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectErrorStream(true)
                .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException("openssl failed");
        }
        return new Sample((System.nanoTime() - start) / 1e9, childrenSeconds() - cpu);
    }

    /** Processor time of children that have ended: fields 16 and 17 of /proc/self/stat, in hundredths; NaN elsewhere. */
    private static double childrenSeconds() throws IOException {
        Path stat = Path.of("/proc/self/stat");
        if (!Files.exists(stat)) {
            return Double.NaN;
        }
        String text = Files.readString(stat);
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / 100.0;
    }

    private static double judge(
            Path file, String what, List<Pair> pairs, ToDoubleFunction<Sample> value, Random random) {
        double[] ratios = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            List<Pair> drawn = new ArrayList<>();
            for (int k = 0; k < pairs.size(); k++) {
                drawn.add(pairs.get(random.nextInt(pairs.size())));
            }
            ratios[i] = ratio(drawn, value);
        }
        Arrays.sort(ratios);
        double high = ratios[RESAMPLES * 975 / 1000 - 1];
        System.out.printf(
                Locale.ROOT,
                "# %s, %s: ours %.4f s, openssl %.4f s (medians); ratio of means %.4f, 95 %% interval %.4f to %.4f%n",
                file.getFileName(),
                what,
                median(pairs, pair -> value.applyAsDouble(pair.ours)),
                median(pairs, pair -> value.applyAsDouble(pair.openssl)),
                ratio(pairs, value),
                ratios[RESAMPLES * 25 / 1000],
                high);
        return high;
    }

    private static double ratio(List<Pair> pairs, ToDoubleFunction<Sample> value) {
        double ours = pairs.stream()
                .mapToDouble(pair -> value.applyAsDouble(pair.ours))
                .sum();
        return ours
                / pairs.stream()
                        .mapToDouble(pair -> value.applyAsDouble(pair.openssl))
                        .sum();
    }

    private static double median(List<Pair> pairs, ToDoubleFunction<Pair> value) {
        List<Double> values = new ArrayList<>();
        pairs.forEach(pair -> values.add(value.applyAsDouble(pair)));
        Collections.sort(values);
        return values.get(values.size() / 2);
    }

    /** A model of random sound blocks: as many tensors of each type as fill it. */
    private static void write(Path file, long bytes) throws IOException {
        List<String> types = List.of("Q4_K", "Q6_K", "Q4_0", "Q8_0", "F16");
        long each = 8 << 20;
        Random random = new Random(1);
        List<byte[]> contents = new ArrayList<>();
        for (String name : types) {
            GgmlType type = Blocks.type(name);
            contents.add(
                    Blocks.sound(type, (int) (each / type.blockBytes() / 32 * 32), ByteOrder.LITTLE_ENDIAN, random));
        }
        int count = (int) (bytes / each);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            List<byte[]> data = new ArrayList<>();
            GgufBuilder built = GgufBuilder.model().withoutTensors();
            long place = 0;
            for (int i = 0; i < count; i++) {
                byte[] content = contents.get(i % types.size());
                GgmlType type = Blocks.type(types.get(i % types.size()));
                long elements = (long) content.length / type.blockBytes() * type.blockElements();
                built.tensor(
                        ("blk.0.t" + i).getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        type.id(),
                        OptionalLong.of(place),
                        new byte[0],
                        elements);
                place += (content.length + 31) / 32 * 32;
                data.add(content);
            }
            byte[] head = built.bytes();
            out.write(head);
            out.write(new byte[(32 - head.length % 32) % 32]);
            for (byte[] content : data) {
                out.write(content);
                out.write(new byte[(32 - content.length % 32) % 32]);
            }
        }
    }

    private static String output(String... command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        return new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).strip();
    }
}
