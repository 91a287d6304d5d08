package ai.bearllm.template;

import ai.bearllm.template.Filters.Filter;
import ai.bearllm.template.Value.Dict;
import ai.bearllm.template.Value.Int;
import ai.bearllm.template.Value.None;
import ai.bearllm.template.Value.Seq;
import ai.bearllm.template.Value.Str;
import ai.bearllm.template.Value.Undefined;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Filters that go through values. */
final class SequenceFilters {
    static final Map<String, Filter> ALL = Map.ofEntries(
            Map.entry("length", SequenceFilters::length),
            Map.entry("count", SequenceFilters::length),
            Map.entry("list", SequenceFilters::list),
            Map.entry("join", SequenceFilters::join),
            Map.entry("items", SequenceFilters::items),
            Map.entry("first", (value, arguments, frame) -> end(value, arguments, frame, true)),
            Map.entry("last", (value, arguments, frame) -> end(value, arguments, frame, false)),
            Map.entry("reverse", SequenceFilters::reverse),
            Map.entry("map", SequenceFilters::map),
            Map.entry("select", (value, arguments, frame) -> select(value, arguments, frame, false, true)),
            Map.entry("reject", (value, arguments, frame) -> select(value, arguments, frame, false, false)),
            Map.entry("selectattr", (value, arguments, frame) -> select(value, arguments, frame, true, true)),
            Map.entry("rejectattr", (value, arguments, frame) -> select(value, arguments, frame, true, false)),
            Map.entry("dictsort", SequenceFilters::dictsort),
            Map.entry("sort", SequenceFilters::sort),
            Map.entry("unique", SequenceFilters::unique),
            Map.entry("sum", SequenceFilters::sum),
            Map.entry("min", (value, arguments, frame) -> extreme(value, arguments, frame, true)),
            Map.entry("max", (value, arguments, frame) -> extreme(value, arguments, frame, false)));

    private SequenceFilters() {}

    private static List<Value> taken(Value value, Frame frame) {
        List<Value> items = Operators.iterate(value, frame.budget);
        frame.budget.steps(items.size());
        return items;
    }

    private static Value length(Value value, Arguments arguments, Frame frame) {
        arguments.of();
        Integer length = Operators.length(value, frame.budget);
        if (length == null) {
            throw arguments.failure("a value of type " + value.type() + " has no length.");
        }
        return new Int(length);
    }

    private static Value list(Value value, Arguments arguments, Frame frame) {
        arguments.of();
        return Seq.list(taken(value, frame));
    }

    private static Value join(Value value, Arguments arguments, Frame frame) {
        Map<String, Value> bound = arguments.of("d", "attribute");
        String separator = Repr.str(bound.getOrDefault("d", Str.EMPTY), frame.budget);
        UnaryOperator<Value> part = attribute(bound.get("attribute"), frame);
        StringBuilder out = new StringBuilder();
        boolean first = true;
        for (Value item : taken(value, frame)) {
            String text = Repr.str(part.apply(item), frame.budget);
            frame.budget.make(separator.length() + (long) text.length());
            out.append(first ? "" : separator).append(text);
            first = false;
        }
        return new Str(out.toString());
    }

    private static Value items(Value value, Arguments arguments, Frame frame) {
        arguments.of();
        if (value instanceof Undefined) {
            return Seq.generator(List.of());
        } else if (value instanceof Dict dict) {
            frame.budget.steps(4L * dict.size());
            return Seq.generator(dict.items());
        }
        throw arguments.failure("it takes a dict, not a " + value.type() + ".");
    }

    private static Value end(Value value, Arguments arguments, Frame frame, boolean first) {
        arguments.of();
        List<Value> items = taken(value, frame);
        if (items.isEmpty()) {
            return new Undefined("the " + (first ? "first" : "last") + " of no items");
        }
        return items.get(first ? 0 : items.size() - 1);
    }

    private static Value reverse(Value value, Arguments arguments, Frame frame) {
        arguments.of();
        if (value instanceof Str string) {
            frame.budget.make(string.text().length());
            return new Str(new StringBuilder(string.text()).reverse().toString());
        }
        List<Value> items = new ArrayList<>(taken(value, frame));
        Collections.reverse(items);
        return Seq.generator(items);
    }

    /** Takes a part out of a value as {@code attribute='a.b'} says; the value itself where nothing is said. */
    private static UnaryOperator<Value> attribute(@Nullable Value path, Frame frame) {
        if (path == null || path == None.NONE) {
            return value -> value;
        }
        if (!(path instanceof Str string)) {
            return value -> Access.item(value, path, frame.budget);
        }
        String[] names = string.text().split("\\.", -1);
        return value -> {
            Value part = value;
            for (String name : names) {
                frame.budget.step();
                boolean index =
                        !name.isEmpty() && name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9');
                part = Access.item(part, index ? new Int(Long.parseLong(name)) : new Str(name), frame.budget);
            }
            return part;
        };
    }

    private static Value map(Value value, Arguments arguments, Frame frame) {
        List<Value> mapped = new ArrayList<>();
        if (arguments.positional().isEmpty()) {
            Map<String, Value> bound = arguments.of("attribute", "default");
            UnaryOperator<Value> part = attribute(arguments.required(bound, "attribute"), frame);
            Value fallback = bound.getOrDefault("default", None.NONE);
            for (Value item : each(value, frame)) {
                Value found = part.apply(item);
                mapped.add(found instanceof Undefined && fallback != None.NONE ? fallback : found);
            }
            return Seq.generator(mapped);
        }
        String name = named(arguments, 0);
        for (Value item : each(value, frame)) {
            mapped.add(Filters.apply(name, item, arguments.rest(1, "filter '" + name + "'"), frame));
        }
        return Seq.generator(mapped);
    }

    /** As Jinja goes through what it filters: nothing at all where the value is false. */
    private static List<Value> each(Value value, Frame frame) {
        return Operators.isTrue(value) ? taken(value, frame) : List.of();
    }

    private static String named(Arguments arguments, int index) {
        if (index < arguments.positional().size() && arguments.positional().get(index) instanceof Str name) {
            return name.text();
        }
        throw arguments.failure("it needs a name.");
    }

    private static Value select(Value value, Arguments arguments, Frame frame, boolean byAttribute, boolean wanted) {
        int first = byAttribute ? 1 : 0;
        UnaryOperator<Value> part = byAttribute
                ? attribute(
                        arguments.positional().isEmpty()
                                ? new Str(named(arguments, 0))
                                : arguments.positional().get(0),
                        frame)
                : UnaryOperator.identity();
        boolean plain = arguments.positional().size() <= first;
        String name = plain ? "" : named(arguments, first);
        List<Value> selected = new ArrayList<>();
        for (Value item : each(value, frame)) {
            Value tested = part.apply(item);
            boolean holds = plain
                    ? Operators.isTrue(tested)
                    : Predicates.test(name, tested, arguments.rest(first + 1, "test '" + name + "'"), frame.budget);
            if (holds == wanted) {
                selected.add(item);
            }
        }
        return Seq.generator(selected);
    }

    /** Lower case for strings, unless case counts. */
    private static UnaryOperator<Value> ignoringCase(boolean caseSensitive, Frame frame) {
        return value -> {
            if (caseSensitive || !(value instanceof Str string)) {
                return value;
            }
            frame.budget.make(string.text().length());
            return new Str(string.text().toLowerCase(Locale.ROOT));
        };
    }

    private static Comparator<Value> order(Frame frame) {
        return (a, b) -> {
            int order = Operators.order("<", a, b, frame.budget);
            if (order == 2) {
                throw TemplateException.failed("sorting", "NaN has no order.");
            }
            return order;
        };
    }

    private static Value dictsort(Value value, Arguments arguments, Frame frame) {
        Map<String, Value> bound = arguments.of("case_sensitive", "by", "reverse");
        String by = arguments.text(bound, "by", "key");
        if (!by.equals("key") && !by.equals("value")) {
            throw arguments.failure("'by' must be 'key' or 'value'.");
        }
        if (!(value instanceof Dict dict)) {
            throw arguments.failure("it takes a dict, not a " + value.type() + ".");
        }
        UnaryOperator<Value> key = ignoringCase(arguments.flag(bound, "case_sensitive", false), frame);
        int index = by.equals("key") ? 0 : 1;
        return Seq.list(sorted(
                dict.items(),
                item -> key.apply(((Seq) item).items().get(index)),
                arguments.flag(bound, "reverse", false),
                frame));
    }

    private static List<Value> sorted(List<Value> items, UnaryOperator<Value> key, boolean reverse, Frame frame) {
        record Keyed(Value key, Value item) {}
        List<Keyed> keyed = new ArrayList<>();
        items.forEach(item -> keyed.add(new Keyed(key.apply(item), item)));
        Comparator<Keyed> order = Comparator.comparing(Keyed::key, order(frame));
        keyed.sort(reverse ? order.reversed() : order);
        return keyed.stream().map(Keyed::item).toList();
    }

    private static Value sort(Value value, Arguments arguments, Frame frame) {
        Map<String, Value> bound = arguments.of("reverse", "case_sensitive", "attribute");
        UnaryOperator<Value> key = ignoringCase(arguments.flag(bound, "case_sensitive", false), frame);
        List<UnaryOperator<Value>> parts = new ArrayList<>();
        if (bound.get("attribute") instanceof Str several) {
            for (String one : several.text().split(",", -1)) {
                parts.add(attribute(new Str(one), frame));
            }
        } else {
            parts.add(attribute(bound.get("attribute"), frame));
        }
        UnaryOperator<Value> keys = item ->
                Seq.list(parts.stream().map(part -> key.apply(part.apply(item))).toList());
        return Seq.list(sorted(taken(value, frame), keys, arguments.flag(bound, "reverse", false), frame));
    }

    private static Value unique(Value value, Arguments arguments, Frame frame) {
        Map<String, Value> bound = arguments.of("case_sensitive", "attribute");
        UnaryOperator<Value> key = ignoringCase(arguments.flag(bound, "case_sensitive", false), frame);
        UnaryOperator<Value> part = attribute(bound.get("attribute"), frame);
        Set<Object> seen = new HashSet<>();
        List<Value> unique = new ArrayList<>();
        for (Value item : taken(value, frame)) {
            if (seen.add(Dict.id(key.apply(part.apply(item))))) {
                unique.add(item);
            }
        }
        return Seq.generator(unique);
    }

    private static Value sum(Value value, Arguments arguments, Frame frame) {
        Map<String, Value> bound = arguments.of("attribute", "start");
        UnaryOperator<Value> part = attribute(bound.get("attribute"), frame);
        Value sum = bound.getOrDefault("start", new Int(0));
        for (Value item : taken(value, frame)) {
            sum = Arithmetic.binary("+", sum, part.apply(item), frame.budget);
        }
        return sum;
    }

    private static Value extreme(Value value, Arguments arguments, Frame frame, boolean least) {
        Map<String, Value> bound = arguments.of("case_sensitive", "attribute");
        UnaryOperator<Value> key = ignoringCase(arguments.flag(bound, "case_sensitive", false), frame);
        UnaryOperator<Value> part = attribute(bound.get("attribute"), frame);
        Value best = null;
        Value bestKey = None.NONE;
        for (Value item : taken(value, frame)) {
            Value itemKey = key.apply(part.apply(item));
            int order = best == null ? -1 : order(frame).compare(itemKey, bestKey);
            if (best == null || (least ? order < 0 : order > 0)) {
                best = item;
                bestKey = itemKey;
            }
        }
        return best == null ? new Undefined("the smallest or largest of no items") : best;
    }
}
