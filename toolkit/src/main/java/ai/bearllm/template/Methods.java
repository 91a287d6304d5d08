package ai.bearllm.template;

import ai.bearllm.template.Value.Dict;
import ai.bearllm.template.Value.Int;
import ai.bearllm.template.Value.Method;
import ai.bearllm.template.Value.None;
import ai.bearllm.template.Value.Seq;
import ai.bearllm.template.Value.Str;
import java.util.Map;
import java.util.Set;

/** The methods that Python's dicts, lists and strings have; those that would change something are refused. */
final class Methods {
    private static final Set<String> DICT = Set.of(
            "clear", "copy", "fromkeys", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values");
    private static final Set<String> LIST =
            Set.of("append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse", "sort");
    private static final Set<String> TUPLE = Set.of("count", "index");
    private static final Set<String> STRING = Set.of(
            "capitalize",
            "casefold",
            "center",
            "count",
            "encode",
            "endswith",
            "expandtabs",
            "find",
            "format",
            "format_map",
            "index",
            "isalnum",
            "isalpha",
            "isascii",
            "isdecimal",
            "isdigit",
            "isidentifier",
            "islower",
            "isnumeric",
            "isprintable",
            "isspace",
            "istitle",
            "isupper",
            "join",
            "ljust",
            "lower",
            "lstrip",
            "maketrans",
            "partition",
            "removeprefix",
            "removesuffix",
            "replace",
            "rfind",
            "rindex",
            "rjust",
            "rpartition",
            "rsplit",
            "rstrip",
            "split",
            "splitlines",
            "startswith",
            "strip",
            "swapcase",
            "title",
            "translate",
            "upper",
            "zfill");

    private Methods() {}

    /** Whether Python's type has a method of this name: {@code x.name} then means it, also where a key has that name. */
    static boolean has(Value value, String name) {
        if (value instanceof Str) {
            return STRING.contains(name);
        } else if (value instanceof Dict) {
            return DICT.contains(name);
        }
        return value instanceof Seq seq
                && ((seq.kind() == Seq.Kind.LIST && LIST.contains(name))
                        || (seq.kind() == Seq.Kind.TUPLE && TUPLE.contains(name)));
    }

    static Value call(Method method, Arguments arguments, Frame frame) {
        Value receiver = method.receiver();
        if (receiver instanceof Str string) {
            return StringMethods.call(string, method.name(), arguments, frame.budget);
        } else if (receiver instanceof Dict dict) {
            return dict(dict, method.name(), arguments, frame.budget);
        } else if (receiver instanceof Seq seq) {
            return list(seq, method.name(), arguments, frame.budget);
        } else if (receiver instanceof Loop loop) {
            return method.name().equals("cycle") ? loop.cycle(arguments) : loop.changed(arguments);
        }
        throw unknown(receiver, method.name());
    }

    private static Value dict(Dict dict, String name, Arguments arguments, Budget budget) {
        if (name.equals("get")) {
            if (!arguments.named().isEmpty()) {
                throw arguments.failure("its arguments have no names.");
            }
            Map<String, Value> bound = arguments.of("key", "default");
            Value found = dict.get(arguments.required(bound, "key"));
            return found == null ? bound.getOrDefault("default", None.NONE) : found;
        }
        budget.steps(4L * dict.size());
        Value result = switch (name) {
            case "items" -> new Seq(Seq.Kind.VIEW, dict.items());
            case "keys" -> new Seq(Seq.Kind.VIEW, dict.keys());
            case "values" -> new Seq(Seq.Kind.VIEW, dict.values());
            case "copy" -> dict;
            default -> throw unknown(dict, name);
        };
        arguments.of();
        return result;
    }

    private static Value list(Seq seq, String name, Arguments arguments, Budget budget) {
        return switch (name) {
            case "copy" -> seq;
            case "count" -> count(seq, arguments, budget);
            case "index" -> index(seq, arguments, budget);
            default -> throw unknown(seq, name);
        };
    }

    private static Value count(Seq seq, Arguments arguments, Budget budget) {
        Value counted = arguments.required(arguments.of("value"), "value");
        return new Int(seq.items().stream()
                .filter(item -> Operators.equal(item, counted, budget))
                .count());
    }

    private static Value index(Seq seq, Arguments arguments, Budget budget) {
        Value wanted = arguments.required(arguments.of("value"), "value");
        for (int i = 0; i < seq.items().size(); i++) {
            if (Operators.equal(seq.items().get(i), wanted, budget)) {
                return new Int(i);
            }
        }
        throw arguments.failure("the value is not in the list.");
    }

    static TemplateException unknown(Value receiver, String name) {
        boolean changes = !(receiver instanceof Str);
        return TemplateException.refused(
                "method '" + name + "' of a " + receiver.type(),
                changes ? "it would change the value, which templates must not, or is not known." : "it is not known.");
    }
}
