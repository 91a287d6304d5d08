package ai.bearllm;

import ai.bearllm.engine.MemoryReport;
import ai.bearllm.engine.SessionStatus;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.progress.LiveView;
import ai.bearllm.progress.ShownView;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The models that are loaded, each in its process, looked up at the moment it is shown. */
public final class Monitor implements Shown {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Supplier<List<SessionStatus>> sessions;
    private final Supplier<? extends ShownView> views;

    Monitor(Supplier<List<SessionStatus>> sessions, Supplier<? extends ShownView> views) {
        this.sessions = sessions;
        this.views = views;
    }

    /** What is loaded at this moment, for programs. */
    public List<SessionStatus> sessions() {
        return sessions.get();
    }

    /**
     * Shows them live, anew every second, until the cell is stopped; where nobody looks on, once.
     *
     * @throws java.util.concurrent.CancellationException where the thread was interrupted
     */
    public void watch() {
        LiveView.of(views.get(), () -> this, INTERVAL, () -> false).watch();
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of("Loaded models")
                .columns(
                        "model",
                        "engine",
                        "process",
                        "state",
                        "for",
                        "memory",
                        "files in memory",
                        "highest",
                        "tokens/s",
                        "answers",
                        "GPU layers",
                        "restarts",
                        "isolation");
        List<SessionStatus> all = sessions.get();
        for (SessionStatus session : all) {
            MemoryReport memory = session.memory();
            sheet.row(
                    session.source().name(),
                    session.engine(),
                    session.process(),
                    session.state(),
                    session.since(),
                    size(memory.anonymousBytes()),
                    size(memory.fileMappedBytes()),
                    size(memory.peakResidentBytes()),
                    session.tokensPerSecond().isPresent()
                            ? session.tokensPerSecond().getAsDouble()
                            : null,
                    session.answers(),
                    session.gpuLayers(),
                    session.restarts(),
                    session.isolation());
        }
        sheet.note(
                all.isEmpty()
                        ? "No model is loaded. The first question loads one."
                        : "Kept models have no open session; each is ended when its time is over (five minutes unless chosen) or when memory is needed.");
        return sheet.build();
    }

    private static @Nullable Object size(OptionalLong bytes) {
        return bytes.isPresent() ? new ByteSize(bytes.getAsLong()) : null;
    }

    @Override
    public String toString() {
        return "monitor: .show() prints the models that are loaded and what each does, .watch() live";
    }
}
