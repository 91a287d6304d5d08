package ai.bearllm.template;

import ai.bearllm.template.Value.Bool;
import ai.bearllm.template.Value.Dict;
import ai.bearllm.template.Value.Int;
import ai.bearllm.template.Value.LoopValue;
import ai.bearllm.template.Value.Method;
import ai.bearllm.template.Value.Namespace;
import ai.bearllm.template.Value.None;
import ai.bearllm.template.Value.Num;
import ai.bearllm.template.Value.Seq;
import ai.bearllm.template.Value.Str;
import ai.bearllm.template.Value.Undefined;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** Looking inside values: {@code x.name} finds a method before a key, {@code x['name']} a key before a method. */
final class Access {
    private Access() {}

    static Value attribute(Value value, String name) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        refuseInternals(name);
        if (value instanceof Namespace namespace) {
            Value found = namespace.names.get(name);
            return found == null ? new Undefined("'" + name + "' of a namespace") : found;
        }
        if (value instanceof LoopValue loop) {
            Value found = loop.attribute(name);
            return found == null ? missing(value, name) : found;
        }
        if (Methods.has(value, name)) {
            return new Method(value, name);
        }
        return value instanceof Dict dict ? entry(dict, new Str(name)) : missing(value, name);
    }

    static Value item(Value value, Value key, Budget budget) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (value instanceof Dict dict
                && (!(key instanceof Seq) && !(key instanceof Dict) && !(key instanceof Undefined))) {
            Value found = dict.get(key);
            if (found != null) {
                return found;
            }
        }
        if ((key instanceof Int || key instanceof Bool) && !(value instanceof Dict)) {
            return indexed(value, Operators.toLong(key), budget);
        }
        return key instanceof Str name ? attribute(value, name.text()) : missing(value, Repr.str(key, budget));
    }

    private static Value entry(Dict dict, Value key) {
        Value found = dict.get(key);
        return found == null ? missing(dict, ((Str) key).text()) : found;
    }

    private static Undefined missing(Value value, String name) {
        return new Undefined(
                "'" + (name.length() > 60 ? name.substring(0, 60) + "…" : name) + "' of a " + value.type());
    }

    /** What leads from a value to the program behind it in Python's own renderer; it would lead nowhere here. */
    private static void refuseInternals(String name) {
        if (name.startsWith("__")) {
            throw TemplateException.refused("attribute '" + name + "'", "attributes of the program are not reachable.");
        }
    }

    private static Value indexed(Value value, long index, Budget budget) {
        if (value instanceof Seq seq && seq.isIndexed()) {
            long i = index < 0 ? index + seq.items().size() : index;
            if (i >= 0 && i < seq.items().size()) {
                return seq.items().get((int) i);
            }
        } else if (value instanceof Str string) {
            budget.scan(string.text().length());
            int length = PythonText.length(string.text());
            long i = index < 0 ? index + length : index;
            if (i >= 0 && i < length) {
                int at = string.text().offsetByCodePoints(0, (int) i);
                return new Str(Character.toString(string.text().codePointAt(at)));
            }
        }
        return missing(value, Long.toString(index));
    }

    static Value slice(Value value, Value from, Value to, Value step, Budget budget) {
        boolean sliceable = value instanceof Str || (value instanceof Seq seq && seq.isIndexed());
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        } else if (!sliceable) {
            throw TemplateException.failed("a slice", "a value of type " + value.type() + " cannot be sliced.");
        } else if (!isBound(from) || !isBound(to) || !isBound(step)) {
            throw TemplateException.failed("a slice", "its bounds must be whole numbers.");
        }
        if (value instanceof Str string) {
            budget.make(string.text().length());
            int[] characters = string.text().codePoints().toArray();
            StringBuilder out = new StringBuilder();
            Range.of(characters.length, from, to, step).forEach(i -> out.appendCodePoint(characters[i]));
            return new Str(out.toString());
        }
        Seq seq = (Seq) value;
        budget.steps(seq.items().size());
        List<Value> out = new ArrayList<>();
        Range.of(seq.items().size(), from, to, step)
                .forEach(i -> out.add(seq.items().get(i)));
        return new Seq(seq.kind(), out);
    }

    private static boolean isBound(Value value) {
        return value == None.NONE || (Operators.isNumber(value) && !(value instanceof Num));
    }

    /** The indices that a slice takes, as Python defines it. */
    private record Range(long begin, long end, long step) {
        static Range of(int length, Value from, Value to, Value step) {
            long by = step == None.NONE ? 1 : Operators.toLong(step);
            if (by == 0) {
                throw TemplateException.failed("a slice", "its step is zero.");
            }
            long begin = bound(from, length, by > 0 ? 0 : length - 1, by);
            long end = bound(to, length, by > 0 ? length : -1, by);
            // A longer step takes the first one alone, and could overflow.
            return new Range(begin, end, Math.max(-length - 1L, Math.min(length + 1L, by)));
        }

        private static long bound(Value value, int length, long fallback, long step) {
            if (value == None.NONE) {
                return fallback;
            }
            long index = Operators.toLong(value);
            long least = step > 0 ? 0 : -1;
            long most = step > 0 ? length : length - 1;
            return Math.max(least, Math.min(most, index < 0 ? index + length : index));
        }

        void forEach(IntConsumer action) {
            for (long i = begin; step > 0 ? i < end : i > end; i += step) {
                action.accept((int) i);
            }
        }
    }
}
