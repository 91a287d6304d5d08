package ai.bearllm.template;

import ai.bearllm.template.Value.Bool;
import ai.bearllm.template.Value.Dict;
import ai.bearllm.template.Value.Int;
import ai.bearllm.template.Value.None;
import ai.bearllm.template.Value.Num;
import ai.bearllm.template.Value.Seq;
import ai.bearllm.template.Value.Str;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The filter {@code tojson}, as {@code transformers} defines it: Python's {@code json.dumps}, nothing escaped for HTML. */
final class JsonText {
    private final Budget budget;
    private final Style style;
    private final StringBuilder out = new StringBuilder();

    /**
     * How it is written.
     *
     * @param ascii everything beyond ASCII is escaped
     * @param indent of one level; null: all on one line
     * @param item between items
     * @param key between a key and its value
     * @param sorted keys in order
     */
    record Style(boolean ascii, @Nullable String indent, String item, String key, boolean sorted) {}

    private JsonText(Budget budget, Style style) {
        this.budget = budget;
        this.style = style;
    }

    static String of(Value value, Style style, Budget budget) {
        JsonText json = new JsonText(budget, style);
        json.append(value, 0);
        return json.out.toString();
    }

    private void append(Value value, int level) {
        budget.enter();
        if (value instanceof Str string) {
            appendString(string.text());
        } else if (value instanceof Dict dict) {
            appendDict(dict, level);
        } else if (value instanceof Seq seq && (seq.kind() == Seq.Kind.LIST || seq.kind() == Seq.Kind.TUPLE)) {
            appendList(seq.items(), level);
        } else {
            add(scalar(value));
        }
        budget.leave();
    }

    private static String scalar(Value value) {
        if (value instanceof Int number) {
            return Long.toString(number.value());
        } else if (value instanceof Bool bool) {
            return bool.value() ? "true" : "false";
        } else if (value == None.NONE) {
            return "null";
        } else if (value instanceof Num number) {
            double d = number.value();
            return Double.isNaN(d)
                    ? "NaN"
                    : Double.isInfinite(d) ? d > 0 ? "Infinity" : "-Infinity" : PythonText.number(d);
        }
        throw value instanceof Value.Undefined undefined
                ? undefined.failure()
                : TemplateException.failed("filter 'tojson'", "a " + value.type() + " cannot be written as JSON.");
    }

    private void add(String text) {
        budget.make(text.length());
        out.append(text);
    }

    private void newLine(int level) {
        if (style.indent() != null) {
            budget.make(1 + (long) level * style.indent().length());
            out.append('\n').append(style.indent().repeat(level));
        }
    }

    private void appendList(List<Value> items, int level) {
        add("[");
        for (int i = 0; i < items.size(); i++) {
            add(i == 0 ? "" : style.item());
            newLine(level + 1);
            append(items.get(i), level + 1);
        }
        if (!items.isEmpty()) {
            newLine(level);
        }
        add("]");
    }

    private void appendDict(Dict dict, int level) {
        budget.steps(dict.size());
        List<Map.Entry<Value, Value>> entries = List.copyOf(dict.entries());
        if (style.sorted()) {
            Comparator<Value> order = (a, b) -> Operators.order("<", a, b, budget);
            entries = entries.stream().sorted(Map.Entry.comparingByKey(order)).toList();
        }
        add("{");
        boolean first = true;
        for (Map.Entry<Value, Value> entry : entries) {
            add(first ? "" : style.item());
            newLine(level + 1);
            appendString(entry.getKey() instanceof Str string ? string.text() : scalar(entry.getKey()));
            add(style.key());
            append(entry.getValue(), level + 1);
            first = false;
        }
        if (!first) {
            newLine(level);
        }
        add("}");
    }

    private void appendString(String text) {
        budget.make(text.length() + 2L);
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int simple = "\"\\\n\r\t\b\f".indexOf(c);
            if (simple >= 0) {
                out.append('\\').append("\"\\nrtbf".charAt(simple));
            } else if (c < 0x20 || (style.ascii() && c > 0x7e)) {
                budget.make(6);
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
