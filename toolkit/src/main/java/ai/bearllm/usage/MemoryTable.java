package ai.bearllm.usage;

import ai.bearllm.model.ModelId;
import ai.bearllm.model.Sha256;
import ai.bearllm.store.Journal;
import ai.bearllm.store.RecordTable;
import ai.bearllm.store.Row;

/** The table {@code memory_observations}: how an observation becomes a journal's record, a row, and an observation again. */
final class MemoryTable {
    static final Journal.Merger MERGER = RecordTable.adding("memory_observations");

    private MemoryTable() {}

    static String json(MemoryObservation seen) {
        return RecordJson.of(to -> {
            to.text("id", seen.id());
            to.moment("observed_at", seen.when());
            to.text("model", seen.model());
            to.text("sha256", seen.sha256());
            to.text("engine", seen.engine());
            to.text("engine_build", seen.engineBuild());
            to.number("context_tokens", seen.contextTokens());
            to.number("predicted_bytes", seen.predictedBytes());
            to.text("basis", seen.basis());
            to.number("anonymous_bytes", seen.anonymousBytes());
            to.number("file_mapped_bytes", seen.fileMappedBytes());
            to.number("peak_bytes", seen.peakBytes());
        });
    }

    static MemoryObservation observation(Row row) {
        return new MemoryObservation(
                row.uuid("id").orElseThrow(),
                row.instant("observed_at").orElseThrow(),
                ModelId.parse(row.string("model").orElseThrow()),
                row.string("sha256").map(Sha256::new),
                row.string("engine").orElseThrow(),
                row.string("engine_build").orElseThrow(),
                row.integer("context_tokens"),
                row.whole("predicted_bytes"),
                row.string("basis"),
                row.whole("anonymous_bytes"),
                row.whole("file_mapped_bytes"),
                row.whole("peak_bytes"));
    }
}
