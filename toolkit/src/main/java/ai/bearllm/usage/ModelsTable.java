package ai.bearllm.usage;

import ai.bearllm.model.ModelId;
import ai.bearllm.model.Sha256;
import ai.bearllm.store.Database;
import ai.bearllm.store.Row;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table {@code models}: written whole from the library, read back by SQL. */
final class ModelsTable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ModelsTable() {}

    static void replace(Database database, List<LibraryModel> models, Instant now) {
        database.update("delete from models");
        for (LibraryModel model : models) {
            database.update(
                    "insert into models select ?, ?, ?, ?, ?, ?, ?, ?::json::varchar[], ?, ?, ?, ?, ?, ?,"
                            + " ?::json::map(varchar, varchar), ?",
                    values(model, now));
        }
    }

    private static @Nullable Object[] values(LibraryModel model, Instant now) {
        return new @Nullable Object[] {
            model.id().toString(),
            model.name(),
            model.architecture(),
            model.parameters(),
            model.quantization(),
            model.contextTokens(),
            model.license(),
            json(model.tags()),
            model.status(),
            model.path(),
            model.sizeBytes(),
            model.downloadedBytes(),
            model.sha256().map(Sha256::toString),
            model.active(),
            json(model.metadata()),
            now
        };
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<LibraryModel> all(Database database) {
        return database.query("select * from models order by id", ModelsTable::model);
    }

    private static LibraryModel model(Row row) {
        List<?> tags = row.value("tags", List.class).orElse(List.of());
        return new LibraryModel(
                ModelId.parse(row.string("id").orElseThrow()),
                row.string("name").orElseThrow(),
                row.string("architecture"),
                row.whole("parameters"),
                row.string("quantization"),
                row.integer("context_tokens"),
                row.string("license"),
                tags.stream().map(String::valueOf).toList(),
                LibraryModel.Status.valueOf(row.string("status").orElseThrow()),
                row.string("path"),
                row.whole("size_bytes"),
                row.whole("downloaded_bytes"),
                row.string("sha256").map(Sha256::new),
                row.flag("active").orElseThrow(),
                row.texts("metadata"));
    }
}
