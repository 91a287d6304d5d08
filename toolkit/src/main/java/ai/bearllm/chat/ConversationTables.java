package ai.bearllm.chat;

import ai.bearllm.model.ModelId;
import ai.bearllm.store.Database;
import ai.bearllm.store.Journal;
import ai.bearllm.store.ProcessMark;
import ai.bearllm.store.RecordTable;
import ai.bearllm.store.Row;
import ai.bearllm.store.Schema;
import ai.bearllm.usage.RecordJson;
import ai.bearllm.usage.RunColumns;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** The tables of conversations: how they become a journal's records, rows, and values again. */
final class ConversationTables {
    static final Schema SCHEMA = Schema.of("chat", ConversationTables.class, "1-conversations.sql");
    static final Journal.Merger HEADERS = RecordTable.replacing("conversations");
    static final Journal.Merger MESSAGES = RecordTable.replacing("conversation_messages");

    private ConversationTables() {}

    static String json(Conversation conversation) {
        return RecordJson.of(to -> {
            to.text("id", conversation.id());
            to.number("revision", conversation.revision());
            to.moment("created_at", conversation.created());
            to.moment("changed_at", conversation.changed());
            to.text("title", conversation.title());
            to.text("model", conversation.model());
            to.text("engine", conversation.engine());
            to.text("system", conversation.system());
            to.texts("settings", conversation.settings());
            if (conversation.head().isPresent()) {
                to.text("head", conversation.head().get().message());
                to.moment("head_chosen_at", conversation.head().get().chosen());
            }
            to.text("forked_from", conversation.forkedFrom());
            if (conversation.deleted().isPresent()) {
                to.moment("deleted_at", conversation.deleted().get());
            }
        });
    }

    static String json(Message message) {
        return RecordJson.of(to -> {
            to.text("id", message.id());
            to.number("revision", message.revision());
            to.text("conversation", message.conversation());
            to.text("parent", message.parent());
            to.moment("created_at", message.created());
            to.text("role", message.role().name());
            to.text("text", message.text());
            to.number("tokens", message.tokens());
            to.text("state", message.state().name());
            to.text("writer", message.writer());
            to.run(message.run());
        });
    }

    static Conversation conversation(Row row) {
        return new Conversation(
                row.uuid("id").orElseThrow(),
                row.whole("revision").orElseThrow(),
                row.instant("created_at").orElseThrow(),
                row.instant("changed_at").orElseThrow(),
                row.string("title").orElseThrow(),
                row.string("model").map(ModelId::parse),
                row.string("engine"),
                row.string("system"),
                row.texts("settings"),
                row.uuid("head")
                        .map(head -> new Conversation.Head(
                                head, row.instant("head_chosen_at").orElseThrow())),
                row.uuid("forked_from"),
                row.instant("deleted_at"));
    }

    static Message message(Row row) {
        Optional<ProcessMark> writer = row.string("writer").flatMap(ProcessMark::parse);
        Message.State state = Message.State.valueOf(row.string("state").orElseThrow());
        boolean gone = state == Message.State.RUNNING
                && writer.map(ProcessMark::isGone).orElse(true);
        return new Message(
                row.uuid("id").orElseThrow(),
                row.whole("revision").orElseThrow(),
                row.uuid("conversation").orElseThrow(),
                row.uuid("parent"),
                row.instant("created_at").orElseThrow(),
                Turn.Role.valueOf(row.string("role").orElseThrow()),
                row.string("text").orElseThrow(),
                row.integer("tokens"),
                gone ? Message.State.INTERRUPTED : state,
                writer,
                row.uuid("run").map(id -> RunColumns.read(row, "run")));
    }

    /** Forgets a conversation but for its id, so that what another process still writes to it is dropped. */
    static void purge(Database database, UUID conversation, Instant now) {
        database.update("insert into conversation_purges values (?, ?)", conversation, now);
        dropPurged(database);
    }

    static void dropPurged(Database database) {
        database.update("delete from conversation_messages where conversation in (select id from conversation_purges)");
        database.update("delete from conversations where id in (select id from conversation_purges)");
    }
}
