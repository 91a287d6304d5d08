package ai.bearllm.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The database during one lease, used by the lease's thread alone. Values are always bound as parameters ({@code ?}): UUID,
 * Instant, String, numbers, Boolean, LocalDate, enums (by name), optionals of these, and null.
 */
public final class Database {
    private final Connection connection;
    private final Interrupt interrupt;
    private final List<Runnable> afterCommit = new ArrayList<>();

    Database(Connection connection, Interrupt interrupt) {
        this.connection = connection;
        this.interrupt = interrupt;
    }

    /** All rows of a query as values. */
    public <T> List<T> query(String sql, RowMapper<T> mapper, @Nullable Object... parameters) {
        List<T> values = new ArrayList<>();
        each(sql, row -> values.add(mapper.map(row)), parameters);
        return values;
    }

    /** The first row of a query as a value; empty where there is no row. */
    public <T> Optional<T> first(String sql, RowMapper<T> mapper, @Nullable Object... parameters) {
        List<T> values = query(sql, mapper, parameters);
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
    }

    /** Calls the consumer with each row of a query. */
    public void each(String sql, Consumer<Row> consumer, @Nullable Object... parameters) {
        run(sql, parameters, statement -> {
            try (ResultSet result = statement.executeQuery()) {
                Row row = new Row(result);
                while (result.next()) {
                    consumer.accept(row);
                }
            }
            return 0L;
        });
    }

    /**
     * A query's columns with their types, and its first rows.
     *
     * @param limit how many rows are read at most
     */
    public Result result(String sql, int limit) {
        List<Result> results = new ArrayList<>(1);
        run(sql, new Object[0], statement -> {
            try (ResultSet found = statement.executeQuery()) {
                Row row = new Row(found);
                List<List<@Nullable Object>> rows = new ArrayList<>();
                boolean more = found.next();
                for (; more && rows.size() < limit; more = found.next()) {
                    rows.add(row.cells());
                }
                results.add(new Result(row.columns(), row.types(), rows, more));
            }
            return 0L;
        });
        return results.get(0);
    }

    /**
     * Runs a statement that changes something.
     *
     * @return how many rows it changed
     */
    public long update(String sql, @Nullable Object... parameters) {
        return run(sql, parameters, PreparedStatement::executeLargeUpdate);
    }

    /**
     * Runs an action once this lease's changes are safe, before any other process can have the database; not where they are
     * undone. For files whose content has moved into the database.
     */
    public void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    void committed() {
        afterCommit.forEach(Runnable::run);
    }

    private long run(String sql, @Nullable Object[] parameters, Execution execution) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, Values.toJdbc(parameters[i]));
            }
            return interrupt.guard(statement, execution);
        } catch (SQLException e) {
            throw Failures.of(e);
        }
    }

    @FunctionalInterface
    interface Execution {
        long on(PreparedStatement statement) throws SQLException;
    }
}
