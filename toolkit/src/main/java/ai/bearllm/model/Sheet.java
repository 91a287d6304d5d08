package ai.bearllm.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a value shows to a person: a caption, rows under headings, and notes below. A terminal prints it as text, a notebook
 * as an accessible table, code reads it as a Tablesaw table.
 *
 * <p>A cell is a {@code String}, {@code Boolean}, {@code Long}, {@code Integer}, {@code Double}, {@code Instant},
 * {@code Duration}, {@link ByteSize}, {@link Status}, any other value with a short {@code toString()}, or null where the value is unknown.
 *
 * @param caption one line that says what this is
 * @param columns the headings; none where there are only notes
 * @param rows each as long as {@code columns}
 * @param notes sentences that stand below
 */
public record Sheet(String caption, List<Column> columns, List<Row> rows, List<String> notes) {
    public Sheet {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
        for (Row row : rows) {
            if (row.cells().size() != columns.size()) {
                throw new IllegalArgumentException("a row of \"" + caption + "\" has "
                        + row.cells().size() + " cells under " + columns.size() + " headings");
            }
        }
    }

    /** Begins a sheet. */
    public static Builder of(String caption) {
        return new Builder(caption);
    }

    /** The sheet as lines of text, columns aligned, for a terminal. */
    public String text() {
        return SheetText.of(this);
    }

    /**
     * A cell as people read it, on one line, as every display writes it: null as "unknown", times and numbers in few digits;
     * control characters and overrides of the writing direction are replaced.
     */
    public static String format(@Nullable Object cell) {
        return SheetText.cell(cell);
    }

    /** Whether a column holds only numbers and sizes, known or not: displays align it to the right. */
    public boolean isNumeric(int column) {
        return rows.stream()
                        .map(row -> row.cells().get(column))
                        .allMatch(cell -> cell == null || cell instanceof Number || cell instanceof ByteSize)
                && rows.stream().anyMatch(row -> row.cells().get(column) != null);
    }

    /**
     * A heading.
     *
     * @param name the heading
     * @param unit the unit of its numbers, for example {@code tokens/s}; empty where there is none
     */
    public record Column(String name, String unit) {
        /** Name and unit as one heading. */
        public String heading() {
            return unit.isEmpty() ? name : name + " (" + unit + ")";
        }
    }

    /**
     * One row; null stands for an unknown value.
     *
     * @param cells one a column
     */
    public record Row(List<@Nullable Object> cells) {
        public Row {
            cells = java.util.Collections.unmodifiableList(new ArrayList<>(cells));
        }
    }

    /** Puts a sheet together. */
    public static final class Builder {
        private final String caption;
        private final List<Column> columns = new ArrayList<>();
        private final List<Row> rows = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();

        private Builder(String caption) {
            this.caption = Objects.requireNonNull(caption);
        }

        /** Adds headings without units. */
        public Builder columns(String... names) {
            for (String name : names) {
                columns.add(new Column(name, ""));
            }
            return this;
        }

        /** Adds a heading with the unit of its numbers. */
        public Builder column(String name, String unit) {
            columns.add(new Column(name, unit));
            return this;
        }

        /** Adds a row, one value a heading; null where unknown. */
        public Builder row(@Nullable Object... cells) {
            rows.add(new Row(java.util.Arrays.asList(cells)));
            return this;
        }

        /** Adds a sentence below. */
        public Builder note(String sentence) {
            notes.add(sentence);
            return this;
        }

        /** The sheet. */
        public Sheet build() {
            return new Sheet(caption, columns, rows, notes);
        }
    }
}
