package ai.bearllm.template;

import ai.bearllm.template.Value.Bool;
import ai.bearllm.template.Value.Dict;
import ai.bearllm.template.Value.Seq;
import ai.bearllm.template.Value.Str;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An expression. Evaluate it with {@link Frame#eval}, which counts. */
sealed interface Expr {
    /** Where it begins. */
    int line();

    Value eval(Frame frame);

    record Constant(Value value, int line) implements Expr {
        @Override
        public Value eval(Frame frame) {
            return value;
        }
    }

    record Name(String name, int line) implements Expr {
        @Override
        public Value eval(Frame frame) {
            return frame.get(name);
        }
    }

    record Items(Seq.Kind kind, List<Expr> items, int line) implements Expr {
        @Override
        public Value eval(Frame frame) {
            List<Value> values = new ArrayList<>(items.size());
            items.forEach(item -> values.add(frame.eval(item)));
            return new Seq(kind, values);
        }
    }

    record Pair(Expr key, Expr value) {}

    record DictOf(List<Pair> pairs, int line) implements Expr {
        @Override
        public Value eval(Frame frame) {
            Dict dict = new Dict();
            pairs.forEach(pair -> dict.put(frame.eval(pair.key()), frame.eval(pair.value())));
            return dict;
        }
    }

    /** {@code then if test else otherwise}; without an else, undefined. */
    record Conditional(Expr test, Expr then, @Nullable Expr otherwise, int line) implements Expr {
        @Override
        public Value eval(Frame frame) {
            if (frame.isTrue(test)) {
                return frame.eval(then);
            }
            return otherwise == null
                    ? new Value.Undefined("the value of an inline 'if' without 'else'")
                    : frame.eval(otherwise);
        }
    }

    /** {@code and}, {@code or}: the value that decides. */
    record Logic(boolean and, Expr left, Expr right, int line) implements Expr {
        @Override
        public Value eval(Frame frame) {
            Value first = frame.eval(left);
            return Operators.isTrue(first) == and ? frame.eval(right) : first;
        }
    }

    record Not(Expr operand, int line) implements Expr {
        @Override
        public Value eval(Frame frame) {
            return Bool.of(!frame.isTrue(operand));
        }
    }

    record Operand(String operator, Expr value) {}

    /** {@code a < b <= c}, {@code a in b}. */
    record Comparison(Expr first, List<Operand> operands, int line) implements Expr {
        @Override
        public Value eval(Frame frame) {
            Value left = frame.eval(first);
            for (Operand operand : operands) {
                Value right = frame.eval(operand.value());
                if (!holds(operand.operator(), left, right, frame.budget)) {
                    return Bool.FALSE;
                }
                left = right;
            }
            return Bool.TRUE;
        }

        private static boolean holds(String operator, Value left, Value right, Budget budget) {
            return switch (operator) {
                case "in" -> Operators.contains(right, left, budget);
                case "not in" -> !Operators.contains(right, left, budget);
                default -> Operators.holds(operator, left, right, budget);
            };
        }
    }

    /** {@code a ~ b}. */
    record Concatenation(List<Expr> parts, int line) implements Expr {
        @Override
        public Value eval(Frame frame) {
            StringBuilder text = new StringBuilder();
            for (Expr part : parts) {
                String next = Repr.str(frame.eval(part), frame.budget);
                frame.budget.make(next.length());
                text.append(next);
            }
            return new Str(text.toString());
        }
    }

    record Binary(String operator, Expr left, Expr right, int line) implements Expr {
        @Override
        public Value eval(Frame frame) {
            return Arithmetic.binary(operator, frame.eval(left), frame.eval(right), frame.budget);
        }
    }

    record Sign(boolean minus, Expr operand, int line) implements Expr {
        @Override
        public Value eval(Frame frame) {
            Value value = frame.eval(operand);
            return minus ? Arithmetic.negate(value) : Arithmetic.plus(value);
        }
    }

    /** {@code object.name}. */
    record Attribute(Expr object, String name, int line) implements Expr {
        @Override
        public Value eval(Frame frame) {
            return Access.attribute(frame.eval(object), name);
        }
    }

    /** {@code object[index]}. */
    record Item(Expr object, Expr index, int line) implements Expr {
        @Override
        public Value eval(Frame frame) {
            return Access.item(frame.eval(object), frame.eval(index), frame.budget);
        }
    }

    /** {@code object[from:to:step]}. */
    record Slice(
            Expr object,
            @Nullable Expr from,
            @Nullable Expr to,
            @Nullable Expr step,
            int line) implements Expr {
        @Override
        public Value eval(Frame frame) {
            return Access.slice(
                    frame.eval(object), bound(from, frame), bound(to, frame), bound(step, frame), frame.budget);
        }

        private static Value bound(@Nullable Expr bound, Frame frame) {
            return bound == null ? Value.None.NONE : frame.eval(bound);
        }
    }

    /** What stands between the parentheses of a call. */
    record ArgumentsOf(List<Expr> positional, Map<String, Expr> named) {
        static final ArgumentsOf NONE = new ArgumentsOf(List.of(), Map.of());

        Arguments eval(String construct, Frame frame) {
            List<Value> values = new ArrayList<>(positional.size());
            positional.forEach(argument -> values.add(frame.eval(argument)));
            Map<String, Value> byName = new LinkedHashMap<>();
            named.forEach((name, argument) -> byName.put(name, frame.eval(argument)));
            return new Arguments(construct, values, byName);
        }
    }

    record Call(Expr callee, ArgumentsOf arguments, int line) implements Expr {
        @Override
        public Value eval(Frame frame) {
            Value function = frame.eval(callee);
            return Calls.call(function, arguments.eval(named(callee), frame), frame);
        }

        private static String named(Expr callee) {
            if (callee instanceof Name name) {
                return "call of '" + name.name() + "'";
            }
            return callee instanceof Attribute attribute ? "method '" + attribute.name() + "'" : "a call";
        }
    }

    /**
     * {@code subject|name(arguments)}.
     *
     * @param subject null where the text of a block takes its place
     */
    record Filtered(@Nullable Expr subject, String name, ArgumentsOf arguments, int line) implements Expr {
        @Override
        public Value eval(Frame frame) {
            if (subject == null) {
                throw new IllegalStateException("a block's filter has no subject of its own");
            }
            return apply(frame.eval(subject), frame);
        }

        /** On the text of a block: the innermost filter takes it. */
        Value on(Value text, Frame frame) {
            frame.budget.enter();
            Value value = subject instanceof Filtered inner ? inner.on(text, frame) : text;
            Value result = apply(value, frame);
            frame.budget.leave();
            return result;
        }

        private Value apply(Value value, Frame frame) {
            return Filters.apply(name, value, arguments.eval("filter '" + name + "'", frame), frame);
        }
    }

    /** {@code subject is name(arguments)}. */
    record Tested(Expr subject, String name, ArgumentsOf arguments, int line) implements Expr {
        @Override
        public Value eval(Frame frame) {
            Value value = frame.eval(subject);
            return Bool.of(Predicates.test(name, value, arguments.eval("test '" + name + "'", frame), frame.budget));
        }
    }
}
