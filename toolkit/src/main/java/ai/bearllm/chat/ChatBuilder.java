package ai.bearllm.chat;

import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.Sampling;
import ai.bearllm.run.ModelSession;
import ai.bearllm.run.SessionFactory;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Chooses how a conversation is held; each step returns a new choice, {@link #open()} loads the model. */
public final class ChatBuilder {
    private static final int MAX_TOKENS = 512;

    private final SessionFactory sessions;
    private final Supplier<AnswerView> views;
    private final Choice choice;

    private ChatBuilder(SessionFactory sessions, Supplier<AnswerView> views, Choice choice) {
        this.sessions = sessions;
        this.views = views;
        this.choice = choice;
    }

    /**
     * A conversation with the active model and nothing else chosen.
     *
     * @param views makes the display of one answer
     */
    public static ChatBuilder of(SessionFactory sessions, Supplier<AnswerView> views) {
        return new ChatBuilder(
                sessions,
                views,
                new Choice("", "", LoadOptions.DEFAULT, Optional.empty(), Sampling.DEFAULT, MAX_TOKENS, List.of()));
    }

    /** With this model instead of the active one. */
    public ChatBuilder model(String name) {
        return with(new Choice(
                name, choice.engine, choice.load, choice.system, choice.sampling, choice.maxTokens, choice.stop));
    }

    /** On this engine, for example {@code llama.cpp}. */
    public ChatBuilder engine(String name) {
        return with(new Choice(
                choice.model, name, choice.load, choice.system, choice.sampling, choice.maxTokens, choice.stop));
    }

    /** With a context of this many tokens. */
    public ChatBuilder context(int tokens) {
        return loaded(choice.load.withContext(tokens));
    }

    /** With this many threads. */
    public ChatBuilder threads(int count) {
        return loaded(choice.load.withThreads(count));
    }

    /** On the CPU alone. */
    public ChatBuilder cpu() {
        return loaded(choice.load.withGpuLayers(0));
    }

    /** With every layer on the GPU; where that cannot be, each answer's footer says why it is on the CPU. */
    public ChatBuilder gpu() {
        return loaded(choice.load.withGpuLayers(LoadOptions.ALL_LAYERS));
    }

    /** With this many layers on the GPU. */
    public ChatBuilder gpuLayers(int layers) {
        return loaded(choice.load.withGpuLayers(layers));
    }

    /** With this message before all others. */
    public ChatBuilder system(String text) {
        return with(new Choice(
                choice.model,
                choice.engine,
                choice.load,
                Optional.of(text),
                choice.sampling,
                choice.maxTokens,
                choice.stop));
    }

    /** 0 takes the likeliest token each time; higher is more varied. */
    public ChatBuilder temperature(double value) {
        return sampled(choice.sampling.withTemperature(value));
    }

    /** Only this many likeliest tokens are considered; 0: all. */
    public ChatBuilder topK(int count) {
        return sampled(choice.sampling.withTopK(count));
    }

    /** Only the likeliest tokens that make up this probability; 1: all. */
    public ChatBuilder topP(double probability) {
        return sampled(choice.sampling.withTopP(probability));
    }

    /** Only tokens at least this fraction as likely as the likeliest; 0: all. */
    public ChatBuilder minP(double fraction) {
        return sampled(choice.sampling.withMinP(fraction));
    }

    /** The seed of the random choices. */
    public ChatBuilder seed(int value) {
        return sampled(choice.sampling.withSeed(value));
    }

    /** At most this many tokens an answer; 512 unless chosen. */
    public ChatBuilder maxTokens(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("maxTokens must be at least 1 but was " + count);
        }
        return with(new Choice(
                choice.model, choice.engine, choice.load, choice.system, choice.sampling, count, choice.stop));
    }

    /** Answers end at any of these strings. */
    public ChatBuilder stop(String... strings) {
        return with(new Choice(
                choice.model,
                choice.engine,
                choice.load,
                choice.system,
                choice.sampling,
                choice.maxTokens,
                List.of(strings)));
    }

    private ChatBuilder loaded(LoadOptions load) {
        return with(new Choice(
                choice.model, choice.engine, load, choice.system, choice.sampling, choice.maxTokens, choice.stop));
    }

    private ChatBuilder sampled(Sampling sampling) {
        return with(new Choice(
                choice.model, choice.engine, choice.load, choice.system, sampling, choice.maxTokens, choice.stop));
    }

    private ChatBuilder with(Choice changed) {
        return new ChatBuilder(sessions, views, changed);
    }

    /**
     * Loads the model and begins the conversation.
     *
     * @throws ai.bearllm.model.BearException where that cannot be; it says what to do
     */
    public Chat open() {
        ModelSession session = sessions.open(choice.model, choice.engine, choice.load);
        try {
            return on(session);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** Begins the conversation on a session that is open already. */
    Chat on(ModelSession session) {
        return new Chat(session, choice.system, choice.sampling, choice.maxTokens, choice.stop, views);
    }

    @Override
    public String toString() {
        return "chat with " + (choice.model.isEmpty() ? "the active model" : choice.model) + ": .open() loads it";
    }

    private record Choice(
            String model,
            String engine,
            LoadOptions load,
            Optional<String> system,
            Sampling sampling,
            int maxTokens,
            List<String> stop) {}
}
