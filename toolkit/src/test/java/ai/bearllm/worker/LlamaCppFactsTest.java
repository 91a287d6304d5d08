package ai.bearllm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Sampling;
import ai.bearllm.engine.Session;
import ai.bearllm.engine.llamacpp.LlamaCppProvider;
import ai.bearllm.lab.Lab;
import ai.bearllm.model.BearException;
import ai.bearllm.model.FinishReason;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What llama.cpp in a worker does beyond the contract of every engine, with the built-in model. */
@Timeout(120)
class LlamaCppFactsTest {
    private static final Path BEAR_TINY = Lab.project()
            .resolve("data/bear-tiny/bear-tiny.gguf")
            .toAbsolutePath()
            .normalize();

    private static final String QUESTION =
            "<|im_start|>user\nTell me a story about Greta and honey.<|im_end|>\n<|im_start|>assistant\n";

    @TempDir
    static Path home;

    private static WorkerEngine engine;
    private static Session session;

    @BeforeAll
    static void open() {
        engine = new WorkerEngine(
                new LlamaCppProvider(), WorkerSettings.of(home.resolve("workers"), home.resolve("logs")));
        session = load(
                BEAR_TINY, LoadOptions.DEFAULT.withContext(512).withThreads(1).withGpuLayers(3));
    }

    @AfterAll
    static void close() {
        engine.close();
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    private static Session load(Path file, LoadOptions options) {
        return engine.load(new ModelSource.LocalFile(file), options, Cancellation.create());
    }

    private static Generation ask(GenerationRequest request) {
        return session.generate(request, GenerationListener.NONE, Cancellation.create());
    }

    private static GenerationRequest greedy(String prompt, int maxTokens) {
        return GenerationRequest.of(prompt, maxTokens)
                .withSampling(Sampling.GREEDY)
                .withCachePrompt(false);
    }

    /** What llama.cpp printed for its last request; waited for, because it prints after it answers. */
    private static List<Integer> lastCountsOf(Session asked) throws IOException {
        Pattern counts = Pattern.compile("eval time =.*? ms / +(\\d+) tokens");
        long requests = 0;
        List<MatchResult> found = List.of();
        while (requests % 2 != 0 || found.isEmpty()) {
            found = counts.matcher(Files.readString(logOf(asked))).results().toList();
            requests = found.size();
        }
        return found.subList(found.size() - 2, found.size()).stream()
                .map(count -> Integer.valueOf(count.group(1)))
                .toList();
    }

    private static Path logOf(Session asked) throws IOException {
        try (var logs = Files.list(home.resolve("logs"))) {
            return logs.filter(log ->
                            contains(log, asked.source().toString() + ", LoadOptions[contextTokens=OptionalInt[512]"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static boolean contains(Path log, String text) {
        try {
            return Files.readString(log).contains(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void tellsTheStoryThatItLearned() {
        Generation generation = ask(greedy(QUESTION, 200));
        assertThat(generation.text()).startsWith("Once upon a time there was a little bear named Greta.");
        assertThat(generation.finishReason()).isEqualTo(FinishReason.END_OF_TEXT);
        assertThat(generation.text()).doesNotContain("<|im_end|>");
    }

    @Test
    void countsAsItsOwnLogDoes() throws IOException {
        Generation generation = ask(greedy(QUESTION, 200));
        List<Integer> counts = lastCountsOf(session);
        int prompt = generation.tokens().prompt().orElseThrow();
        int generated = generation.tokens().generated().orElseThrow();
        assertThat(prompt)
                .isEqualTo(counts.get(0))
                .isEqualTo(session.tokenize(QUESTION).size() + 1);
        // The log counts the token that ends the text too.
        assertThat(generated)
                .isEqualTo(counts.get(1) - 1)
                .isEqualTo(session.tokenize(generation.text()).size());
        assertThat(generation.parameters()).containsEntry("timesFrom", "llama.cpp");
    }

    @Test
    void countsTheTokensUpToAStopString() {
        Generation whole = ask(greedy(QUESTION, 60));
        Generation cut = ask(greedy(QUESTION, 60).withStop(List.of(" in a cave")));
        assertThat(cut.text()).isEqualTo(whole.text().substring(0, whole.text().indexOf(" in a cave")));
        assertThat(cut.tokens().generated())
                .hasValue(session.tokenize(cut.text() + " in a cave").size());
        assertThat(cut.tokens().cached()).hasValue(0);
    }

    @Test
    void tellsAnEndOfTextFromTheLimitAtTheLastToken() {
        int length = ask(greedy(QUESTION, 200)).tokens().generated().orElseThrow();
        Generation justEnough = ask(greedy(QUESTION, length + 1));
        assertThat(justEnough.finishReason()).isEqualTo(FinishReason.END_OF_TEXT);
        assertThat(justEnough.tokens().generated()).hasValue(length);
        Generation tooFew = ask(greedy(QUESTION, length));
        assertThat(tooFew.finishReason()).isEqualTo(FinishReason.MAX_TOKENS);
        assertThat(tooFew.tokens().generated()).hasValue(length);
        assertThat(tooFew.text()).isEqualTo(justEnough.text());
    }

    @Test
    void doesNotBeginAPromptTwice() {
        Generation plain = ask(greedy("Once upon", 20));
        Generation written = ask(greedy("<s>Once upon", 20));
        assertThat(written.tokens().prompt()).isEqualTo(plain.tokens().prompt());
        assertThat(written.text()).isEqualTo(plain.text());
    }

    @Test
    void answersAnEmptyPromptBecauseThisModelHasABeginning() {
        assertThat(ask(greedy("", 5)).tokens().prompt()).hasValue(1);
    }

    @Test
    void saysWhyLayersAreNotOnAGpu() {
        assertThat(session.loaded().gpuLayers()).hasValue(0);
        assertThat(session.loaded().gpuFallback()).get().asString().contains("no GPU support");
        assertThat(session.loaded().parameters()).containsEntry("gpuLayers", "0");
    }

    @Test
    void reportsSizesAndEffectiveOptions() {
        assertThat(session.loaded().weightsBytes()).hasValue(2 << 20);
        assertThat(session.loaded().kvCacheBytes()).hasValue(3 * 512 * 2 * 64 * (2 + 2));
        assertThat(session.loaded().computeBytes()).isPresent();
        assertThat(session.loaded().parameters())
                .containsEntry("threads", "1")
                .containsEntry("batchTokens", "512")
                .containsEntry("cacheTypes", "f16/f16")
                .containsEntry("flashAttention", "false")
                .containsEntry("isolation", Isolation.here().level().label());
        assertThat(ask(greedy("Once", 2)).parameters())
                .containsKeys(
                        "threads", "temperature", "topK", "topP", "minP", "repeatPenalty", "seed", "stop", "ignoreEnd");
    }

    @Test
    void writesNoPromptAndNoAnswerIntoTheLog() throws IOException {
        Generation generation = ask(greedy(QUESTION, 60));
        assertThat(Files.readString(logOf(session)))
                .doesNotContain("Greta")
                .doesNotContain(generation.text().substring(0, 20));
    }

    @Test
    void takesTemperaturesAndSeedsThatTheLibraryWouldMisunderstand() {
        Sampling almostZero = Sampling.DEFAULT.withTemperature(Double.MIN_VALUE);
        Generation generation = ask(greedy("Once", 20).withSampling(almostZero));
        assertThat(generation.parameters()).containsEntry("temperature", "0.0");
        assertThat(generation.text()).isEqualTo(ask(greedy("Once", 20)).text());
    }

    private static void assertRefused(Path file, LoadOptions options, String... words) {
        assertThatThrownBy(() -> load(file, options))
                .isInstanceOfSatisfying(BearException.class, e -> {
                    assertThat(e.problem() + e.fix()).contains(words);
                    assertThat(e.fix()).isNotBlank();
                })
                .isNotInstanceOf(WorkerDiedException.class);
    }

    @Test
    void refusesBrokenFilesBeforeNativeCodeSeesThem() throws IOException {
        byte[] whole = Files.readAllBytes(BEAR_TINY);
        Path broken = home.resolve("broken.gguf");
        Files.write(broken, Arrays.copyOf(whole, whole.length / 2));
        assertRefused(broken, LoadOptions.DEFAULT, "broken.gguf");
        Files.write(broken, Arrays.copyOf(whole, 1000));
        assertRefused(broken, LoadOptions.DEFAULT, "broken.gguf");
        Files.writeString(broken, "not a model");
        assertRefused(broken, LoadOptions.DEFAULT, "broken.gguf");
        assertRefused(home.resolve("missing.gguf"), LoadOptions.DEFAULT, "missing.gguf");
    }

    @Test
    void refusesOptionsThatItDoesNotKnow() {
        for (Map<String, String> extras : List.of(
                Map.of("warp-speed", "9"),
                Map.of("cache-type-k", "q9"),
                Map.of("ubatch-size", "many"),
                Map.of("mlock", "yes"))) {
            Map.Entry<String, String> extra = extras.entrySet().iterator().next();
            assertRefused(BEAR_TINY, LoadOptions.DEFAULT.withExtra(extra.getKey(), extra.getValue()), extra.getKey());
        }
    }

    @Test
    void passesOnTheOptionsThatItKnows() {
        LoadOptions options = LoadOptions.DEFAULT
                .withContext(256)
                .withBatch(64)
                .withThreads(1)
                .withExtra("cache-type-k", "q8_0")
                .withExtra("flash-attn", "true")
                .withExtra("ubatch-size", "32");
        try (Session other = load(BEAR_TINY, options)) {
            assertThat(other.loaded().parameters())
                    .containsEntry("cacheTypes", "q8_0/f16")
                    .containsEntry("flashAttention", "true")
                    .containsEntry("stepTokens", "32");
            assertThat(other.loaded().gpuFallback()).isEmpty();
        }
    }

    @Test
    void findsFilesWhoseNamesTheLibraryCannotRead() throws IOException {
        Path file = Files.copy(BEAR_TINY, home.resolve("bär 🐻.gguf"));
        try (Session other = load(file, LoadOptions.DEFAULT.withContext(64).withThreads(1))) {
            assertThat(other.source()).isEqualTo(new ModelSource.LocalFile(file));
            assertThat(other.tokenize("Once")).isNotEmpty();
        }
    }

    @Test
    void aKillInMidAnswerFailsThatAnswerAndTheNextOneWorks() {
        try (Session other =
                load(BEAR_TINY, LoadOptions.DEFAULT.withContext(1024).withThreads(1))) {
            long worker = ((WorkerSession) other).pid();
            GenerationRequest request = greedy(QUESTION, 900).measured();
            assertThatThrownBy(() -> other.generate(
                            request,
                            text -> ProcessHandle.of(worker).ifPresent(ProcessHandle::destroyForcibly),
                            Cancellation.create()))
                    .isInstanceOfSatisfying(
                            WorkerDiedException.class,
                            e -> assertThat(e.signal()).hasValue(9));
            assertThat(other.generate(greedy(QUESTION, 20), GenerationListener.NONE, Cancellation.create())
                            .text())
                    .startsWith("Once upon a time");
        }
    }
}
