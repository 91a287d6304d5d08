package ai.bearllm.chat;

import ai.bearllm.model.RunRecord;
import ai.bearllm.store.ProcessMark;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * One message of a kept conversation. Messages are a tree: an edited question, or another answer to the same question, has the
 * same parent as the first one.
 *
 * @param id unique
 * @param revision which version of the message this is; the one with the largest number counts
 * @param conversation its conversation
 * @param parent the message before it; empty for the first
 * @param created when it began, to the microsecond; later than every message before it
 * @param role who speaks
 * @param text what was said, or what has come of it
 * @param tokens how many tokens the text has; empty where that was not counted
 * @param state how far it is
 * @param writer the process that writes a running answer
 * @param run what the statistics keep of the run that made it: model, parameters, counts, times; empty for what people wrote
 */
public record Message(
        UUID id,
        long revision,
        UUID conversation,
        Optional<UUID> parent,
        Instant created,
        Turn.Role role,
        String text,
        OptionalInt tokens,
        State state,
        Optional<ProcessMark> writer,
        Optional<RunRecord> run) {
    /** How far a message is. */
    public enum State {
        /** It is whole. */
        FINISHED,
        /** The user stopped it; the text is what had come. */
        STOPPED,
        /** The engine failed; the text is what had come. */
        FAILED,
        /** It is being written just now. */
        RUNNING,
        /** Its writer ended before it was whole; the text is what was kept last. */
        INTERRUPTED
    }

    /** The message for a chat's history. */
    public Turn turn() {
        return new Turn(role, text, tokens, state != State.FINISHED);
    }

    Message written(long next, String newText, OptionalInt length, State newState, Optional<RunRecord> by) {
        return new Message(
                id,
                next,
                conversation,
                parent,
                created,
                role,
                newText,
                length,
                newState,
                newState == State.RUNNING ? writer : Optional.empty(),
                by);
    }
}
