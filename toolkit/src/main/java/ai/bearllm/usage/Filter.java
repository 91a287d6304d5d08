package ai.bearllm.usage;

import ai.bearllm.store.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which rows a question is about. Only names of columns stand in its SQL, every value is a parameter.
 *
 * @param model an id, or one without quantization, commit or provider; empty for all
 * @param since first moment; empty for no bound
 * @param until moment after the last; empty for no bound
 * @param failed whether only failed runs count
 */
record Filter(Optional<String> model, Optional<Instant> since, Optional<Instant> until, boolean failed) {
    static final Filter ALL = new Filter(Optional.empty(), Optional.empty(), Optional.empty(), false);

    Filter {
        if (since.isPresent() && until.isPresent() && until.get().isBefore(since.get())) {
            throw new IllegalArgumentException(
                    "the time must not end before it begins but was " + since.get() + " to " + until.get());
        }
    }

    Filter model(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a model's name must not be blank");
        }
        return new Filter(Optional.of(name), since, until, failed);
    }

    Filter since(Instant first) {
        return new Filter(model, Optional.of(first), until, failed);
    }

    Filter until(Instant end) {
        return new Filter(model, since, Optional.of(end), failed);
    }

    Filter onlyFailed() {
        return new Filter(model, since, until, true);
    }

    boolean isAll() {
        return model.isEmpty() && since.isEmpty() && until.isEmpty() && !failed;
    }

    /** The condition for a table, with its parameters. */
    Condition on(String table, String time) {
        List<String> parts = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        model.ifPresent(name -> {
            // Asked of the few models that there are, not of each row: the limit keeps the condition outside of it.
            parts.add("model in (select model from (select distinct model from " + table
                    + " limit 1000000) where model = ?"
                    + " or regexp_replace(model, '[:@].*$', '') = ?"
                    + " or regexp_replace(regexp_replace(model, '[:@].*$', ''), '^.*/', '') = ?)");
            values.addAll(List.of(name, name, name));
        });
        since.ifPresent(first -> {
            parts.add(time + " >= ?");
            values.add(first);
        });
        until.ifPresent(end -> {
            parts.add(time + " < ?");
            values.add(end);
        });
        if (failed) {
            parts.add("error_class is not null");
        }
        return new Condition(parts.isEmpty() ? "true" : String.join(" and ", parts), values);
    }

    /** The condition for runs. */
    Condition onRuns() {
        return on("runs", "started_at");
    }

    /** In words, for a caption; empty where all rows count. */
    String words() {
        StringBuilder words = new StringBuilder();
        model.ifPresent(name -> words.append(" of ").append(name));
        since.ifPresent(first -> words.append(" since ").append(ai.bearllm.model.Sheet.format(first)));
        until.ifPresent(end -> words.append(" until ").append(ai.bearllm.model.Sheet.format(end)));
        return words.toString();
    }

    /**
     * A condition in SQL.
     *
     * @param sql text with a question mark for each value
     * @param values what they stand for
     */
    record Condition(String sql, List<Object> values) {
        /** The values, with more behind them. */
        Object[] and(Object... more) {
            List<Object> all = new ArrayList<>(values);
            all.addAll(List.of(more));
            return all.toArray();
        }

        long count(Database database, String table) {
            return database.first(
                            "select count(*) as n from " + table + " where " + sql,
                            row -> row.whole("n").orElse(0),
                            and())
                    .orElse(0L);
        }
    }
}
