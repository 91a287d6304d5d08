package ai.bearllm.usage;

import ai.bearllm.model.FinishReason;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.RunRecord;
import ai.bearllm.model.Sha256;
import ai.bearllm.store.Database;
import ai.bearllm.store.Row;
import ai.bearllm.store.Schema;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The table {@code runs}: its schema, how journal records become rows, and how rows become records. */
final class RunTable {
    private RunTable() {}

    static Schema schema() {
        return Schema.of("usage", RunTable.class, "1-runs.sql", "2-library.sql");
    }

    static void merge(Database database, List<String> records) {
        JsonRows.merge(database, "runs", records);
    }

    static RunRecord record(Row row) {
        return new RunRecord(
                row.uuid("id").orElseThrow(),
                row.instant("started_at").orElseThrow(),
                RunRecord.Kind.valueOf(row.string("kind").orElseThrow()),
                row.string("notebook"),
                ModelId.parse(row.string("model").orElseThrow()),
                row.string("sha256").map(Sha256::new),
                row.string("engine").orElseThrow(),
                row.string("engine_build").orElseThrow(),
                row.texts("parameters"),
                new RunRecord.Tokens(
                        row.integer("prompt_tokens"),
                        row.integer("generated_tokens"),
                        row.integer("cached_tokens"),
                        row.integer("truncated_tokens")),
                new RunRecord.Times(
                        time(row, "load_ms"),
                        time(row, "first_token_ms"),
                        time(row, "prompt_ms"),
                        time(row, "decode_ms"),
                        time(row, "total_ms")),
                new RunRecord.Memory(row.whole("anonymous_bytes"), row.whole("file_mapped_bytes")),
                new RunRecord.Gpu(row.integer("gpu_layers"), row.whole("gpu_memory_bytes"), row.string("gpu_fallback")),
                new RunRecord.Energy(row.real("energy_joules"), row.string("energy_source")),
                row.string("finish_reason").map(FinishReason::valueOf),
                row.string("error_class"));
    }

    /** Exact to the nanosecond up to 52 days. */
    static Optional<Duration> time(Row row, String column) {
        var millis = row.real(column);
        return millis.isEmpty()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.round(millis.getAsDouble() * 1e6)));
    }
}
