package ai.bearllm.store;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a query found.
 *
 * @param columns the columns' names; they may repeat
 * @param types their types, as DuckDB writes them
 * @param rows one value a column, of the classes that {@link Row} tells; null stands for NULL
 * @param isCut whether there were more rows, which were not read
 */
public record Result(List<String> columns, List<String> types, List<List<@Nullable Object>> rows, boolean isCut) {
    public Result {
        columns = List.copyOf(columns);
        types = List.copyOf(types);
        rows = rows.stream().map(Collections::unmodifiableList).toList();
    }
}
