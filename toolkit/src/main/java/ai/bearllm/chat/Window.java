package ai.bearllm.chat;

import ai.bearllm.model.BearException;
import ai.bearllm.run.ModelSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Fits a conversation into the context: the system message and the newest question always, and as much of the newest history
 * as leaves room for an answer. Counted by the engine's own tokenizer.
 */
final class Window {
    /** An answer shorter than this is none. */
    private static final int LEAST_ANSWER = 16;
    /** The beginning-of-text that some engines put before a prompt. */
    private static final int BEGINNING = 1;

    private final ModelSession session;
    private final PromptWriter writer;
    private final int maxTokens;

    Window(ModelSession session, PromptWriter writer, int maxTokens) {
        this.session = session;
        this.writer = writer;
        this.maxTokens = maxTokens;
    }

    /**
     * A prompt that fits.
     *
     * @param turnsLeftOut how many of the oldest messages are not in it
     * @param tokensLeftOut how many tokens shorter that makes it
     * @param markersSplit special tokens in its messages that were split
     */
    record Fitted(String prompt, int turnsLeftOut, int tokensLeftOut, int markersSplit) {}

    /** A prompt for the conversation without its first exchanges. */
    private record Candidate(List<Turn> turns, String prompt, int tokens) {}

    Fitted fit(Optional<Turn> system, List<Turn> history, Turn asked) {
        int context = session.loaded().contextTokens();
        // Room for an answer: what was asked for, but never so much that history is thrown away for a mere upper limit.
        int most = context - Math.min(maxTokens, context / 4);
        Candidate all = candidate(system, history, asked);
        if (all.tokens <= most) {
            return fitted(all, all, 0);
        }
        Candidate best = candidate(system, List.of(), asked);
        if (best.tokens > context - LEAST_ANSWER) {
            throw tooLong(system.isPresent(), best.tokens, context);
        }
        // Exchanges left out: too few and enough. One more never makes the prompt longer.
        int tooFew = 0;
        int enough = history.size() / 2;
        while (enough - tooFew > 1) {
            int middle = (enough + tooFew) / 2;
            Candidate tried = candidate(system, history.subList(2 * middle, history.size()), asked);
            if (tried.tokens <= most) {
                enough = middle;
                best = tried;
            } else {
                tooFew = middle;
            }
        }
        return fitted(all, best, 2 * enough);
    }

    private Candidate candidate(Optional<Turn> system, List<Turn> history, Turn asked) {
        List<Turn> turns = new ArrayList<>();
        system.ifPresent(turns::add);
        turns.addAll(history);
        turns.add(asked);
        String prompt = writer.write(turns);
        return new Candidate(turns, prompt, session.tokenize(prompt).size() + BEGINNING);
    }

    private Fitted fitted(Candidate all, Candidate chosen, int turnsLeftOut) {
        return new Fitted(chosen.prompt, turnsLeftOut, all.tokens - chosen.tokens, writer.markers(chosen.turns));
    }

    private static BearException tooLong(boolean withSystem, int tokens, int context) {
        int enough = Integer.highestOneBit(tokens + LEAST_ANSWER) * 2;
        return new BearException(
                "The question " + (withSystem ? "with its system message " : "") + "has " + tokens
                        + " tokens, but the context holds " + context + ", the answer included.",
                "Shorten it, or open the chat with .context(" + enough + ") if the model was made for that many.");
    }
}
