package ai.bearllm.store;

import ai.bearllm.model.BearException;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The current row's values, each read in the way that loses nothing of its type. */
final class Cells {
    private static final Pattern LOCAL_TIME = Pattern.compile("TIMESTAMP(?! WITH TIME ZONE)");
    private static final Pattern NESTED = Pattern.compile(".*\\].*|(STRUCT|MAP|UNION|TUPLE)\\(.*", Pattern.DOTALL);

    private final ResultSet result;
    private final List<String> names = new ArrayList<>();
    private final List<String> types = new ArrayList<>();
    private final List<Way> ways = new ArrayList<>();
    private final Map<String, Integer> places = new HashMap<>();

    private enum Way {
        AS_IT_IS,
        AS_LOCAL_TIME,
        AS_TEXT
    }

    Cells(ResultSet result) throws SQLException {
        this.result = result;
        ResultSetMetaData about = result.getMetaData();
        for (int i = 1; i <= about.getColumnCount(); i++) {
            String type = about.getColumnTypeName(i);
            names.add(about.getColumnLabel(i));
            types.add(type);
            places.putIfAbsent(about.getColumnLabel(i).toLowerCase(Locale.ROOT), i);
            ways.add(way(type));
        }
    }

    private static Way way(String type) {
        if (!LOCAL_TIME.matcher(type).find()) {
            return Way.AS_IT_IS;
        }
        return NESTED.matcher(type).matches() ? Way.AS_TEXT : Way.AS_LOCAL_TIME;
    }

    List<String> names() {
        return List.copyOf(names);
    }

    List<String> types() {
        return List.copyOf(types);
    }

    @Nullable
    Object named(String column) throws SQLException {
        Integer place = places.get(column.toLowerCase(Locale.ROOT));
        if (place == null) {
            throw new IllegalArgumentException("there is no column " + column + " but " + names);
        }
        return at(place);
    }

    List<@Nullable Object> all() throws SQLException {
        List<@Nullable Object> all = new ArrayList<>(names.size());
        for (int i = 1; i <= names.size(); i++) {
            all.add(at(i));
        }
        return all;
    }

    private @Nullable Object at(int place) throws SQLException {
        try {
            return switch (ways.get(place - 1)) {
                case AS_LOCAL_TIME -> localTime(place);
                case AS_TEXT -> result.getString(place);
                case AS_IT_IS -> Values.fromJdbc(result.getObject(place));
            };
        } catch (DateTimeException e) {
            throw new BearException(
                    "The column " + names.get(place - 1) + " (" + types.get(place - 1)
                            + ") holds a time that Java does not have, such as 24:00.",
                    "Select it as text: \"" + names.get(place - 1) + "\"::varchar.",
                    e);
        }
    }

    private @Nullable Object localTime(int place) throws SQLException {
        // By itself JDBC's driver gives a moment in the machine's zone, where some local times do not exist.
        return result.getObject(place) == null ? null : Values.finite(result.getObject(place, LocalDateTime.class));
    }
}
