package ai.bearllm.run;

import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.Sampling;
import ai.bearllm.grammar.Grammar;
import ai.bearllm.model.RunRecord;
import ai.bearllm.progress.Cancellation;
import java.util.List;
import java.util.function.Consumer;

/**
 * Chooses how a session goes on with a prompt; each step returns a new choice, {@link #generate()} does it. The prompt is given to
 * the model as it is, without a chat template.
 *
 * <pre>{@code
 * s.prompt("Once").temperature(0).maxTokens(64).stop("\n").stream(text -> System.out.print(text)).generate();
 * s.prompt("A bear as JSON:").jsonSchema("{\"type\": \"object\", ...}").generate().text();
 * }</pre>
 */
public final class PromptBuilder {
    private static final int MAX_TOKENS = 128;

    private final ModelSession session;
    private final GenerationRequest request;
    private final GenerationListener listener;

    private PromptBuilder(ModelSession session, GenerationRequest request, GenerationListener listener) {
        this.session = session;
        this.request = request;
        this.listener = listener;
    }

    static PromptBuilder of(ModelSession session, String prompt) {
        return new PromptBuilder(session, GenerationRequest.of(prompt, MAX_TOKENS), GenerationListener.NONE);
    }

    /** At most this many tokens; 128 unless chosen. */
    public PromptBuilder maxTokens(int count) {
        return with(request.withMaxTokens(count));
    }

    /** 0 takes the likeliest token each time; higher is more varied; 0.7 unless chosen. */
    public PromptBuilder temperature(double value) {
        return with(request.sampling().withTemperature(value));
    }

    /** Only this many likeliest tokens are considered; 0: all; 40 unless chosen. */
    public PromptBuilder topK(int count) {
        return with(request.sampling().withTopK(count));
    }

    /** Only the likeliest tokens that make up this probability; 1: all; 0.95 unless chosen. */
    public PromptBuilder topP(double probability) {
        return with(request.sampling().withTopP(probability));
    }

    /** Only tokens at least this fraction as likely as the likeliest; 0: all; 0.05 unless chosen. */
    public PromptBuilder minP(double fraction) {
        return with(request.sampling().withMinP(fraction));
    }

    /** Above 1 makes repeated tokens less likely; 1, which is none, unless chosen. */
    public PromptBuilder repeatPenalty(double factor) {
        return with(request.sampling().withRepeatPenalty(factor));
    }

    /** Taken from the logit of a token that came before; 0, which is none, unless chosen. */
    public PromptBuilder presencePenalty(double value) {
        return with(request.sampling().withPenalties(value, request.sampling().frequencyPenalty()));
    }

    /** Taken from a token's logit for each time that it came before; 0, which is none, unless chosen. */
    public PromptBuilder frequencyPenalty(double value) {
        return with(request.sampling().withPenalties(request.sampling().presencePenalty(), value));
    }

    /** How many of the last tokens the penalties look at; 64 unless chosen. */
    public PromptBuilder penaltyTokens(int count) {
        return with(request.sampling().withPenaltyTokens(count));
    }

    /** The seed of the random choices; the session's unless chosen. */
    public PromptBuilder seed(int value) {
        return with(request.sampling().withSeed(value));
    }

    /** The text ends at any of these strings; none of them is part of it. */
    public PromptBuilder stop(String... strings) {
        return with(request.withStop(List.of(strings)));
    }

    /**
     * The text keeps to this grammar, in GBNF.
     *
     * @throws ai.bearllm.grammar.GrammarException where engines could not use it; it says where and why
     */
    public PromptBuilder grammar(String gbnf) {
        return grammar(Grammar.parse(gbnf));
    }

    /** The text keeps to this grammar. */
    public PromptBuilder grammar(Grammar grammar) {
        return with(request.withGrammar(grammar));
    }

    /**
     * The text is JSON that this schema allows.
     *
     * @throws ai.bearllm.grammar.JsonSchemaException where it says something that is not understood; it says where and what
     */
    public PromptBuilder jsonSchema(String schema) {
        return grammar(Grammar.ofJsonSchema(schema));
    }

    /** With or without the cache of an unchanged beginning of the prompt; with it unless chosen. */
    public PromptBuilder cachePrompt(boolean on) {
        return with(request.withCachePrompt(on));
    }

    /** Each piece of text goes there as it comes, on a thread of the toolkit; whatever is thrown there ends the generation. */
    public PromptBuilder stream(Consumer<String> pieces) {
        return new PromptBuilder(session, request, pieces::accept);
    }

    private PromptBuilder with(Sampling sampling) {
        return with(request.withSampling(sampling));
    }

    private PromptBuilder with(GenerationRequest changed) {
        return new PromptBuilder(session, changed, listener);
    }

    /** The request as engines get it. */
    public GenerationRequest request() {
        return request;
    }

    /**
     * Generates and waits; stopping the cell cancels it.
     *
     * @throws ai.bearllm.model.BearException where the prompt does not fit, or the engine cannot do what was chosen
     */
    public Generation generate() {
        return session.run(RunRecord.Kind.GENERATION, request, listener, Cancellation.create())
                .generation();
    }

    @Override
    public String toString() {
        return "prompt of " + request.prompt().length() + " characters: .generate() goes on with it";
    }
}
