package ai.bearllm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.bearllm.grammar.Grammar;
import ai.bearllm.model.BearException;
import ai.bearllm.model.FinishReason;
import ai.bearllm.progress.Cancellation;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The part of the contract about options, grammars and vectors, and what makes and loads the engine.
 *
 * <p>One session serves all tests that do not close or break it, because loading is the slow part.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OptionsContractTest {
    static final int CONTEXT = 256;

    Engine engine;
    Session session;

    /** A new engine; the test closes it. */
    protected abstract Engine open() throws Exception;

    /** What it loads. */
    protected abstract ModelSource source() throws Exception;

    /** A prompt that this model goes on with for at least 40 tokens when it chooses greedily. */
    protected abstract String prompt();

    /** How many tokens the engine puts before the prompt's own: 1 where the model asks for a beginning-of-text token. */
    protected abstract int beginningTokens();

    @BeforeAll
    void loadOnce() throws Exception {
        engine = open();
        session = load(engine);
    }

    @AfterAll
    void closeAll() {
        engine.close();
    }

    /** The session that the tests share, for tests of a subclass. */
    protected final Session session() {
        return session;
    }

    final Session load(Engine loader) throws Exception {
        return loader.load(source(), LoadOptions.DEFAULT.withContext(CONTEXT).withThreads(1), Cancellation.create());
    }

    final GenerationRequest greedy(int maxTokens) {
        return GenerationRequest.of(prompt(), maxTokens)
                .withSampling(Sampling.GREEDY)
                .withCachePrompt(false);
    }

    final Generation run(GenerationRequest request) {
        return session.generate(request, GenerationListener.NONE, Cancellation.create());
    }

    @Test
    void embedsOrSaysThatItCannot() {
        if (!engine.capabilities().has(Capabilities.Feature.EMBED)) {
            assertThatThrownBy(() -> session.embed("bear")).isInstanceOf(BearException.class);
            return;
        }
        float[] bear = session.embed("The bear eats honey.");
        assertThat(cosine(bear, bear)).isCloseTo(1, within(1e-4));
        assertThat(session.embed("The bear eats honey.")).isEqualTo(bear);
        assertThat(cosine(bear, session.embed("A number: 17.")))
                .isLessThan(cosine(bear, session.embed("The bear eats the honey.")));
        assertThatThrownBy(() -> session.embed("")).isInstanceOf(BearException.class);
        assertThatThrownBy(() -> session.embed("a bear ".repeat(20_000))).isInstanceOf(BearException.class);
        assertThat(session.embed("🐻 \u0000 \ud83d")).hasSameSizeAs(bear);
        assertThat(run(greedy(20)).text()).isNotEmpty();
    }

    /** Of vectors of length 1. */
    private static double cosine(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }

    @Test
    void keepsATextToAGrammarOrSaysThatItCannot() {
        Grammar grammar = Grammar.parse("root ::= \"honey-\" [0-9]{3} (\"🐻\" | \"漢\")");
        GenerationRequest request = greedy(100).withGrammar(grammar);
        if (!engine.capabilities().has(Capabilities.Feature.GRAMMAR)) {
            assertThatThrownBy(() -> run(request))
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining("grammar");
            return;
        }
        for (int seed = 0; seed < 5; seed++) {
            Sampling wild = Sampling.DEFAULT
                    .withTemperature(2)
                    .withTopK(0)
                    .withTopP(1)
                    .withMinP(0)
                    .withSeed(seed);
            Generation generation = run(request.withSampling(wild));
            assertThat(generation.text()).matches("honey-[0-9]{3}(🐻|漢)");
            assertThat(generation.finishReason()).isEqualTo(FinishReason.END_OF_TEXT);
        }
        Generation cut = run(request.withMaxTokens(2));
        assertThat(cut.finishReason()).isEqualTo(FinishReason.MAX_TOKENS);
        Generation nothing = run(greedy(5).withGrammar(Grammar.parse("root ::= \"\"")));
        assertThat(nothing.text()).isEmpty();
        assertThat(nothing.finishReason()).isEqualTo(FinishReason.END_OF_TEXT);
        assertThat(run(greedy(20)).text()).isEqualTo(run(greedy(20)).text()).isNotEmpty();
    }

    @Test
    void writesJsonThatASchemaAllows() {
        if (!engine.capabilities().has(Capabilities.Feature.GRAMMAR)) {
            return;
        }
        Grammar grammar =
                Grammar.ofJsonSchema("{\"type\": \"object\", \"properties\": {\"name\": {\"type\": \"string\","
                        + " \"maxLength\": 8}, \"age\": {\"type\": \"integer\", \"minimum\": 0, \"maximum\": 30},"
                        + " \"likes\": {\"type\": \"array\", \"items\": {\"enum\": [\"honey\", \"fish\"]}, \"maxItems\": 2}},"
                        + " \"required\": [\"name\", \"age\"]}");
        for (int seed = 0; seed < 8; seed++) {
            Generation generation = run(greedy(100)
                    .withSampling(Sampling.DEFAULT.withTemperature(1.5).withSeed(seed))
                    .withGrammar(grammar));
            assertThat(generation.finishReason()).as(generation.text()).isEqualTo(FinishReason.END_OF_TEXT);
            assertThat(grammar.accepts(generation.text())).as(generation.text()).isTrue();
        }
    }

    @Test
    void tellsWhenEachTokenCame() {
        Generation generation = run(greedy(30));
        List<Arrival> arrivals = generation.arrivals();
        assertThat(arrivals.stream().mapToInt(Arrival::tokens).sum()).isEqualTo(30);
        assertThat(arrivals).extracting(Arrival::nanos).isSorted();
        assertThat(arrivals.get(0).nanos()).isPositive();
        assertThat(arrivals.get(arrivals.size() - 1).nanos())
                .isLessThanOrEqualTo(generation.times().total().orElseThrow().toNanos());
        assertThat(generation.decodeTokensPerSecond().orElseThrow()).isPositive();
        assertThat(generation.promptTokensPerSecond().orElseThrow()).isPositive();
        assertThat(generation.toString()).hasSizeLessThanOrEqualTo(80);
    }

    @Test
    void takesEveryExtremeOfSampling() {
        for (double edge : new double[] {0, 1, 100}) {
            Sampling sampling = new Sampling(
                    edge,
                    edge == 100 ? 1_000_000 : (int) edge,
                    Math.min(1, edge),
                    Math.min(1, edge),
                    Math.max(0.01, edge),
                    edge == 1 ? -100 : edge,
                    edge == 1 ? -100 : edge,
                    edge == 100 ? 1_000_000 : (int) edge,
                    OptionalInt.of((int) -edge));
            assertThat(run(greedy(8).measured().withSampling(sampling)).tokens().generated())
                    .hasValue(8);
        }
        assertThatThrownBy(() -> Sampling.GREEDY.withTopP(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Sampling.GREEDY.withPenalties(0, Double.POSITIVE_INFINITY))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
