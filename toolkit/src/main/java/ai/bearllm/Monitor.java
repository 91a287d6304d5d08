package ai.bearllm;

import ai.bearllm.engine.MemoryReport;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.SessionStatus;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** The models that are loaded, each in its process, looked up at the moment it is shown. */
final class Monitor implements Shown {
    private final Supplier<List<SessionStatus>> sessions;

    Monitor(Supplier<List<SessionStatus>> sessions) {
        this.sessions = sessions;
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of("Loaded models")
                .columns(
                        "model",
                        "engine",
                        "process",
                        "state",
                        "for (s)",
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
                    name(session.source()),
                    session.engine(),
                    session.process(),
                    session.state(),
                    session.since().toSeconds(),
                    size(memory.anonymousBytes()),
                    size(memory.fileMappedBytes()),
                    size(memory.peakResidentBytes()),
                    session.tokensPerSecond().isPresent()
                            ? String.format(
                                    Locale.ROOT,
                                    "%.1f",
                                    session.tokensPerSecond().getAsDouble())
                            : "unknown",
                    session.answers(),
                    session.gpuLayers(),
                    session.restarts(),
                    session.isolation());
        }
        sheet.note(
                all.isEmpty()
                        ? "No model is loaded. The first question loads one."
                        : "Kept models have no open session; each is ended five minutes after its last, or when memory is needed.");
        return sheet.build();
    }

    private static String name(ModelSource source) {
        return source instanceof ModelSource.LocalFile local
                ? String.valueOf(local.path().getFileName())
                : source.toString();
    }

    private static String size(OptionalLong bytes) {
        return bytes.isPresent() ? new ByteSize(bytes.getAsLong()).toString() : "unknown";
    }

    @Override
    public String toString() {
        return "monitor: .show() prints the models that are loaded, and what each does";
    }
}
