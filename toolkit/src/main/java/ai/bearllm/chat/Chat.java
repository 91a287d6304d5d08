package ai.bearllm.chat;

import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.Sampling;
import ai.bearllm.model.BearException;
import ai.bearllm.model.RunRecord;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.run.ModelSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/**
 * A conversation with a loaded model. Each question is sent with the history before it; when that no longer fits the context,
 * the oldest messages are left out, never the system message or the newest question, and the answer says how many.
 *
 * <p>An answer that failed leaves the history as it was; one that was stopped keeps what came. Special tokens written out in a
 * message reach the model as themselves: only ask what you would let the model see.
 */
public final class Chat implements AutoCloseable, Shown {
    private final ModelSession session;
    private final PromptWriter writer;
    private final Optional<String> system;
    private final Sampling sampling;
    private final int maxTokens;
    private final List<String> stop;
    private final Supplier<AnswerView> views;
    private final List<Turn> history = new ArrayList<>();

    Chat(
            ModelSession session,
            Optional<String> system,
            Sampling sampling,
            int maxTokens,
            List<String> stop,
            Supplier<AnswerView> views) {
        this.session = session;
        this.writer = new PromptWriter(session.subject());
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
     */
    public synchronized Answer ask(String question) {
        Turn asked = new Turn(Turn.Role.USER, question);
        Fitted fitted = fit(asked);
        AnswerView view = new GuardedView(views.get());
        StringBuilder heard = new StringBuilder();
        GenerationListener listener = text -> {
            heard.append(text);
            view.text(text);
        };
        GenerationRequest request = GenerationRequest.of(fitted.prompt, maxTokens)
                .withSampling(sampling)
                .withStop(stop);
        try {
            ModelSession.Run run =
                    session.run(RunRecord.Kind.ANSWER, request, fitted.truncated, listener, Cancellation.create());
            Answer answer = answer(run, fitted);
            remember(asked, answer.text());
            view.finished(answer);
            return answer;
        } catch (CancellationException e) {
            if (heard.length() > 0) {
                remember(asked, heard.toString());
            }
            view.failed("stopped");
            throw e;
        } catch (RuntimeException e) {
            view.failed(String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private Answer answer(ModelSession.Run run, Fitted fitted) {
        Generation generation = run.generation();
        return new Answer(
                generation.text(),
                generation,
                run.record(),
                fitted.leftOut,
                session.loaded().contextTokens());
    }

    private void remember(Turn asked, String answered) {
        history.add(asked);
        history.add(new Turn(Turn.Role.ASSISTANT, answered));
    }

    /** The longest prompt that fits: system message, as much of the newest history as there is room for, the question. */
    private Fitted fit(Turn asked) {
        int context = session.loaded().contextTokens();
        // Room for an answer: what was asked for, but never so much that history is thrown away for a mere upper limit.
        int room = context - Math.min(maxTokens, context / 4);
        int all = 0;
        for (int from = 0; from <= history.size(); from += 2) {
            String prompt = writer.write(turns(from, asked));
            int tokens = session.tokenize(prompt).size();
            if (from == 0) {
                all = tokens;
            }
            if (tokens <= room) {
                return new Fitted(prompt, from, all - tokens);
            }
            if (from == history.size()) {
                throw new BearException(
                        "The question has " + tokens + " tokens with its system message, but the context of " + context
                                + " tokens leaves room for " + room + ".",
                        "Shorten it, or open the chat with a larger context: .context(" + larger(tokens) + ").");
            }
        }
        throw new AssertionError("the loop ends with the bare question");
    }

    private static int larger(int tokens) {
        return Integer.highestOneBit(Math.max(256, tokens)) * 4;
    }

    private List<Turn> turns(int from, Turn asked) {
        List<Turn> turns = new ArrayList<>();
        system.ifPresent(text -> turns.add(new Turn(Turn.Role.SYSTEM, text)));
        turns.addAll(history.subList(from, history.size()));
        turns.add(asked);
        return turns;
    }

    /** What was said, oldest first, without the system message. */
    public synchronized History history() {
        return new History(List.copyOf(history));
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
    public synchronized String toString() {
        String name = session.subject().model().name();
        return "chat with " + (name.length() > 40 ? name.substring(0, 39) + "…" : name) + ", " + history.size() / 2
                + " answers: .ask(\"...\")";
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
            Sheet.Builder sheet = Sheet.of(toString()).columns("who", "text");
            turns.forEach(turn -> sheet.row(turn.role().label(), turn.text()));
            return sheet.build();
        }

        @Override
        public String toString() {
            return turns.size() + (turns.size() == 1 ? " message" : " messages");
        }
    }

    private record Fitted(String prompt, int leftOut, int truncated) {}
}
