package ai.bearllm.template;

import ai.bearllm.template.Value.Bool;
import ai.bearllm.template.Value.Dict;
import ai.bearllm.template.Value.Int;
import ai.bearllm.template.Value.None;
import ai.bearllm.template.Value.Num;
import ai.bearllm.template.Value.Seq;
import ai.bearllm.template.Value.Str;
import ai.bearllm.template.Value.Undefined;
import java.util.Locale;
import java.util.Map;

/** What can stand after {@code is}. */
final class Predicates {
    /** A test that takes no argument. */
    private interface Plain {
        boolean test(Value value);
    }

    private static final Map<String, Plain> PLAIN = Map.ofEntries(
            Map.entry("defined", value -> !(value instanceof Undefined)),
            Map.entry("undefined", value -> value instanceof Undefined),
            Map.entry("none", value -> value == None.NONE),
            Map.entry("string", value -> value instanceof Str),
            Map.entry("mapping", value -> value instanceof Dict),
            Map.entry("iterable", Operators::isIterable),
            Map.entry("sequence", Predicates::isSequence),
            Map.entry("boolean", value -> value instanceof Bool),
            Map.entry("true", value -> value instanceof Bool bool && bool.value()),
            Map.entry("false", value -> value instanceof Bool bool && !bool.value()),
            Map.entry("number", Operators::isNumber),
            Map.entry("integer", value -> value instanceof Int),
            Map.entry("float", value -> value instanceof Num),
            Map.entry("callable", Predicates::isCallable),
            Map.entry("odd", value -> remainder(value, 2) == 1),
            Map.entry("even", value -> remainder(value, 2) == 0),
            Map.entry("lower", value -> isCased(value, false)),
            Map.entry("upper", value -> isCased(value, true)));

    /** Tests with one argument that are comparisons, and the comparison that each is. */
    private static final Map<String, String> COMPARISONS = Map.ofEntries(
            Map.entry("eq", "=="),
            Map.entry("equalto", "=="),
            Map.entry("==", "=="),
            Map.entry("ne", "!="),
            Map.entry("!=", "!="),
            Map.entry("lt", "<"),
            Map.entry("lessthan", "<"),
            Map.entry("<", "<"),
            Map.entry("le", "<="),
            Map.entry("<=", "<="),
            Map.entry("gt", ">"),
            Map.entry("greaterthan", ">"),
            Map.entry(">", ">"),
            Map.entry("ge", ">="),
            Map.entry(">=", ">="));

    private Predicates() {}

    static boolean has(String name) {
        return PLAIN.containsKey(name)
                || COMPARISONS.containsKey(name)
                || name.equals("in")
                || name.equals("divisibleby")
                || name.equals("sameas");
    }

    static boolean test(String name, Value value, Arguments arguments, Budget budget) {
        Plain plain = PLAIN.get(name);
        if (plain != null) {
            arguments.of();
            return plain.test(value);
        }
        String comparison = COMPARISONS.get(name);
        if (comparison == null && !has(name)) {
            throw TemplateException.refused("test '" + name + "'", "this test is not known.");
        }
        Value other = arguments.required(arguments.of("other"), "other");
        if (comparison != null) {
            return Operators.holds(comparison, value, other, budget);
        } else if (name.equals("in")) {
            return Operators.contains(other, value, budget);
        } else if (name.equals("sameas")) {
            return isSame(value, other);
        }
        if (!(other instanceof Int divisor) || divisor.value() == 0) {
            throw arguments.failure("it divides by a whole number other than 0.");
        }
        return remainder(value, divisor.value()) == 0;
    }

    private static boolean isSequence(Value value) {
        return value instanceof Str
                || value instanceof Dict
                || value instanceof Undefined
                || (value instanceof Seq seq && seq.isIndexed());
    }

    private static boolean isCallable(Value value) {
        return value instanceof Value.Macro
                || value instanceof Value.Method
                || value instanceof Value.Function
                || value instanceof Undefined;
    }

    private static long remainder(Value value, long divisor) {
        if (value instanceof Num || !Operators.isNumber(value)) {
            throw Operators.mismatch("%", value, new Int(divisor));
        }
        return Math.floorMod(Operators.toLong(value), divisor);
    }

    private static boolean isCased(Value value, boolean upper) {
        if (!(value instanceof Str string)) {
            return false;
        }
        String text = string.text();
        String same = upper ? text.toUpperCase(Locale.ROOT) : text.toLowerCase(Locale.ROOT);
        return text.equals(same)
                && text.codePoints().anyMatch(c -> upper ? Character.isUpperCase(c) : Character.isLowerCase(c));
    }

    private static boolean isSame(Value value, Value other) {
        if (value instanceof Bool a && other instanceof Bool b) {
            return a.value() == b.value();
        } else if (value instanceof Str || value instanceof Int || value instanceof Num) {
            throw TemplateException.refused("test 'sameas'", "identity of strings and numbers is not known; use '=='.");
        }
        return value == other;
    }
}
