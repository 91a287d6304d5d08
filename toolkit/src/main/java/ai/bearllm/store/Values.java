package ai.bearllm.store;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Blob;
import java.sql.SQLException;
import java.sql.Struct;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetTime;
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
    private static final LocalDateTime FOREVER =
            LocalDateTime.of(1970, 1, 1, 0, 0).plus(Long.MAX_VALUE, ChronoUnit.MICROS);
    private static final LocalDateTime NEVER =
            LocalDateTime.of(1970, 1, 1, 0, 0).minus(Long.MAX_VALUE, ChronoUnit.MICROS);

    private Values() {}

    static @Nullable Object fromJdbc(@Nullable Object value) throws SQLException {
        if (value == null
                || value instanceof String
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof UUID
                || value instanceof LocalTime
                || value instanceof OffsetTime) {
            return value;
        }
        if (value instanceof LocalDate date) {
            return Math.abs(date.toEpochDay()) == Integer.MAX_VALUE ? infinity(date.getYear() > 0) : date;
        }
        if (value instanceof LocalDateTime time) {
            return finite(time);
        }
        if (value instanceof java.time.OffsetDateTime moment) {
            LocalDateTime time = moment.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
            return finite(time) instanceof String text ? text : moment.toInstant();
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

    /** The time, or DuckDB's word for the values that stand for infinity: the largest count of microseconds, up and down. */
    static Object finite(LocalDateTime time) {
        return time.equals(FOREVER) || time.equals(NEVER) ? infinity(time.getYear() > 0) : time;
    }

    private static String infinity(boolean future) {
        return future ? "infinity" : "-infinity";
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
