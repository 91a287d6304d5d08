package ai.bearllm.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.KvCacheType;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Pooling;
import ai.bearllm.engine.Sampling;
import ai.bearllm.engine.llamacpp.LlamaCppProvider;
import ai.bearllm.grammar.Grammar;
import ai.bearllm.lab.Lab;
import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is asked of llama.cpp ends in a result or a clear error, and its worker lives on. 150 random combinations of options
 * and texts in every build; more with {@code -Dbear.engine.rounds=10000}, others with {@code -Dbear.engine.seed=...}.
 */
class EngineFuzzTest {
    private static final int ROUNDS_A_SESSION = 30;
    private static final int PATIENCE_SECONDS = 30;
    private static final double[] NUMBERS = {
        0,
        1,
        -1,
        0.5,
        1e-300,
        100,
        100.1,
        1e9,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        -0.0,
        0.01
    };
    private static final int[] COUNTS = {0, 1, -1, 2, 40, 64, 1_000_000, Integer.MAX_VALUE, Integer.MIN_VALUE};

    @TempDir
    static Path home;

    private final long seed =
            Long.getLong("bear.engine.seed", RandomGenerator.getDefault().nextLong());
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    private String doing = "";
    private boolean stopped;
    private int results;
    private int errors;

    @Test
    void everyCombinationEndsInAResultOrAClearError() {
        int rounds = Integer.getInteger("bear.engine.rounds", 150);
        ModelSource source = new ModelSource.LocalFile(Lab.project()
                .resolve("data/bear-tiny/bear-tiny.gguf")
                .toAbsolutePath()
                .normalize());
        try (WorkerEngine engine = new WorkerEngine(
                new LlamaCppProvider(), WorkerSettings.of(home.resolve("workers"), home.resolve("logs")))) {
            for (int round = 0; round < rounds; round += ROUNDS_A_SESSION) {
                stopped = false;
                LoadOptions options = anyOf(this::loadOptions);
                doing = "load with " + options;
                settled(() -> {
                    try (WorkerSession session = (WorkerSession) engine.load(source, options, Cancellation.create())) {
                        long pid = session.pid();
                        for (int i = 0; i < ROUNDS_A_SESSION; i++) {
                            settled(() -> ask(session));
                            if (stopped) {
                                // It took too long over a grammar; its worker was ended and another stands ready.
                                return;
                            }
                            assertThat(session.pid()).as(where()).isEqualTo(pid);
                        }
                    }
                });
            }
        }
        assertThat(results).as("requests that had a result, with seed %d", seed).isGreaterThan(rounds / 10);
        assertThat(errors).as("requests that had an error, with seed %d", seed).isPositive();
    }

    private void settled(Runnable work) {
        try {
            work.run();
            results++;
        } catch (WorkerDiedException e) {
            throw new AssertionError(where(), e);
        } catch (BearException e) {
            assertThat(e.problem()).as(where()).isNotBlank();
            assertThat(e.fix()).as(where()).isNotBlank().doesNotContain("Report this");
            errors++;
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).as(where()).isNotBlank();
            errors++;
        }
    }

    private String where() {
        String what = doing.length() > 3_000 ? doing.substring(0, 3_000) + "…" : doing;
        return "seed " + seed + ": " + what;
    }

    /** Made until it is not refused. */
    private <T> T anyOf(java.util.function.Supplier<T> maker) {
        while (true) {
            try {
                return maker.get();
            } catch (IllegalArgumentException e) {
                errors++;
            }
        }
    }

    private LoadOptions loadOptions() {
        LoadOptions options =
                LoadOptions.DEFAULT.withContext(pick(8, 9, 64, 100, 256, 7)).withThreads(1);
        if (random.nextBoolean()) {
            options = options.withBatch(pick(1, 2, 31, 64, 512, 0));
        }
        if (random.nextBoolean()) {
            options = options.withKvCache(
                    KvCacheType.values()[random.nextInt(9)], KvCacheType.values()[random.nextInt(9)]);
        }
        if (random.nextInt(3) == 0) {
            options = options.withFlashAttention(random.nextBoolean());
        }
        if (random.nextInt(3) == 0) {
            options = options.withSeed(random.nextInt());
        }
        if (random.nextInt(8) == 0) {
            options = options.withEmbeddings(Pooling.values()[random.nextInt(4)]);
        }
        return random.nextInt(4) > 0
                ? options
                : options.withExtra(
                        List.of("ubatch-size", "no-mmap", "rope-freq-base", "numa", "nonsense")
                                .get(random.nextInt(5)),
                        List.of("1", "true", "-1", "NaN", "64", "distribute").get(random.nextInt(6)));
    }

    private void ask(WorkerSession session) {
        int kind = random.nextInt(12);
        if (kind == 0) {
            String text = text();
            doing = "tokenize " + text.length() + " characters";
            session.tokenize(text);
        } else if (kind == 1) {
            List<Integer> ids = ids();
            doing = "detokenize " + (ids.size() > 50 ? ids.size() + " ids" : ids);
            session.detokenize(ids);
        } else if (kind == 2 && session.loaded().parameters().containsKey("embeddings")) {
            String text = text();
            doing = "embed " + text.length() + " characters";
            session.embed(text);
        } else {
            GenerationRequest request = request();
            doing = "options " + session.loaded().parameters() + " " + request;
            Cancellation cancellation = Cancellation.create();
            var watch = CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            var late = CompletableFuture.runAsync(cancellation::cancel, watch);
            session.generate(request, GenerationListener.NONE, cancellation);
            late.cancel(false);
            stopped = cancellation.isCancelled();
        }
    }

    private GenerationRequest request() {
        GenerationRequest request = GenerationRequest.of(text(), pick(1, 2, 5, 12, 1_000_000, 0));
        if (random.nextBoolean()) {
            request = request.withSampling(sampling());
        }
        if (random.nextInt(4) == 0) {
            List<String> stops = new ArrayList<>();
            int count = pick(1, 2, 30, 1024, 1025);
            for (int i = 0; i < count; i++) {
                String text = text();
                stops.add(text.substring(0, Math.min(text.length(), 30)));
            }
            request = request.withStop(stops);
        }
        if (random.nextInt(3) == 0) {
            request = request.withGrammar(Grammar.parse(grammar()));
        }
        if (random.nextInt(4) == 0) {
            request = request.measured();
        }
        return request.withCachePrompt(random.nextBoolean());
    }

    private Sampling sampling() {
        return new Sampling(
                number(),
                count(),
                number(),
                number(),
                number(),
                number(),
                number(),
                count(),
                random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt()));
    }

    /** Mostly possible, so that not every combination is refused for one of its numbers. */
    private double number() {
        return random.nextInt(12) == 0 ? NUMBERS[random.nextInt(NUMBERS.length)] : random.nextBoolean() ? 1 : 0.5;
    }

    private int count() {
        return random.nextInt(10) == 0 ? COUNTS[random.nextInt(COUNTS.length)] : random.nextInt(100);
    }

    private int pick(int... values) {
        return values[random.nextInt(values.length)];
    }

    private List<Integer> ids() {
        List<Integer> ids = new ArrayList<>();
        int count = random.nextInt(50) == 0 ? 300_000 : random.nextInt(40);
        boolean wild = random.nextInt(3) == 0;
        for (int i = 0; i < count; i++) {
            ids.add(wild ? random.nextInt() : random.nextInt(768));
        }
        return ids;
    }

    private String text() {
        return switch (random.nextInt(9)) {
            case 0 -> "";
            case 1 -> random.nextInt(20) > 0 ? "Once upon a time" : "bear ".repeat(2 << 20);
            case 2 -> "<s><|im_start|>user\n</s><unk><0x00><|im_end|>";
            case 3 -> "\ud83d\ude00\ud83d lone \udc3b \u0000\uFFFF\uFEFF\u202E";
            default -> letters();
        };
    }

    private String letters() {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(random.nextInt(10) == 0 ? 3_000 : 40);
        int planes = random.nextBoolean() ? 1 : 17;
        for (int i = 0; i < length; i++) {
            text.appendCodePoint((random.nextInt(planes) << 16) + random.nextInt(planes == 1 ? 0x180 : 0x10000));
        }
        return text.toString();
    }

    private String grammar() {
        StringBuilder text = new StringBuilder("root ::= " + form(0) + "\n");
        for (String name : List.of("a", "b", "c")) {
            text.append(name).append(" ::= ").append(form(0)).append('\n');
        }
        if (random.nextInt(5) == 0) {
            int at = random.nextInt(text.length());
            text.setCharAt(at, "\"[]()|*+?{}\\^-#\n\u0000é".charAt(random.nextInt(17)));
        }
        return text.toString();
    }

    private String form(int depth) {
        String part = switch (random.nextInt(depth > 3 ? 5 : 9)) {
            case 0 -> "\"" + pick('a', 'x', ' ', '0') + "\"";
            case 1 ->
                List.of("[a-z]", "[^a]", ".", "[^\\x00-\\x1F\"]", "[漢字🐻]", "\"\"", "[\\U00010000-\\U0010FFFF]")
                        .get(random.nextInt(7));
            case 2 -> "\"the \"";
            case 3 -> "\"🐻é\\n\"";
            case 4 -> List.of("a", "b", "c", "root").get(random.nextInt(4));
            case 5 -> "(" + form(depth + 1) + ")";
            case 6 -> form(depth + 1) + " | " + form(depth + 1);
            default -> form(depth + 1) + " " + form(depth + 1);
        };
        boolean simple = !part.contains(" ") && !part.equals("\"\"");
        return part
                + (simple
                        ? List.of("", "", "", "*", "+", "?", "{2}", "{1,3}", "{0,40}")
                                .get(random.nextInt(9))
                        : "");
    }
}
