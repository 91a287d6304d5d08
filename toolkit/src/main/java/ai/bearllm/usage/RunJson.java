package ai.bearllm.usage;

import ai.bearllm.model.RunRecord;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Writes a run as one line of JSON whose keys are the columns of the table {@code runs}; what is unknown is left out. */
final class RunJson {
    private static final JsonFactory JSON = new JsonFactory();

    private RunJson() {}

    /** @param session the notebook or session that asked, for a run that does not tell it */
    static String of(RunRecord run, Optional<String> session) {
        StringWriter text = new StringWriter(1024);
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            out.writeStringField("id", run.id().toString());
            RunColumns.write(out, run, session);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
