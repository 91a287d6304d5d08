package ai.bearllm.chat;

import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A conversation with all of its messages, as they were when it was read.
 *
 * @param conversation what is known besides the messages
 * @param messages all of them, also those of other branches, oldest first
 */
public record SavedConversation(Conversation conversation, List<Message> messages) implements Shown {
    public SavedConversation {
        messages = messages.stream()
                .sorted(Comparator.comparing(Message::created).thenComparing(Message::id))
                .toList();
    }

    /** The message to go on from: the newest, or the one that was chosen since. Empty where nothing was said yet. */
    public Optional<Message> head() {
        if (messages.isEmpty()) {
            return Optional.empty();
        }
        Message newest = messages.get(messages.size() - 1);
        return conversation
                .head()
                .filter(head -> head.chosen().isAfter(newest.created()))
                .flatMap(head -> messages.stream()
                        .filter(message -> message.id().equals(head.message()))
                        .findFirst())
                .or(() -> Optional.of(newest));
    }

    /** The branch that ends at {@link #head()}, oldest first. */
    public List<Message> path() {
        return head().map(this::path).orElse(List.of());
    }

    /** The branch that ends at this message, oldest first. */
    public List<Message> path(Message last) {
        Map<UUID, Message> byId = new HashMap<>();
        messages.forEach(message -> byId.put(message.id(), message));
        Deque<Message> path = new ArrayDeque<>();
        Optional<Message> next = Optional.of(last);
        // Removed once visited: whatever a file holds, this ends.
        while (next.isPresent() && byId.remove(next.get().id()) != null) {
            path.addFirst(next.get());
            next = next.get().parent().map(byId::get);
        }
        return List.copyOf(path);
    }

    /** The messages that follow this one, the oldest first: more than one where a question was edited or asked again. */
    public List<Message> after(Message message) {
        return messages.stream()
                .filter(other -> other.parent().equals(Optional.of(message.id())))
                .toList();
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of(conversation.title()).columns("who", "text", "tokens", "when");
        path().forEach(message -> sheet.row(
                message.role().label() + (message.state() == Message.State.FINISHED ? "" : " (" + words(message) + ")"),
                message.text(),
                message.tokens().isPresent() ? message.tokens().getAsInt() : null,
                message.created()));
        int others = messages.size() - path().size();
        if (others > 0) {
            sheet.note(others + (others == 1 ? " message is" : " messages are") + " on other branches.");
        }
        return sheet.build();
    }

    private static String words(Message message) {
        return message.state().name().toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public String toString() {
        return Shown.line("conversation: " + conversation.title() + ", " + path().size() + " messages");
    }
}
