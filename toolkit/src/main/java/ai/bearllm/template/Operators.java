package ai.bearllm.template;

import ai.bearllm.template.Value.Bool;
import ai.bearllm.template.Value.Dict;
import ai.bearllm.template.Value.Int;
import ai.bearllm.template.Value.None;
import ai.bearllm.template.Value.Num;
import ai.bearllm.template.Value.Seq;
import ai.bearllm.template.Value.Str;
import ai.bearllm.template.Value.Undefined;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Truth, equality, order, membership and going through values, as Python has them. */
final class Operators {
    private Operators() {}

    static boolean isTrue(Value value) {
        if (value instanceof Bool bool) {
            return bool.value();
        } else if (value instanceof Str string) {
            return !string.text().isEmpty();
        } else if (value instanceof Seq seq) {
            return seq.kind() == Seq.Kind.GENERATOR || !seq.items().isEmpty();
        } else if (value instanceof Dict dict) {
            return dict.size() > 0;
        } else if (value instanceof Int number) {
            return number.value() != 0;
        } else if (value instanceof Num number) {
            return number.value() != 0;
        }
        return !(value instanceof Undefined) && value != None.NONE;
    }

    /** The values that {@code for} goes through. */
    static List<Value> iterate(Value value, Budget budget) {
        if (value instanceof Seq seq) {
            return seq.take();
        } else if (value instanceof Dict dict) {
            budget.steps(dict.size());
            return dict.keys();
        } else if (value instanceof Undefined) {
            return List.of();
        } else if (value instanceof Str string) {
            budget.steps(8L * string.text().length());
            List<Value> characters = new ArrayList<>();
            string.text().codePoints().forEach(c -> characters.add(new Str(Character.toString(c))));
            return characters;
        }
        throw TemplateException.failed("", "A value of type " + value.type() + " cannot be gone through.");
    }

    static boolean isIterable(Value value) {
        return value instanceof Seq
                || value instanceof Dict
                || value instanceof Undefined
                || value instanceof Str
                || value instanceof Value.LoopValue;
    }

    static boolean equal(Value a, Value b, Budget budget) {
        budget.enter();
        boolean equal = equalWithin(a, b, budget);
        budget.leave();
        return equal;
    }

    private static boolean equalWithin(Value a, Value b, Budget budget) {
        if (a instanceof Str x && b instanceof Str y) {
            budget.scan(Math.min(x.text().length(), y.text().length()));
            return x.text().equals(y.text());
        } else if (isNumber(a) && isNumber(b)) {
            return compareNumbers(a, b) == 0;
        } else if (a instanceof Seq x && b instanceof Seq y && x.kind() == y.kind() && x.isIndexed()) {
            return equalItems(x.items(), y.items(), budget);
        } else if (a instanceof Dict x && b instanceof Dict y) {
            return x.size() == y.size() && equalEntries(x, y, budget);
        } else if (a instanceof Undefined) {
            return b instanceof Undefined;
        } else if (a instanceof Value.Method x && b instanceof Value.Method y) {
            return x.receiver() == y.receiver() && x.name().equals(y.name());
        }
        return a == b;
    }

    private static boolean equalItems(List<Value> a, List<Value> b, Budget budget) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (!equal(a.get(i), b.get(i), budget)) {
                return false;
            }
        }
        return true;
    }

    private static boolean equalEntries(Dict a, Dict b, Budget budget) {
        for (Map.Entry<Value, Value> entry : a.entries()) {
            Value other = b.get(entry.getKey());
            if (other == null || !equal(entry.getValue(), other, budget)) {
                return false;
            }
        }
        return true;
    }

    static boolean isNumber(Value value) {
        return value instanceof Int || value instanceof Num || value instanceof Bool;
    }

    static double toDouble(Value number) {
        return number instanceof Num num ? num.value() : toLong(number);
    }

    static long toLong(Value number) {
        if (number instanceof Bool bool) {
            return bool.value() ? 1 : 0;
        }
        return number instanceof Int whole ? whole.value() : (long) ((Num) number).value();
    }

    /** Negative, zero, positive; 2 where NaN has no order. */
    private static int compareNumbers(Value a, Value b) {
        if (!(a instanceof Num) && !(b instanceof Num)) {
            return Long.compare(toLong(a), toLong(b));
        }
        double x = toDouble(a);
        double y = toDouble(b);
        if (Double.isNaN(x) || Double.isNaN(y)) {
            return 2;
        }
        if (Double.isInfinite(x) || Double.isInfinite(y)) {
            return Double.compare(x, y);
        }
        return exact(a).compareTo(exact(b));
    }

    private static BigDecimal exact(Value number) {
        return number instanceof Num num ? new BigDecimal(num.value()) : BigDecimal.valueOf(toLong(number));
    }

    /** Whether {@code a operator b} holds for one of the six comparisons. */
    static boolean holds(String operator, Value a, Value b, Budget budget) {
        if (operator.equals("==") || operator.equals("!=")) {
            return equal(a, b, budget) == operator.equals("==");
        }
        int order = order(operator, a, b, budget);
        if (order == 2) {
            return false;
        }
        boolean less = operator.charAt(0) == '<';
        return (order == 0 && operator.length() == 2) || (less ? order < 0 : order > 0);
    }

    /** Negative, zero or positive; 2 where the two have no order. */
    static int order(String operator, Value a, Value b, Budget budget) {
        budget.enter();
        int order;
        if (isNumber(a) && isNumber(b)) {
            order = compareNumbers(a, b);
        } else if (a instanceof Str x && b instanceof Str y) {
            budget.scan(Math.min(x.text().length(), y.text().length()));
            order = Integer.signum(PythonText.compare(x.text(), y.text()));
        } else if (a instanceof Seq x && b instanceof Seq y && x.kind() == y.kind() && isSortable(x)) {
            order = orderItems(operator, x.items(), y.items(), budget);
        } else {
            throw mismatch(operator, a, b);
        }
        budget.leave();
        return order;
    }

    private static boolean isSortable(Seq seq) {
        return seq.kind() == Seq.Kind.LIST || seq.kind() == Seq.Kind.TUPLE;
    }

    private static int orderItems(String operator, List<Value> a, List<Value> b, Budget budget) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            if (!equal(a.get(i), b.get(i), budget)) {
                return order(operator, a.get(i), b.get(i), budget);
            }
        }
        return Integer.compare(a.size(), b.size());
    }

    static TemplateException mismatch(String operator, Value a, Value b) {
        if (a instanceof Undefined undefined) {
            return undefined.failure();
        } else if (b instanceof Undefined undefined) {
            return undefined.failure();
        }
        return TemplateException.failed(
                "operator '" + operator + "'", "it does not work between " + a.type() + " and " + b.type() + ".");
    }

    static boolean contains(Value container, Value item, Budget budget) {
        if (container instanceof Str text) {
            if (!(item instanceof Str wanted)) {
                throw mismatch("in", item, container);
            }
            budget.scan(text.text().length() + (long) wanted.text().length());
            return PythonText.indexOf(text.text(), wanted.text(), 0) >= 0;
        } else if (container instanceof Dict dict) {
            return dict.get(item) != null;
        } else if (!isIterable(container) || container instanceof Value.LoopValue) {
            throw mismatch("in", item, container);
        }
        for (Value value : iterate(container, budget)) {
            if (value == item || equal(value, item, budget)) {
                return true;
            }
        }
        return false;
    }

    /** The number of things in it; null where it has no length. */
    static @Nullable Integer length(Value value, Budget budget) {
        if (value instanceof Str string) {
            budget.scan(string.text().length());
            return PythonText.length(string.text());
        } else if (value instanceof Seq seq && seq.kind() != Seq.Kind.GENERATOR) {
            return seq.items().size();
        } else if (value instanceof Dict dict) {
            return dict.size();
        }
        return value instanceof Undefined ? 0 : null;
    }
}
