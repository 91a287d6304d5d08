package ai.bearllm.download;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.progress.Progress;
import ai.bearllm.progress.ProgressListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** Keeps the events of a job and holds them to the grammar. */
final class Heard implements ProgressListener {
    private final List<Progress> events = new CopyOnWriteArrayList<>();

    @Override
    public void on(Progress event) {
        events.add(event);
    }

    List<Progress> events() {
        return events;
    }

    <T extends Progress> List<T> all(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    Progress last() {
        return events.get(events.size() - 1);
    }

    /** Each event as the first letter of its name: {@code SA*(PRA*)*(V|F|C)}, where a job may end inside a pause. */
    void requireGrammar() {
        String letters = events.stream()
                .map(event -> event.getClass().getSimpleName().substring(0, 1))
                .collect(Collectors.joining());
        assertThat(letters).matches("SA*(PRA*)*(V|F|P?C)");
        long before = 0;
        for (Progress.Advanced advanced : all(Progress.Advanced.class)) {
            assertThat(advanced.done()).isGreaterThan(before);
            before = advanced.done();
        }
    }
}
