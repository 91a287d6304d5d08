package ai.bearllm.model;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes a sheet as text for a terminal. */
final class SheetText {
    private static final int WIDEST = 60;
    private static final Pattern BREAK = Pattern.compile("[\\t\\n\\x0B\\f\\r\\u0085\\u2028\\u2029]\\s*");
    /** Control characters steer terminals; overrides of the writing direction make a name look like another. */
    private static final Pattern UNSHOWABLE = Pattern.compile("[\\p{Cc}\\p{Cs}\u202A-\u202E\u2066-\u2069]");

    private static final DateTimeFormatter WHEN =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    private SheetText() {}

    static String of(Sheet sheet) {
        StringBuilder out = new StringBuilder(cell(sheet.caption())).append('\n');
        if (!sheet.columns().isEmpty()) {
            appendTable(out, sheet);
        }
        sheet.notes().forEach(note -> out.append(cell(note)).append('\n'));
        return out.toString();
    }

    private static void appendTable(StringBuilder out, Sheet sheet) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(sheet.columns().stream().map(column -> cell(column.heading())).toList());
        sheet.rows()
                .forEach(row ->
                        lines.add(row.cells().stream().map(SheetText::brief).toList()));
        int[] widths = new int[sheet.columns().size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(line.get(i)));
            }
        }
        for (int l = 0; l < lines.size(); l++) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String cell = lines.get(l).get(i);
                String pad = " ".repeat(widths[i] - width(cell));
                line.append("  ").append(sheet.isNumeric(i) ? pad + cell : cell + pad);
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    private static String brief(@Nullable Object value) {
        String text = cell(value);
        return width(text) > WIDEST ? text.substring(0, text.offsetByCodePoints(0, WIDEST - 1)) + "…" : text;
    }

    static String cell(@Nullable Object value) {
        String text;
        if (value == null) {
            text = "unknown";
        } else if (value instanceof Double number) {
            text = number(number);
        } else if (value instanceof Instant instant) {
            text = WHEN.format(instant);
        } else if (value instanceof Duration duration) {
            text = duration(duration);
        } else if (value instanceof Boolean yes) {
            text = yes ? "yes" : "no";
        } else {
            text = value.toString();
        }
        String line = BREAK.matcher(text).replaceAll(" ");
        return UNSHOWABLE.matcher(line).replaceAll("\uFFFD");
    }

    private static String number(double value) {
        double size = Math.abs(value);
        String format =
                size >= 1000 ? "%,.0f" : size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }

    private static String duration(Duration duration) {
        double seconds = duration.toNanos() / 1e9;
        if (seconds < 1) {
            return String.format(Locale.ROOT, "%.1f ms", seconds * 1e3);
        }
        return seconds < 120
                ? String.format(Locale.ROOT, "%.1f s", seconds)
                : String.format(Locale.ROOT, "%d min %02d s", duration.toMinutes(), duration.toSecondsPart());
    }
}
