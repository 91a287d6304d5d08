package ai.bearllm.chat;

import ai.bearllm.engine.LoadOptions;
import ai.bearllm.model.ModelId;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Task;
import ai.bearllm.registry.Registry;
import ai.bearllm.run.ModelSession;
import ai.bearllm.run.SessionFactory;
import java.util.Optional;
import java.util.function.Supplier;

/** Conversations and single questions. Questions share one warm session of the active model. */
public final class Chats implements AutoCloseable {
    private final Supplier<ModelId> active;
    private final SessionFactory sessions;
    private final Supplier<AnswerView> views;
    private Optional<ModelSession> warm = Optional.empty();

    /**
     * @param registry knows the active model
     * @param sessions loads models
     * @param views makes the display of one answer
     */
    public Chats(Registry registry, SessionFactory sessions, Supplier<AnswerView> views) {
        this(() -> registry.requireActive().id(), sessions, views);
    }

    Chats(Supplier<ModelId> active, SessionFactory sessions, Supplier<AnswerView> views) {
        this.active = active;
        this.sessions = sessions;
        this.views = views;
    }

    /** Begins a conversation: choose, then {@code open()}. */
    public ChatBuilder chat() {
        return ChatBuilder.of(sessions, views);
    }

    /**
     * Asks the active model one question, without history. The model stays loaded for the next one, until another becomes
     * active.
     *
     * @throws ai.bearllm.model.BearException where no model is active or it cannot answer; it says what to do
     */
    public Answer ask(String question) {
        Cancellation cancellation = Cancellation.create();
        return Task.await("ask", cancellation, () -> ask(question, cancellation));
    }

    private synchronized Answer ask(String question, Cancellation cancellation) {
        return chat().on(session(active.get())).ask(question, cancellation);
    }

    private ModelSession session(ModelId model) {
        if (warm.isPresent() && !warm.get().subject().model().equals(model)) {
            close();
        }
        if (warm.isEmpty()) {
            warm = Optional.of(sessions.open(model.toString(), "", LoadOptions.DEFAULT));
        }
        return warm.get();
    }

    /** Ends the warm session, if it is one of this model. */
    public synchronized void end(ModelId model) {
        if (warm.isPresent() && warm.get().subject().model().equals(model)) {
            close();
        }
    }

    /** Ends the warm session. */
    @Override
    public synchronized void close() {
        warm.ifPresent(ModelSession::close);
        warm = Optional.empty();
    }
}
