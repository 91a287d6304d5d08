package ai.bearllm.chat;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.RunRecord;
import ai.bearllm.store.Database;
import ai.bearllm.store.Journal;
import ai.bearllm.store.ProcessMark;
import ai.bearllm.store.Schema;
import ai.bearllm.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Function;

/**
 * Keeps conversations in this folder alone: the only place where texts of prompts and answers are stored.
 *
 * <p>Writing appends to this process's journals and opens no database; when it returns, what was written survives the process,
 * however it ends. Reading first merges the journals of all processes. Safe for several threads and processes; the values are
 * copies that do not change by themselves.
 */
public final class Conversations implements AutoCloseable {
    private static final int MOST_FOUND = 200;

    private final Store store;
    private final Clock clock;
    private final Journal headers;
    private final Journal messages;
    private final ProcessMark here = ProcessMark.here();
    private Instant latest = Instant.EPOCH;

    /**
     * The conversations of a folder. Nothing is opened.
     *
     * @param store the folder's store, which stays open when this is closed
     * @param home the folder
     */
    public Conversations(Store store, Path home, Clock clock) {
        this.store = store;
        this.clock = clock;
        this.headers = Journal.in(home.resolve("conversation-journal"), schema().version());
        this.messages = Journal.in(home.resolve("message-journal"), schema().version());
    }

    /** The tables of conversations and how they came about. */
    public static Schema schema() {
        return ConversationTables.SCHEMA;
    }

    /**
     * A new conversation, kept when this returns.
     *
     * @param engine empty for the default
     * @param settings sampling and limits by their names, in a fixed order
     * @throws BearException where it cannot be written
     */
    public Conversation begin(
            String title,
            Optional<ModelId> model,
            Optional<String> engine,
            Optional<String> system,
            Map<String, String> settings) {
        return begin(title, model, engine, system, settings, Optional.empty());
    }

    private Conversation begin(
            String title,
            Optional<ModelId> model,
            Optional<String> engine,
            Optional<String> system,
            Map<String, String> settings,
            Optional<UUID> forkedFrom) {
        Instant now = moment(Instant.EPOCH);
        return save(new Conversation(
                UUID.randomUUID(),
                0,
                now,
                now,
                title,
                model,
                engine,
                system,
                settings,
                Optional.empty(),
                forkedFrom,
                Optional.empty()));
    }

    /**
     * Keeps a changed conversation and returns it as it was kept.
     *
     * @throws BearException where it cannot be written
     */
    public Conversation save(Conversation conversation) {
        Instant now = moment(conversation.changed());
        Conversation next = conversation.revised(revision(conversation.revision(), now), now);
        append(headers, ConversationTables.json(next));
        return next;
    }

    /** Keeps that the conversation goes on from this message, as after an edit or a regenerated answer. */
    public Conversation goOnFrom(Conversation conversation, Message message) {
        return save(conversation.goingOnFrom(new Conversation.Head(message.id(), moment(message.created()))));
    }

    /** Deletes a conversation; {@link #restore} has it back until it is purged. */
    public Conversation delete(Conversation conversation) {
        return save(conversation.deletedAt(Optional.of(moment(conversation.changed()))));
    }

    /** Has a deleted conversation back. */
    public Conversation restore(Conversation conversation) {
        return save(conversation.deletedAt(Optional.empty()));
    }

    /**
     * Adds a whole message, kept when this returns.
     *
     * @param before the message that it follows; empty for the first
     * @param tokens how many tokens the text has; empty where that was not counted
     * @throws BearException where it cannot be written
     */
    public Message add(
            Conversation conversation, Optional<Message> before, Turn.Role role, String text, OptionalInt tokens) {
        return keep(fresh(conversation.id(), before, role, text, tokens, Message.State.FINISHED));
    }

    /**
     * Begins an answer. It is then {@link Message.State#RUNNING}, and {@link Message.State#INTERRUPTED} for everybody once this
     * process is gone without having finished it.
     *
     * @param before the question
     * @throws BearException where it cannot be written
     */
    public Message beginAnswer(Conversation conversation, Message before) {
        return keep(fresh(
                conversation.id(),
                Optional.of(before),
                Turn.Role.ASSISTANT,
                "",
                OptionalInt.empty(),
                Message.State.RUNNING));
    }

    /** Keeps what has come of an answer; each call writes the whole text, so once in a second or so is enough. */
    public Message progress(Message answer, String text) {
        return rewritten(answer, text, OptionalInt.empty(), Message.State.RUNNING, Optional.empty());
    }

    /**
     * Keeps an answer that has ended.
     *
     * @param state how it ended
     * @param run what the statistics keep of it; empty where there was none
     */
    public Message finish(
            Message answer, String text, OptionalInt tokens, Message.State state, Optional<RunRecord> run) {
        if (state == Message.State.RUNNING) {
            throw new IllegalArgumentException("an answer that has ended is not RUNNING");
        }
        return rewritten(answer, text, tokens, state, run);
    }

    private Message rewritten(
            Message answer, String text, OptionalInt tokens, Message.State state, Optional<RunRecord> run) {
        return keep(answer.written(revision(answer.revision(), moment(Instant.EPOCH)), text, tokens, state, run));
    }

    private Message fresh(
            UUID conversation,
            Optional<Message> before,
            Turn.Role role,
            String text,
            OptionalInt tokens,
            Message.State state) {
        Instant now = moment(before.map(Message::created).orElse(Instant.EPOCH));
        return new Message(
                UUID.randomUUID(),
                revision(0, now),
                conversation,
                before.map(Message::id),
                now,
                role,
                text,
                tokens,
                state,
                state == Message.State.RUNNING ? Optional.of(here) : Optional.empty(),
                Optional.empty());
    }

    private Message keep(Message message) {
        append(messages, ConversationTables.json(message));
        return message;
    }

    private static void append(Journal journal, String json) {
        try {
            journal.append(json);
        } catch (IllegalArgumentException e) {
            throw new BearException(
                    "This text is too long to be kept: " + e.getMessage() + ".", "Ask with a shorter one.", e);
        }
    }

    /** Later than every moment before, however the clock is set: the order of messages depends on it. */
    private synchronized Instant moment(Instant after) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        for (Instant earlier : List.of(latest, after)) {
            if (!now.isAfter(earlier)) {
                now = earlier.plus(1, ChronoUnit.MICROS);
            }
        }
        latest = now;
        return now;
    }

    private static long revision(long before, Instant now) {
        return Math.max(before + 1, ChronoUnit.MICROS.between(Instant.EPOCH, now));
    }

    /**
     * A conversation as a list shows it.
     *
     * @param conversation what is known besides the messages
     * @param messages how many there are, on all branches
     * @param used when something was last said or changed
     */
    public record Listed(Conversation conversation, long messages, Instant used) {}

    /** All conversations that are not deleted, the last used first. */
    public List<Listed> list() {
        return ask(database -> listed(database, "deleted_at is null"));
    }

    /** Those that are deleted and not purged, the last used first. */
    public List<Listed> trash() {
        return ask(database -> listed(database, "deleted_at is not null"));
    }

    private static List<Listed> listed(Database database, String condition) {
        return database.query(
                """
                select conversations.*, coalesce(said.messages, 0) as messages,
                    greatest(changed_at, coalesce(said.last, changed_at)) as used
                from conversations left join (
                    select conversation, count(*) as messages, max(created_at) as last
                    from conversation_messages group by conversation) as said on said.conversation = conversations.id
                where %s order by used desc, id
                """.formatted(condition),
                row -> new Listed(
                        ConversationTables.conversation(row),
                        row.whole("messages").orElseThrow(),
                        row.instant("used").orElseThrow()));
    }

    /** A conversation with all its messages, deleted or not; empty where there is none, or it was purged. */
    public Optional<SavedConversation> find(UUID id) {
        Optional<SavedConversation> found = ask(database -> database.first(
                        "select * from conversations where id = ?", ConversationTables::conversation, id)
                .map(conversation -> new SavedConversation(
                        conversation,
                        database.query(
                                "select * from conversation_messages where conversation = ?",
                                ConversationTables::message,
                                id))));
        found.stream().flatMap(saved -> saved.messages().stream()).forEach(message -> noteLatest(message.created()));
        return found;
    }

    private synchronized void noteLatest(Instant moment) {
        latest = latest.isAfter(moment) ? latest : moment;
    }

    /**
     * A message that was found.
     *
     * @param conversation its conversation
     * @param message the message
     */
    public record Found(Conversation conversation, Message message) {}

    /** The newest messages, at most 200, that hold this text, whatever its case; deleted conversations' do not count. */
    public List<Found> search(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("the text to search for is empty");
        }
        return ask(database -> {
            List<Message> hits = database.query("""
                    select conversation_messages.* from conversation_messages
                    join conversations on conversations.id = conversation
                    where deleted_at is null and contains(lower(text), lower(?))
                    order by conversation_messages.created_at desc, conversation_messages.id limit ?
                    """, ConversationTables::message, text, MOST_FOUND);
            Map<UUID, Conversation> byId = new HashMap<>();
            database.query("select * from conversations where deleted_at is null", ConversationTables::conversation)
                    .forEach(conversation -> byId.put(conversation.id(), conversation));
            List<Found> found = new ArrayList<>();
            for (Message hit : hits) {
                Conversation conversation = byId.get(hit.conversation());
                if (conversation != null) {
                    found.add(new Found(conversation, hit));
                }
            }
            return found;
        });
    }

    /** How many conversations, deleted ones too, were last answered by this model. */
    public int count(ModelId model) {
        return ask(database -> database.first(
                        "select count(*) as n from conversations where model = ?",
                        row -> row.integer("n").orElseThrow(),
                        model.toString())
                .orElseThrow());
    }

    /**
     * A new conversation that begins with a copy of this one's messages up to one of them.
     *
     * @throws BearException where it cannot be written
     */
    public Conversation fork(SavedConversation from, Message last) {
        Conversation old = from.conversation();
        Conversation fork =
                begin(old.title(), old.model(), old.engine(), old.system(), old.settings(), Optional.of(old.id()));
        Optional<UUID> parent = Optional.empty();
        for (Message message : from.path(last)) {
            Message copy = new Message(
                    UUID.randomUUID(),
                    1,
                    fork.id(),
                    parent,
                    message.created(),
                    message.role(),
                    message.text(),
                    message.tokens(),
                    message.state() == Message.State.RUNNING ? Message.State.INTERRUPTED : message.state(),
                    Optional.empty(),
                    message.run());
            keep(copy);
            parent = Optional.of(copy.id());
        }
        return fork;
    }

    /**
     * Erases a conversation for good: from the database and from the journals of all processes. Its id stays, so that what
     * another process may still write to it is dropped. The database's file may keep its bytes in its free space until it is used
     * again, and copies from before migrations keep theirs.
     *
     * @throws BearException where the database cannot be had
     */
    public void purge(UUID conversation) {
        close();
        ask(database -> {
            ConversationTables.purge(database, conversation, clock.instant());
            headers.forgetMerged(database);
            messages.forgetMerged(database);
            return conversation;
        });
    }

    private <T> T ask(Function<Database, T> question) {
        return store.write(schema(), database -> {
            // Messages first: what a message belongs to was written before it, so that its conversation is found, too.
            long read = messages.merge(database, ConversationTables.MESSAGES).records();
            read += headers.merge(database, ConversationTables.HEADERS).records();
            if (read > 0) {
                ConversationTables.dropPurged(database);
            }
            return question.apply(database);
        });
    }

    /** Finishes this process's journals; what is written later begins others. The store stays open. */
    @Override
    public void close() {
        headers.close();
        messages.close();
    }
}
