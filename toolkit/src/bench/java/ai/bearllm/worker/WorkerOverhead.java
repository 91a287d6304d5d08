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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * What the worker process costs: llama.cpp in a worker beside the same engine in this process, on SmolLM2-135M-Instruct, at the
 * rates that the caller sees.
 *
 * <p>{@code ./mvnw -Pbench test -Dbench=ai.bearllm.worker.WorkerOverhead -Dbench.args="PAIRS THREADS SENTENCES TOKENS"}, with 30
 * pairs on one thread where nothing is said. Each sample is one prompt of so many sentences of nine tokens (28), nothing
 * cached, and so many tokens generated (64); both sides take turns in an order drawn anew for each pair, on the same two loaded
 * models. Many short pairs judge better than few long ones on a noisy machine, because what disturbs it then meets both sides of
 * a pair. It prints each sample as a line of CSV, then the ratio of the means, worker to in-process, with a bootstrap interval of 95 % over the pairs, and ends with 1 where a
 * lower bound is under 0.97.
 *
 * <p>The prompt's rate counts from the call to the first text, the generation's from the first text to the last.
 */
final class WorkerOverhead {
    private static final double LEAST_RATIO = 0.97;
    private static final String SENTENCE = "The bear walked slowly through the old forest. ";

    private WorkerOverhead() {}

    /** What the caller of one side saw. */
    private record Sample(String side, int promptTokens, double toFirst, int generatedTokens, double decode) {
        double promptRate() {
            return promptTokens / toFirst;
        }

        double generationRate() {
            return (generatedTokens - 1) / decode;
        }

        String csv(int pair, int position) {
            return String.format(
                    Locale.ROOT,
                    "%d,%d,%s,%d,%.6f,%d,%.6f,%.3f,%.3f",
                    pair,
                    position,
                    side,
                    promptTokens,
                    toFirst,
                    generatedTokens,
                    decode,
                    promptRate(),
                    generationRate());
        }
    }

    private record Pair(Sample worker, Sample here) {}

    public static void main(String[] arguments) throws IOException {
        int samples = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 30;
        int threads = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
        int sentences = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 28;
        int generated = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 64;
        // Greedy, nothing cached: each sample does the same work.
        GenerationRequest request = GenerationRequest.of(SENTENCE.repeat(sentences), generated)
                .withSampling(Sampling.GREEDY)
                .measured();
        long seed = System.nanoTime();
        boolean good = false;
        Path home = Files.createTempDirectory("bear-bench");
        try {
            good = run(home, request, samples, threads, new Random(seed), seed);
        } catch (IOException | RuntimeException | Error e) {
            e.printStackTrace(System.out);
        } finally {
            PrivateDirectory.delete(home);
            System.out.flush();
            // The engine in this process leaves threads behind that no orderly exit stops.
            Runtime.getRuntime().halt(good ? 0 : 1);
        }
    }

    private static boolean run(Path home, GenerationRequest request, int samples, int threads, Random random, long seed)
            throws IOException {
        ModelSource model = new ModelSource.LocalFile(Lab.smollm2().toAbsolutePath());
        LoadOptions options = LoadOptions.DEFAULT.withContext(1024).withThreads(threads);
        LlamaCppProvider provider = new LlamaCppProvider();
        Path own = Files.createDirectory(home.resolve("here"));
        try (Engine hosted =
                        new WorkerEngine(provider, WorkerSettings.of(home.resolve("workers"), home.resolve("logs")));
                Engine here = provider.create(new EngineEnvironment(own));
                Session worker = hosted.load(model, options, Cancellation.create());
                Session inProcess = here.load(model, options, Cancellation.create())) {
            describe(provider.build(), model, worker, samples, threads, seed);
            sample("warm-up", worker, request);
            sample("warm-up", inProcess, request);
            List<Pair> pairs = measure(samples, random, worker, inProcess, request);
            boolean prompt = judge("prompt", pairs, Sample::promptRate, random);
            boolean generation = judge("generation", pairs, Sample::generationRate, random);
            System.out.printf(
                    Locale.ROOT,
                    "# added time to first text, mean: %.2f ms%n",
                    1e3
                            * (mean(pairs, pair -> pair.worker().toFirst())
                                    - mean(pairs, pair -> pair.here().toFirst())));
            System.out.println("# load average at the end: " + Machine.load());
            return prompt && generation;
        }
    }

    private static List<Pair> measure(
            int samples, Random random, Session worker, Session inProcess, GenerationRequest request) {
        List<Pair> pairs = new ArrayList<>();
        System.out.println("pair,position,side,prompt_tokens,first_text_s,generated_tokens,decode_s,"
                + "prompt_tokens_per_s,generated_tokens_per_s");
        for (int i = 0; i < samples; i++) {
            boolean workerFirst = random.nextBoolean();
            Sample first = workerFirst ? sample("worker", worker, request) : sample("in-process", inProcess, request);
            Sample second = workerFirst ? sample("in-process", inProcess, request) : sample("worker", worker, request);
            System.out.println(first.csv(i, 1));
            System.out.println(second.csv(i, 2));
            pairs.add(workerFirst ? new Pair(first, second) : new Pair(second, first));
        }
        return pairs;
    }

    private static Sample sample(String side, Session session, GenerationRequest request) {
        long[] times = new long[2];
        long start = System.nanoTime();
        var generation = session.generate(
                request,
                text -> {
                    times[1] = System.nanoTime();
                    if (times[0] == 0) {
                        times[0] = times[1];
                    }
                },
                Cancellation.create());
        return new Sample(
                side,
                generation.tokens().prompt().orElseThrow(),
                (times[0] - start) / 1e9,
                generation.tokens().generated().orElseThrow(),
                (times[1] - times[0]) / 1e9);
    }

    private static boolean judge(String what, List<Pair> pairs, ToDoubleFunction<Sample> rate, Random random) {
        PairedRatio interval = PairedRatio.of(
                pairs.stream()
                        .mapToDouble(pair -> rate.applyAsDouble(pair.worker()))
                        .toArray(),
                pairs.stream()
                        .mapToDouble(pair -> rate.applyAsDouble(pair.here()))
                        .toArray(),
                random);
        boolean good = interval.low() >= LEAST_RATIO;
        System.out.printf(
                Locale.ROOT,
                "# %s: worker %.2f, in-process %.2f tokens/s; ratio %.4f, 95 %% interval %.4f to %.4f: %s%n",
                what,
                mean(pairs, pair -> rate.applyAsDouble(pair.worker())),
                mean(pairs, pair -> rate.applyAsDouble(pair.here())),
                interval.value(),
                interval.low(),
                interval.high(),
                good ? "at least " + LEAST_RATIO : "BELOW " + LEAST_RATIO);
        return good;
    }

    private static double mean(List<Pair> pairs, ToDoubleFunction<Pair> value) {
        return pairs.stream().mapToDouble(value).average().orElseThrow();
    }

    private static void describe(String build, ModelSource model, Session worker, int samples, int threads, long seed)
            throws IOException {
        System.out.println("# " + build + ", " + model);
        System.out.println("# " + worker.loaded().parameters());
        System.out.println("# " + samples + " pairs, " + threads + " threads, seed " + seed);
        System.out.println(Machine.line());
        System.out.println("# load average at the start: " + Machine.load());
    }
}
