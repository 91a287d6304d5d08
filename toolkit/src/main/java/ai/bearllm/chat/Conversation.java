package ai.bearllm.chat;

import ai.bearllm.model.ModelId;
import ai.bearllm.model.Shown;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What is known of a conversation besides its messages. Each change returns another value, which
 * {@link Conversations#save(Conversation)} keeps.
 *
 * @param id unique
 * @param revision which version of the conversation this is; the one with the largest number counts
 * @param created when it began
 * @param changed when one of these values last changed; messages do not count
 * @param title what it is called
 * @param model the model that answers, where one was chosen
 * @param engine the engine that was asked for; empty for the default
 * @param system the system message
 * @param settings sampling and limits by their names, as they were chosen
 * @param head the message that was last chosen to go on from, with the moment of the choice
 * @param forkedFrom the conversation whose messages this one began with
 * @param deleted when it was deleted; it can be had back until it is purged
 */
public record Conversation(
        UUID id,
        long revision,
        Instant created,
        Instant changed,
        String title,
        Optional<ModelId> model,
        Optional<String> engine,
        Optional<String> system,
        Map<String, String> settings,
        Optional<Head> head,
        Optional<UUID> forkedFrom,
        Optional<Instant> deleted)
        implements Shown {
    public Conversation {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    /**
     * A choice of where to go on.
     *
     * @param message the message that the next one follows
     * @param chosen when it was chosen
     */
    public record Head(UUID message, Instant chosen) {}

    /** With another title. */
    public Conversation titled(String other) {
        return with(other, model, engine, system, settings, head, deleted);
    }

    /**
     * With another model, engine, system message and settings for the answers from now on.
     *
     * @param engineName empty for the default
     */
    public Conversation answeredBy(
            Optional<ModelId> by, Optional<String> engineName, Optional<String> message, Map<String, String> chosen) {
        return with(title, by, engineName, message, chosen, head, deleted);
    }

    Conversation goingOnFrom(Head chosen) {
        return with(title, model, engine, system, settings, Optional.of(chosen), deleted);
    }

    Conversation deletedAt(Optional<Instant> moment) {
        return with(title, model, engine, system, settings, head, moment);
    }

    Conversation revised(long next, Instant now) {
        return new Conversation(
                id, next, created, now, title, model, engine, system, settings, head, forkedFrom, deleted);
    }

    private Conversation with(
            String otherTitle,
            Optional<ModelId> otherModel,
            Optional<String> otherEngine,
            Optional<String> otherSystem,
            Map<String, String> otherSettings,
            Optional<Head> otherHead,
            Optional<Instant> otherDeleted) {
        return new Conversation(
                id,
                revision,
                created,
                changed,
                otherTitle,
                otherModel,
                otherEngine,
                otherSystem,
                otherSettings,
                otherHead,
                forkedFrom,
                otherDeleted);
    }

    @Override
    public ai.bearllm.model.Sheet sheet() {
        return ai.bearllm.model.Sheet.of("Conversation")
                .columns("what", "value")
                .row("title", title)
                .row("model", model.map(ModelId::toString).orElse(null))
                .row("engine", engine.orElse(null))
                .row("begun", created)
                .build();
    }

    @Override
    public String toString() {
        return Shown.line("conversation: " + title);
    }
}
