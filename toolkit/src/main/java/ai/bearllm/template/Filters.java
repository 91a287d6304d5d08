package ai.bearllm.template;

import ai.bearllm.template.Value.Bool;
import ai.bearllm.template.Value.Int;
import ai.bearllm.template.Value.None;
import ai.bearllm.template.Value.Num;
import ai.bearllm.template.Value.Seq;
import ai.bearllm.template.Value.Str;
import ai.bearllm.template.Value.Undefined;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What can stand after {@code |}. */
final class Filters {
    /** One filter. */
    interface Filter {
        Value apply(Value subject, Arguments arguments, Frame frame);
    }

    private static final Map<String, Filter> ALL = all();

    private Filters() {}

    private static Map<String, Filter> all() {
        Map<String, Filter> filters = new HashMap<>(SequenceFilters.ALL);
        filters.put("tojson", Filters::toJson);
        filters.put("string", (value, arguments, frame) -> string(value, arguments, frame, false));
        filters.put("safe", (value, arguments, frame) -> string(value, arguments, frame, true));
        filters.put("trim", Filters::trim);
        filters.put("default", Filters::fallback);
        filters.put("d", Filters::fallback);
        filters.put("lower", (value, arguments, frame) -> cased(value, arguments, frame, "lower"));
        filters.put("upper", (value, arguments, frame) -> cased(value, arguments, frame, "upper"));
        filters.put("capitalize", (value, arguments, frame) -> cased(value, arguments, frame, "capitalize"));
        filters.put("replace", Filters::replace);
        filters.put("indent", Filters::indent);
        filters.put("int", Filters::toInt);
        filters.put("float", Filters::toFloat);
        filters.put("abs", Filters::abs);
        return Map.copyOf(filters);
    }

    static boolean has(String name) {
        return ALL.containsKey(name);
    }

    static Value apply(String name, Value subject, Arguments arguments, Frame frame) {
        Filter filter = ALL.get(name);
        if (filter == null) {
            throw TemplateException.refused("filter '" + name + "'", "this filter is not known.");
        }
        return filter.apply(subject, arguments, frame);
    }

    private static Str text(Value value, Frame frame) {
        return value instanceof Str string ? string : new Str(Repr.str(value, frame.budget));
    }

    private static Value string(Value value, Arguments arguments, Frame frame, boolean safe) {
        arguments.of();
        Str text = text(value, frame);
        return safe ? new Str(text.text(), true) : text;
    }

    private static Value toJson(Value value, Arguments arguments, Frame frame) {
        Map<String, Value> bound = arguments.of("ensure_ascii", "indent", "separators", "sort_keys");
        Value indent = bound.getOrDefault("indent", None.NONE);
        String step = null;
        if (indent instanceof Str string) {
            step = string.text();
        } else if (indent != None.NONE) {
            long width = arguments.integer(bound, "indent", 0);
            frame.budget.make(Math.max(0, width));
            step = " ".repeat((int) Math.max(0, width));
        }
        String item = step == null ? ", " : ",";
        String key = ": ";
        Value separators = bound.getOrDefault("separators", None.NONE);
        if (separators instanceof Seq pair
                && pair.items().size() == 2
                && pair.items().get(0) instanceof Str first
                && pair.items().get(1) instanceof Str second) {
            item = first.text();
            key = second.text();
        } else if (separators != None.NONE) {
            throw arguments.failure("'separators' must be a pair of strings.");
        }
        boolean ascii = arguments.flag(bound, "ensure_ascii", false);
        boolean sorted = arguments.flag(bound, "sort_keys", false);
        return new Str(JsonText.of(value, new JsonText.Style(ascii, step, item, key, sorted), frame.budget));
    }

    private static Value trim(Value value, Arguments arguments, Frame frame) {
        return StringMethods.call(text(value, frame), "strip", arguments, frame.budget);
    }

    private static Value fallback(Value value, Arguments arguments, Frame frame) {
        Map<String, Value> bound = arguments.of("default_value", "boolean");
        boolean absent =
                value instanceof Undefined || (arguments.flag(bound, "boolean", false) && !Operators.isTrue(value));
        return absent ? bound.getOrDefault("default_value", Str.EMPTY) : value;
    }

    private static Value cased(Value value, Arguments arguments, Frame frame, String method) {
        return StringMethods.call(text(value, frame), method, arguments, frame.budget);
    }

    private static Value replace(Value value, Arguments arguments, Frame frame) {
        Map<String, Value> bound = arguments.of("old", "new", "count");
        String old = Repr.str(arguments.required(bound, "old"), frame.budget);
        String replacement = Repr.str(arguments.required(bound, "new"), frame.budget);
        boolean all = bound.getOrDefault("count", None.NONE) == None.NONE;
        long count = all ? -1 : arguments.integer(bound, "count", -1);
        return new Str(StringMethods.replace(text(value, frame).text(), old, replacement, count, frame.budget));
    }

    private static Value indent(Value value, Arguments arguments, Frame frame) {
        if (!(value instanceof Str string)) {
            throw arguments.failure("it indents a string, not a " + value.type() + ".");
        }
        Map<String, Value> bound = arguments.of("width", "first", "blank");
        String indention;
        if (bound.get("width") instanceof Str given) {
            indention = given.text();
        } else {
            long width = Math.max(0, arguments.integer(bound, "width", 4));
            frame.budget.make(width);
            indention = " ".repeat((int) width);
        }
        boolean blank = arguments.flag(bound, "blank", false);
        // Jinja adds a newline first, so that a text that ends with one keeps it.
        List<String> lines = PythonText.lines(string.text() + "\n");
        frame.budget.make(string.text().length());
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean indented = i == 0 ? arguments.flag(bound, "first", false) : blank || !line.isEmpty();
            frame.budget.make(line.length() + (long) indention.length());
            out.append(i == 0 ? "" : "\n").append(indented ? indention : "").append(line);
        }
        return new Str(out.toString(), string.safe());
    }

    private static Value toInt(Value value, Arguments arguments, Frame frame) {
        Map<String, Value> bound = arguments.of("default", "base");
        if (arguments.integer(bound, "base", 10) != 10) {
            throw TemplateException.refused(arguments.construct(), "another base than 10 is not known.");
        }
        if (value instanceof Int || value instanceof Bool) {
            return new Int(Operators.toLong(value));
        } else if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        Double number = value instanceof Num given ? Double.valueOf(given.value()) : null;
        if (value instanceof Str string) {
            String digits = PythonText.stripRight(PythonText.stripLeft(string.text()));
            if (digits.matches("[+-]?[0-9]{1,18}(_[0-9]+)*") && digits.length() <= 19) {
                return new Int(Long.parseLong(digits.replace("_", "").replace("+", "")));
            }
            number = parsed(digits);
        }
        if (number == null || number.isNaN() || number.isInfinite()) {
            return bound.getOrDefault("default", new Int(0));
        }
        if (Math.abs(number) >= 0x1p63) {
            throw arguments.failure("the number does not fit 64 bits.");
        }
        return new Int(number.longValue());
    }

    private static Value toFloat(Value value, Arguments arguments, Frame frame) {
        Map<String, Value> bound = arguments.of("default");
        if (Operators.isNumber(value)) {
            return new Num(Operators.toDouble(value));
        } else if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        Double number =
                value instanceof Str string ? parsed(PythonText.stripRight(PythonText.stripLeft(string.text()))) : null;
        return number == null ? bound.getOrDefault("default", new Num(0)) : new Num(number);
    }

    /** A decimal number as Python's {@code float} reads it; null for anything else. */
    private static @Nullable Double parsed(String text) {
        if (text.matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,6})?") && text.length() < 400) {
            return Double.valueOf(text);
        }
        String word = text.toLowerCase(Locale.ROOT).replaceFirst("^[+-]", "");
        if (word.equals("nan")) {
            return Double.NaN;
        }
        boolean infinite = word.equals("inf") || word.equals("infinity");
        return infinite
                ? Double.valueOf(text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY)
                : null;
    }

    private static Value abs(Value value, Arguments arguments, Frame frame) {
        arguments.of();
        if (value instanceof Num number) {
            return new Num(Math.abs(number.value()));
        } else if (!Operators.isNumber(value)) {
            throw arguments.failure("it takes a number, not a " + value.type() + ".");
        }
        return Operators.toLong(value) < 0 ? Arithmetic.negate(value) : new Int(Operators.toLong(value));
    }
}
