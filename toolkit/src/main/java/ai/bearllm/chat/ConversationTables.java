package ai.bearllm.chat;

import ai.bearllm.model.ModelId;
import ai.bearllm.store.Database;
import ai.bearllm.store.Journal;
import ai.bearllm.store.ProcessMark;
import ai.bearllm.store.RecordTable;
import ai.bearllm.store.Row;
import ai.bearllm.store.Schema;
import ai.bearllm.usage.RunColumns;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The tables of conversations: how they become a journal's records, rows, and values again. */
final class ConversationTables {
    static final Schema SCHEMA = Schema.of("chat", ConversationTables.class, "1-conversations.sql");
    static final Journal.Merger HEADERS = RecordTable.replacing("conversations");
    static final Journal.Merger MESSAGES = RecordTable.replacing("conversation_messages");

    private static final JsonFactory JSON = new JsonFactory();

    private ConversationTables() {}

    static String json(Conversation conversation) {
        return json(out -> {
            text(out, "id", conversation.id());
            out.writeNumberField("revision", conversation.revision());
            moment(out, "created_at", conversation.created());
            moment(out, "changed_at", conversation.changed());
            text(out, "title", conversation.title());
            optional(out, "model", conversation.model());
            optional(out, "engine", conversation.engine());
            optional(out, "system", conversation.system());
            out.writeObjectFieldStart("settings");
            for (Map.Entry<String, String> setting : conversation.settings().entrySet()) {
                out.writeStringField(setting.getKey(), setting.getValue());
            }
            out.writeEndObject();
            if (conversation.head().isPresent()) {
                text(out, "head", conversation.head().get().message());
                moment(out, "head_chosen_at", conversation.head().get().chosen());
            }
            optional(out, "forked_from", conversation.forkedFrom());
            if (conversation.deleted().isPresent()) {
                moment(out, "deleted_at", conversation.deleted().get());
            }
        });
    }

    static String json(Message message) {
        return json(out -> {
            text(out, "id", message.id());
            out.writeNumberField("revision", message.revision());
            text(out, "conversation", message.conversation());
            optional(out, "parent", message.parent());
            moment(out, "created_at", message.created());
            text(out, "role", message.role().name());
            text(out, "text", message.text());
            if (message.tokens().isPresent()) {
                out.writeNumberField("tokens", message.tokens().getAsInt());
            }
            text(out, "state", message.state().name());
            optional(out, "writer", message.writer());
            if (message.run().isPresent()) {
                text(out, "run", message.run().get().id());
                RunColumns.write(out, message.run().get(), Optional.empty());
            }
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

    @FunctionalInterface
    private interface Fields {
        void write(JsonGenerator out) throws IOException;
    }

    private static String json(Fields fields) {
        StringWriter text = new StringWriter(1024);
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            fields.write(out);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void text(JsonGenerator out, String column, Object value) throws IOException {
        out.writeStringField(column, value.toString());
    }

    private static void moment(JsonGenerator out, String column, Instant value) throws IOException {
        text(out, column, value.truncatedTo(ChronoUnit.MICROS));
    }

    private static void optional(JsonGenerator out, String column, Optional<?> value) throws IOException {
        if (value.isPresent()) {
            text(out, column, value.get());
        }
    }
}
