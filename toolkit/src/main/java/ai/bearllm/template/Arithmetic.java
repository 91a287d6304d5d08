package ai.bearllm.template;

import ai.bearllm.template.Value.Int;
import ai.bearllm.template.Value.Num;
import ai.bearllm.template.Value.Seq;
import ai.bearllm.template.Value.Str;
import ai.bearllm.template.Value.Undefined;
import java.util.ArrayList;
import java.util.List;

/** Calculation as Python has it, in 64 bits: a whole number that grows beyond them is refused. */
final class Arithmetic {
    private Arithmetic() {}

    static Value binary(String operator, Value a, Value b, Budget budget) {
        if (a instanceof Undefined || b instanceof Undefined) {
            throw Operators.mismatch(operator, a, b);
        }
        if (Operators.isNumber(a) && Operators.isNumber(b)) {
            return numbers(operator, a, b);
        }
        if (operator.equals("+") && a instanceof Str x && b instanceof Str y) {
            return join(x, y, budget);
        }
        if (operator.equals("+") && a instanceof Seq x && b instanceof Seq y && isAddable(x) && x.kind() == y.kind()) {
            budget.steps(x.items().size() + (long) y.items().size());
            List<Value> all = new ArrayList<>(x.items());
            all.addAll(y.items());
            return new Seq(x.kind(), all);
        }
        if (operator.equals("*")) {
            return Operators.isNumber(a) ? repeat(b, a, budget) : repeat(a, b, budget);
        }
        if (operator.equals("%") && a instanceof Str) {
            throw TemplateException.refused("operator '%'", "formatting a string with it is not known.");
        }
        throw Operators.mismatch(operator, a, b);
    }

    private static boolean isAddable(Seq seq) {
        return seq.kind() == Seq.Kind.LIST || seq.kind() == Seq.Kind.TUPLE;
    }

    private static Str join(Str a, Str b, Budget budget) {
        boolean safe = a.safe() || b.safe();
        String left = safe && !a.safe() ? escape(a.text(), budget) : a.text();
        String right = safe && !b.safe() ? escape(b.text(), budget) : b.text();
        budget.make(left.length() + (long) right.length());
        return new Str(left + right, safe);
    }

    private static String escape(String text, Budget budget) {
        budget.make(text.length() * 5L);
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&#34;")
                .replace("'", "&#39;");
    }

    private static Value repeat(Value what, Value times, Budget budget) {
        if (!Operators.isNumber(times) || times instanceof Num) {
            throw Operators.mismatch("*", what, times);
        }
        long count = Math.max(0, Operators.toLong(times));
        if (what instanceof Str string) {
            budget.make(product(string.text().length(), count));
            return new Str(string.text().isEmpty() ? "" : string.text().repeat((int) count), string.safe());
        } else if (what instanceof Seq seq && isAddable(seq)) {
            budget.steps(product(seq.items().size(), count));
            List<Value> all = new ArrayList<>();
            for (long i = 0; i < count && !seq.items().isEmpty(); i++) {
                all.addAll(seq.items());
            }
            return new Seq(seq.kind(), all);
        }
        throw Operators.mismatch("*", what, times);
    }

    private static long product(int length, long count) {
        return length == 0 ? 0 : count > Long.MAX_VALUE / length ? Long.MAX_VALUE : length * count;
    }

    private static Value numbers(String operator, Value a, Value b) {
        try {
            if (operator.equals("/") || a instanceof Num || b instanceof Num) {
                return new Num(floats(operator, Operators.toDouble(a), Operators.toDouble(b)));
            }
            return integers(operator, Operators.toLong(a), Operators.toLong(b));
        } catch (ArithmeticException e) {
            throw TemplateException.failed(
                    "operator '" + operator + "'", "the result is no number of 64 bits (" + e.getMessage() + ").");
        }
    }

    private static Value integers(String operator, long a, long b) {
        return switch (operator) {
            case "+" -> new Int(Math.addExact(a, b));
            case "-" -> new Int(Math.subtractExact(a, b));
            case "*" -> new Int(Math.multiplyExact(a, b));
            case "//" -> new Int(a == Long.MIN_VALUE && b == -1 ? Math.negateExact(a) : Math.floorDiv(a, b));
            case "%" -> new Int(Math.floorMod(a, b));
            default -> b < 0 ? new Num(floats("**", (double) a, (double) b)) : new Int(power(a, b));
        };
    }

    private static long power(long base, long exponent) {
        if (base == 0 || base == 1 || base == -1) {
            return exponent == 0 ? 1 : base == -1 && exponent % 2 == 0 ? 1 : base;
        }
        long result = 1;
        // Any other base overflows within 64 rounds.
        for (long i = 0; i < exponent; i++) {
            result = Math.multiplyExact(result, base);
        }
        return result;
    }

    private static double floats(String operator, double a, double b) {
        if (b == 0 && (operator.startsWith("/") || operator.equals("%"))) {
            throw new ArithmeticException("division by zero");
        } else if (a == 0 && b < 0 && operator.equals("**")) {
            throw new ArithmeticException("zero to a negative power");
        }
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "**" -> Math.pow(a, b);
            default -> divided(operator, a, b);
        };
    }

    private static double divided(String operator, double a, double b) {
        if (operator.equals("/")) {
            return a / b;
        }
        double rest = a % b;
        if (rest != 0 && (rest < 0) != (b < 0)) {
            rest += b;
        }
        return operator.equals("%") ? rest : Math.floor((a - rest) / b + 0.5);
    }

    static Value negate(Value value) {
        if (value instanceof Num number) {
            return new Num(-number.value());
        } else if (Operators.isNumber(value)) {
            return numbers("-", new Int(0), value);
        }
        throw unary("-", value);
    }

    static Value plus(Value value) {
        if (!Operators.isNumber(value)) {
            throw unary("+", value);
        }
        return value instanceof Num ? value : new Int(Operators.toLong(value));
    }

    private static TemplateException unary(String operator, Value value) {
        return value instanceof Undefined undefined
                ? undefined.failure()
                : TemplateException.failed("operator '" + operator + "'", "it does not work on " + value.type() + ".");
    }
}
