package ai.bearllm.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row of a result, by the columns' names. SQL's NULL is an empty optional.
 *
 * <p>Types: integers as {@code Integer}, {@code Long} or {@code BigInteger} (unsigned and huge ones), {@code DECIMAL} as
 * {@code BigDecimal}, {@code TIMESTAMPTZ} as {@code Instant}, {@code TIMESTAMP} as {@code LocalDateTime}, {@code UUID},
 * {@code DATE}, {@code TIME}; {@code ENUM}, {@code JSON}, {@code INTERVAL} and {@code BIT} as {@code String}; {@code BLOB} as
 * {@code byte[]}; {@code LIST} as {@code List}, {@code STRUCT} and {@code MAP} as {@code Map} in their order. As {@code String}
 * come also infinite dates and times, and a list, struct or map with times without a zone: JDBC would move such times in the
 * hours that summer time leaves out.
 */
public final class Row {
    private final Cells cells;

    Row(ResultSet result) throws SQLException {
        this.cells = new Cells(result);
    }

    /** A text, or any other value's text. */
    public Optional<String> string(String column) {
        return Optional.ofNullable(read(column)).map(Object::toString);
    }

    /** A whole number that fits 32 bits. */
    public OptionalInt integer(String column) {
        OptionalLong wide = whole(column);
        return wide.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Math.toIntExact(wide.getAsLong()));
    }

    /** A whole number that fits 64 bits. */
    public OptionalLong whole(String column) {
        Object found = read(column);
        if (found == null) {
            return OptionalLong.empty();
        }
        if (found instanceof java.math.BigInteger big) {
            return OptionalLong.of(big.longValueExact());
        }
        if (found instanceof Long || found instanceof Integer || found instanceof Short || found instanceof Byte) {
            return OptionalLong.of(((Number) found).longValue());
        }
        throw wrong(column, found, "a whole number");
    }

    /** A number as a double. */
    public OptionalDouble real(String column) {
        Object found = read(column);
        if (found == null) {
            return OptionalDouble.empty();
        }
        if (found instanceof Number number) {
            return OptionalDouble.of(number.doubleValue());
        }
        throw wrong(column, found, "a number");
    }

    /** True or false. */
    public Optional<Boolean> flag(String column) {
        return value(column, Boolean.class);
    }

    /** A moment, from {@code TIMESTAMPTZ}; DuckDB keeps microseconds. */
    public Optional<Instant> instant(String column) {
        return value(column, Instant.class);
    }

    /** A UUID. */
    public Optional<UUID> uuid(String column) {
        return value(column, UUID.class);
    }

    /** A map of texts in its order; empty where NULL. */
    public Map<String, String> texts(String column) {
        Map<String, String> texts = new LinkedHashMap<>();
        Map<?, ?> found = value(column, Map.class).orElse(Map.of());
        found.forEach((key, text) -> texts.put(String.valueOf(key), String.valueOf(text)));
        return texts;
    }

    /**
     * A value of any type that this class's description names.
     *
     * @throws IllegalArgumentException where the column has another type
     */
    public <T> Optional<T> value(String column, Class<T> type) {
        Object found = read(column);
        if (found != null && !type.isInstance(found)) {
            throw wrong(column, found, type.getSimpleName());
        }
        return Optional.ofNullable(found).map(type::cast);
    }

    /** The columns' names in order; names may repeat. */
    public List<String> columns() {
        return cells.names();
    }

    /** The columns' types in order, as DuckDB writes them, for example {@code DECIMAL(18,3)}. */
    public List<String> types() {
        return cells.types();
    }

    /** All values in order; null stands for NULL, as in a {@code Sheet}. */
    public List<@Nullable Object> cells() {
        try {
            return cells.all();
        } catch (SQLException e) {
            throw Failures.of(e);
        }
    }

    private @Nullable Object read(String column) {
        try {
            return cells.named(column);
        } catch (SQLException e) {
            throw Failures.of(e);
        }
    }

    private static IllegalArgumentException wrong(String column, Object found, String expected) {
        return new IllegalArgumentException(
                "column " + column + " holds a " + found.getClass().getSimpleName() + ", not " + expected);
    }
}
