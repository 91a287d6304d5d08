package ai.bearllm.notebook;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A kernel that keeps what it is told, as a saved notebook would: one output an id, and each message besides. */
final class RecordingKernel implements Kernel {
    record Message(boolean update, String id, Rendering rendering, long nanos) {}

    final List<Message> messages = new CopyOnWriteArrayList<>();
    final Map<Class<?>, Function<Object, Rendering>> renderers = new LinkedHashMap<>();
    int registrations;
    volatile boolean watched = true;

    @Override
    public String name() {
        return "Recording 1";
    }

    @Override
    public void display(String id, Rendering rendering) {
        messages.add(new Message(false, id, rendering, System.nanoTime()));
    }

    @Override
    public void update(String id, Rendering rendering) {
        messages.add(new Message(true, id, rendering, System.nanoTime()));
    }

    @Override
    public <T> void render(Class<T> type, Function<T, Rendering> rendering) {
        registrations++;
        renderers.put(type, value -> rendering.apply(type.cast(value)));
    }

    @Override
    public boolean isWatched() {
        return watched;
    }

    @Override
    public boolean rendersAsHtml(Object value) {
        return renderers.keySet().stream().anyMatch(type -> type.isInstance(value));
    }

    /** The outputs as a saved notebook holds them. */
    Map<String, Rendering> saved() {
        Map<String, Rendering> outputs = new LinkedHashMap<>();
        messages.forEach(message -> outputs.put(message.id(), message.rendering()));
        return outputs;
    }

    Rendering last() {
        return messages.get(messages.size() - 1).rendering();
    }
}
