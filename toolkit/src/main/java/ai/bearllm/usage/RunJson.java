package ai.bearllm.usage;

import ai.bearllm.model.RunRecord;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Writes a run as one line of JSON whose keys are the columns of the table {@code runs}; what is unknown is left out. */
final class RunJson {
    private static final JsonFactory JSON = new JsonFactory();

    private final JsonGenerator out;

    private RunJson(JsonGenerator out) {
        this.out = out;
    }

    /** @param session the notebook or session that asked, for a run that does not tell it */
    static String of(RunRecord run, Optional<String> session) {
        StringWriter text = new StringWriter(1024);
        try (JsonGenerator generator = JSON.createGenerator(text)) {
            generator.writeStartObject();
            new RunJson(generator).write(run, session);
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private void write(RunRecord run, Optional<String> session) throws IOException {
        text("id", Optional.of(run.id().toString()));
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
}
