package ai.bearllm.chat;

import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.Sampling;
import ai.bearllm.model.BearException;
import ai.bearllm.model.FinishReason;
import ai.bearllm.model.RunRecord;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Task;
import ai.bearllm.run.ModelSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/**
 * A conversation with a loaded model. Each question is sent with the history before it; when that no longer fits the context,
 * the oldest questions are left out with their answers, never the system message or the newest question, and the answer says
 * how many.
 *
 * <p>An answer that failed leaves the history as it was; one that was stopped keeps what came. Special tokens written out in a
 * message are split, so that the model reads them as text, and the answer says so. A base model has no template: it gets each
 * message under {@code Question:} or {@code Answer:}, a system message first and bare, and goes on after the last
 * {@code Answer:}.
 */
public final class Chat implements AutoCloseable, Shown {
    private final ModelSession session;
    private final PromptWriter writer;
    private final Window window;
    private final Optional<String> system;
    private final Sampling sampling;
    private final int maxTokens;
    private final List<String> stop;
    private final Supplier<AnswerView> views;
    private final Object asking = new Object();
    private volatile List<Turn> history = List.of();
    private volatile Optional<Cancellation> running = Optional.empty();

    Chat(
            ModelSession session,
            Optional<String> system,
            Sampling sampling,
            int maxTokens,
            List<String> stop,
            Supplier<AnswerView> views) {
        this.session = session;
        this.writer = new PromptWriter(session.subject());
        this.window = new Window(session, writer, maxTokens);
        this.system = system;
        this.sampling = sampling;
        this.maxTokens = maxTokens;
        this.stop = new ArrayList<>(stop);
        this.stop.addAll(writer.stop());
        this.views = views;
    }

    /**
     * Asks, streams the answer to the display and waits for it. Stopping the cell stops the answer and keeps what came.
     *
     * @throws BearException where the question does not fit the context, or the engine failed; the next question works
     * @throws CancellationException where the caller was interrupted
     */
    public Answer ask(String question) {
        Cancellation cancellation = Cancellation.create();
        return Task.await("answer", cancellation, () -> ask(question, cancellation));
    }

    /** As {@link #ask(String)}, on the calling thread, which is the toolkit's: history and view survive a stopped cell. */
    Answer ask(String question, Cancellation cancellation) {
        if (question.isBlank()) {
            throw new IllegalArgumentException("the question is empty");
        }
        synchronized (asking) {
            cancellation.check();
            running = Optional.of(cancellation);
            GuardedView view = GuardedView.of(views);
            try {
                Answer answer = answer(question, view, cancellation);
                view.finished(answer);
                return answer;
            } catch (CancellationException e) {
                view.failed("stopped");
                throw e;
            } catch (RuntimeException e) {
                view.failed(String.valueOf(e.getMessage()));
                throw e;
            } finally {
                running = Optional.empty();
            }
        }
    }

    private Answer answer(String question, AnswerView view, Cancellation cancellation) {
        List<Turn> before = history;
        OptionalInt length = OptionalInt.of(session.tokenize(question).size());
        Turn asked = new Turn(Turn.Role.USER, question, length, false);
        Window.Fitted fitted = window.fit(system.map(text -> Turn.of(Turn.Role.SYSTEM, text)), before, asked);
        GenerationRequest request = GenerationRequest.of(fitted.prompt(), maxTokens)
                .withSampling(sampling)
                .withStop(stop);
        Streamed streamed = new Streamed(view, writer.isPlain());
        ModelSession.Run run =
                session.run(RunRecord.Kind.ANSWER, request, fitted.tokensLeftOut(), streamed::add, cancellation);
        String text = writer.isPlain()
                ? run.generation().text().stripLeading()
                : run.generation().text();
        boolean stopped = run.generation().finishReason() == FinishReason.CANCELLED;
        if (!stopped || !text.isEmpty()) {
            remember(before, asked, text, run.record().tokens().generated(), stopped);
        }
        return new Answer(
                text,
                run.generation(),
                run.record(),
                fitted.turnsLeftOut(),
                session.loaded().contextTokens(),
                fitted.markersSplit());
    }

    private void remember(List<Turn> before, Turn asked, String answer, OptionalInt tokens, boolean stopped) {
        List<Turn> turns = new ArrayList<>(before);
        turns.add(asked);
        turns.add(new Turn(Turn.Role.ASSISTANT, answer, tokens, stopped));
        history = List.copyOf(turns);
    }

    /** Stops the answer that is being given, if any; {@link #ask} then returns what came. For another thread. */
    public void stop() {
        running.ifPresent(Cancellation::cancel);
    }

    /** What was said, oldest first, without the system message. */
    public History history() {
        return new History(history);
    }

    /** The session that the conversation runs on. */
    public ModelSession session() {
        return session;
    }

    /** Ends the session. */
    @Override
    public void close() {
        session.close();
    }

    @Override
    public Sheet sheet() {
        return history().sheet();
    }

    @Override
    public String toString() {
        String name = session.subject().model().name();
        int answers = history.size() / 2;
        return "chat with " + (name.length() > 40 ? name.substring(0, 39) + "…" : name) + ", " + answers
                + (answers == 1 ? " answer" : " answers") + ": .ask(\"...\")";
    }

    /** Hands the text on as it comes; a plain prompt's answer begins with white space, which belongs to the prompt. */
    private static final class Streamed {
        private final AnswerView view;
        private boolean stripping;

        Streamed(AnswerView view, boolean stripping) {
            this.view = view;
            this.stripping = stripping;
        }

        void add(String delta) {
            String text = stripping ? delta.stripLeading() : delta;
            if (!text.isEmpty()) {
                stripping = false;
                view.text(text);
            }
        }
    }

    /**
     * What was said.
     *
     * @param turns oldest first
     */
    public record History(List<Turn> turns) implements Shown {
        public History {
            turns = List.copyOf(turns);
        }

        @Override
        public Sheet sheet() {
            Sheet.Builder sheet = Sheet.of(toString()).columns("who", "text", "tokens");
            turns.forEach(turn -> sheet.row(
                    turn.role().label() + (turn.stopped() ? " (stopped)" : ""),
                    turn.text(),
                    turn.tokens().isPresent() ? turn.tokens().getAsInt() : null));
            return sheet.build();
        }

        @Override
        public String toString() {
            return turns.size() + (turns.size() == 1 ? " message" : " messages");
        }
    }
}
