package ai.bearllm.usage;

import ai.bearllm.model.RunRecord;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Writes a value as one line of JSON for a journal, its keys the columns of its table; what is unknown is left out. */
public final class RecordJson {
    private static final JsonFactory JSON = new JsonFactory();

    private final JsonGenerator out;

    private RecordJson(JsonGenerator out) {
        this.out = out;
    }

    /** Writes the columns of one value. */
    @FunctionalInterface
    public interface Fields {
        /** Writes them, each once. */
        void write(RecordJson to) throws IOException;
    }

    /** The line. */
    public static String of(Fields fields) {
        StringWriter text = new StringWriter(1024);
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            fields.write(new RecordJson(out));
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** A value by its {@code toString()}. */
    public void text(String column, Object value) throws IOException {
        out.writeStringField(column, value.toString());
    }

    /** As {@link #text(String, Object)}, where there is one. */
    public void text(String column, Optional<?> value) throws IOException {
        if (value.isPresent()) {
            text(column, value.get());
        }
    }

    /** A time, in microseconds as the database keeps it. */
    public void moment(String column, Instant value) throws IOException {
        text(column, value.truncatedTo(ChronoUnit.MICROS));
    }

    /** A whole number. */
    public void number(String column, long value) throws IOException {
        out.writeNumberField(column, value);
    }

    /** A whole number where it is known. */
    public void number(String column, OptionalLong value) throws IOException {
        if (value.isPresent()) {
            number(column, value.getAsLong());
        }
    }

    /** A whole number where it is known. */
    public void number(String column, OptionalInt value) throws IOException {
        if (value.isPresent()) {
            number(column, value.getAsInt());
        }
    }

    /** A number with a fraction. */
    public void real(String column, double value) throws IOException {
        out.writeNumberField(column, value);
    }

    /** Yes or no, where it is known. */
    public void flag(String column, Optional<Boolean> value) throws IOException {
        if (value.isPresent()) {
            out.writeBooleanField(column, value.get());
        }
    }

    /** Names with their texts, in this order. */
    public void texts(String column, Map<String, String> values) throws IOException {
        out.writeObjectFieldStart(column);
        for (Map.Entry<String, String> value : values.entrySet()) {
            out.writeStringField(value.getKey(), value.getValue());
        }
        out.writeEndObject();
    }

    /** Numbers in this order; nothing where there are none. */
    public void reals(String column, List<Double> values) throws IOException {
        if (!values.isEmpty()) {
            out.writeArrayFieldStart(column);
            for (double value : values) {
                out.writeNumber(value);
            }
            out.writeEndArray();
        }
    }

    /** A run where there is one: its id in the column {@code run}, and the columns that {@link RunColumns} reads. */
    public void run(Optional<RunRecord> run) throws IOException {
        if (run.isPresent()) {
            text("run", run.get().id());
            columns(run.get(), Optional.empty());
        }
    }

    /** @param session the notebook or session that asked, for a run that does not tell it */
    void columns(RunRecord run, Optional<String> session) throws IOException {
        RunColumns.write(out, run, session);
    }
}
