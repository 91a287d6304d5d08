package ai.bearllm.store;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Blob;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Translates between JDBC's and DuckDB's own value classes and plain ones. */
final class Values {
    private Values() {}

    static @Nullable Object fromJdbc(@Nullable Object value) throws SQLException {
        if (value == null
                || value instanceof String
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof UUID
                || value instanceof LocalDate
                || value instanceof LocalTime
                || value instanceof LocalDateTime) {
            return value;
        }
        if (value instanceof java.time.OffsetDateTime moment) {
            return moment.toInstant();
        }
        if (value instanceof Timestamp moment) {
            return moment.toLocalDateTime();
        }
        if (value instanceof Blob blob) {
            return blob.getBytes(1, Math.toIntExact(blob.length()));
        }
        if (value instanceof java.sql.Array array) {
            return list(array.getArray());
        }
        if (value instanceof Struct struct) {
            return map(fields(struct));
        }
        if (value instanceof Map<?, ?> map) {
            return map(map);
        }
        // DuckDB's own class for JSON, and whatever a later version adds: its text.
        return value.toString();
    }

    private static List<@Nullable Object> list(Object array) throws SQLException {
        int length = Array.getLength(array);
        List<@Nullable Object> list = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            list.add(fromJdbc(Array.get(array, i)));
        }
        return Collections.unmodifiableList(list);
    }

    private static Map<@Nullable Object, @Nullable Object> map(Map<?, ?> map) throws SQLException {
        Map<@Nullable Object, @Nullable Object> copy = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            copy.put(fromJdbc(entry.getKey()), fromJdbc(entry.getValue()));
        }
        return Collections.unmodifiableMap(copy);
    }

    /** The fields by name. JDBC's interface has only the values; the driver's class, which may come from another loader, has both. */
    private static Map<?, ?> fields(Struct struct) throws SQLException {
        try {
            return (Map<?, ?>) struct.getClass().getMethod("getMap").invoke(struct);
        } catch (ReflectiveOperationException e) {
            throw new SQLException("a STRUCT could not be read", e);
        }
    }

    /** What JDBC binds for a parameter: optionals are opened, moments become {@code TIMESTAMPTZ}, enums their name. */
    static @Nullable Object toJdbc(@Nullable Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.isPresent() ? toJdbc(optional.get()) : null;
        }
        if (value instanceof OptionalInt optional) {
            return optional.isPresent() ? (Object) optional.getAsInt() : null;
        }
        if (value instanceof OptionalLong optional) {
            return optional.isPresent() ? (Object) optional.getAsLong() : null;
        }
        if (value instanceof OptionalDouble optional) {
            return optional.isPresent() ? (Object) optional.getAsDouble() : null;
        }
        if (value instanceof Instant moment) {
            return moment.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value == null
                || value instanceof String
                || value instanceof Boolean
                || value instanceof Integer
                || value instanceof Long
                || value instanceof Double
                || value instanceof BigInteger
                || value instanceof BigDecimal
                || value instanceof UUID
                || value instanceof LocalDate) {
            return value;
        }
        throw new IllegalArgumentException(
                "a parameter cannot be a " + value.getClass().getName());
    }
}
