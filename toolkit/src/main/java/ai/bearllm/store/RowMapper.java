package ai.bearllm.store;

/** Makes a value of a row. */
@FunctionalInterface
public interface RowMapper<T> {
    /** The row's value; the row must not be kept. */
    T map(Row row);
}
