package ai.bearllm.usage;

import ai.bearllm.model.FinishReason;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.RunRecord;
import ai.bearllm.model.Sha256;
import ai.bearllm.store.Row;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A run's columns, the same in every table that holds runs: written as fields of a JSON object whose keys are the columns, what is
 * unknown left out, and read back. None of them holds any text of a prompt or an answer.
 */
public final class RunColumns {
    private final JsonGenerator out;

    private RunColumns(JsonGenerator out) {
        this.out = out;
    }

    /**
     * Writes all of a run's columns but its id.
     *
     * @param session the notebook or session that asked, for a run that does not tell it
     */
    static void write(JsonGenerator out, RunRecord run, Optional<String> session) throws IOException {
        new RunColumns(out).write(run, session);
    }

    private void write(RunRecord run, Optional<String> session) throws IOException {
        text("started_at", Optional.of(run.when().truncatedTo(ChronoUnit.MICROS).toString()));
        text("kind", Optional.of(run.kind().name()));
        text("notebook", run.notebook().or(() -> session));
        text("model", Optional.of(run.model().toString()));
        text("quantization", run.model().quantization());
        text("sha256", run.sha256().map(Object::toString));
        text("engine", Optional.of(run.engine()));
        text("engine_build", Optional.of(run.engineBuild()));
        parameters(run.parameters());
        tokens(run.tokens());
        times(run.times());
        memory(run.memory());
        gpu(run.gpu());
        real("energy_joules", run.energy().joules());
        text("energy_source", run.energy().source());
        text("finish_reason", run.finishReason().map(Enum::name));
        text("error_class", run.errorClass());
        real("prompt_tokens_per_second", run.promptTokensPerSecond());
        real("decode_tokens_per_second", run.decodeTokensPerSecond());
    }

    private void parameters(Map<String, String> parameters) throws IOException {
        out.writeObjectFieldStart("parameters");
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            out.writeStringField(parameter.getKey(), parameter.getValue());
        }
        out.writeEndObject();
    }

    private void tokens(RunRecord.Tokens tokens) throws IOException {
        whole("prompt_tokens", tokens.prompt());
        whole("generated_tokens", tokens.generated());
        whole("cached_tokens", tokens.cached());
        whole("truncated_tokens", tokens.truncated());
    }

    private void times(RunRecord.Times times) throws IOException {
        millis("load_ms", times.load());
        millis("first_token_ms", times.timeToFirstToken());
        millis("prompt_ms", times.prompt());
        millis("decode_ms", times.decode());
        millis("total_ms", times.total());
    }

    private void memory(RunRecord.Memory memory) throws IOException {
        whole("anonymous_bytes", memory.anonymousBytes());
        whole("file_mapped_bytes", memory.fileMappedBytes());
    }

    private void gpu(RunRecord.Gpu gpu) throws IOException {
        whole("gpu_layers", gpu.layers());
        whole("gpu_memory_bytes", gpu.memoryBytes());
        text("gpu_fallback", gpu.fallbackReason());
    }

    private void text(String column, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            out.writeStringField(column, value.get());
        }
    }

    private void whole(String column, OptionalInt value) throws IOException {
        if (value.isPresent()) {
            out.writeNumberField(column, value.getAsInt());
        }
    }

    private void whole(String column, OptionalLong value) throws IOException {
        if (value.isPresent()) {
            out.writeNumberField(column, value.getAsLong());
        }
    }

    /** JSON has no infinity and no NaN; a measurement that is one is not known. */
    private void real(String column, OptionalDouble value) throws IOException {
        if (value.isPresent() && Double.isFinite(value.getAsDouble())) {
            out.writeNumberField(column, value.getAsDouble());
        }
    }

    private void millis(String column, Optional<Duration> value) throws IOException {
        if (value.isPresent()) {
            out.writeNumberField(column, value.get().toNanos() / 1e6);
        }
    }

    /**
     * Reads a run.
     *
     * @param idColumn the column that holds its id
     */
    public static RunRecord read(Row row, String idColumn) {
        return new RunRecord(
                row.uuid(idColumn).orElseThrow(),
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
