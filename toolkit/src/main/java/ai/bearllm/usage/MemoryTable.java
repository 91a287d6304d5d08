package ai.bearllm.usage;

import ai.bearllm.model.ModelId;
import ai.bearllm.model.Sha256;
import ai.bearllm.store.Journal;
import ai.bearllm.store.RecordTable;
import ai.bearllm.store.Row;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalLong;

/** The table {@code memory_observations}: how an observation becomes a journal's record, a row, and an observation again. */
final class MemoryTable {
    static final Journal.Merger MERGER = RecordTable.adding("memory_observations");

    private static final JsonFactory JSON = new JsonFactory();

    private MemoryTable() {}

    static String json(MemoryObservation seen) {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            out.writeStringField("id", seen.id().toString());
            out.writeStringField(
                    "observed_at", seen.when().truncatedTo(ChronoUnit.MICROS).toString());
            out.writeStringField("model", seen.model().toString());
            text(out, "sha256", seen.sha256().map(Sha256::toString));
            out.writeStringField("engine", seen.engine());
            out.writeStringField("engine_build", seen.engineBuild());
            if (seen.contextTokens().isPresent()) {
                out.writeNumberField("context_tokens", seen.contextTokens().getAsInt());
            }
            whole(out, "predicted_bytes", seen.predictedBytes());
            text(out, "basis", seen.basis());
            whole(out, "anonymous_bytes", seen.anonymousBytes());
            whole(out, "file_mapped_bytes", seen.fileMappedBytes());
            whole(out, "peak_bytes", seen.peakBytes());
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void text(JsonGenerator out, String column, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            out.writeStringField(column, value.get());
        }
    }

    private static void whole(JsonGenerator out, String column, OptionalLong value) throws IOException {
        if (value.isPresent()) {
            out.writeNumberField(column, value.getAsLong());
        }
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
