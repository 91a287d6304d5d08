package ai.bearllm.template;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything a template can hold. The set is closed: no Java object of the caller's is ever reachable from a template. Nothing
 * changes once made, except a namespace. Compare with {@link Operators#equal}: it is bounded, {@code equals} is not.
 */
sealed interface Value {
    /** Python's name of the type, for errors. */
    String type();

    /** Python's {@code None}. */
    enum None implements Value {
        NONE;

        @Override
        public String type() {
            return "None";
        }
    }

    /**
     * What is not there. It prints as nothing, is false and empty; looking inside it fails.
     *
     * @param what the missing thing, for errors: {@code 'tools'}
     */
    record Undefined(String what) implements Value {
        @Override
        public String type() {
            return "undefined";
        }

        TemplateException failure() {
            return TemplateException.failed(what, "it is undefined here.");
        }
    }

    record Bool(boolean value) implements Value {
        static final Bool TRUE = new Bool(true);
        static final Bool FALSE = new Bool(false);

        static Bool of(boolean value) {
            return value ? TRUE : FALSE;
        }

        @Override
        public String type() {
            return "bool";
        }
    }

    record Int(long value) implements Value {
        @Override
        public String type() {
            return "int";
        }
    }

    record Num(double value) implements Value {
        @Override
        public String type() {
            return "float";
        }
    }

    /**
     * A string.
     *
     * @param safe went through {@code safe}: adding to it escapes the other side, as Python's MarkupSafe does
     */
    record Str(String text, boolean safe) implements Value {
        static final Str EMPTY = new Str("");

        Str(String text) {
            this(text, false);
        }

        @Override
        public String type() {
            return "str";
        }
    }

    /** Values in a row. */
    final class Seq implements Value {
        enum Kind {
            LIST("list"),
            TUPLE("tuple"),
            RANGE("range"),
            /** A dict's keys, values or items: has a length, cannot be indexed. */
            VIEW("dict view"),
            /** What some filters give: can be gone through once. */
            GENERATOR("generator");

            private final String type;

            Kind(String type) {
                this.type = type;
            }
        }

        private final Kind kind;
        private List<Value> items;

        Seq(Kind kind, List<Value> items) {
            this.kind = kind;
            this.items = items;
        }

        static Seq list(List<Value> items) {
            return new Seq(Kind.LIST, items);
        }

        static Seq tuple(Value... items) {
            return new Seq(Kind.TUPLE, List.of(items));
        }

        static Seq generator(List<Value> items) {
            return new Seq(Kind.GENERATOR, items);
        }

        static Seq strings(Collection<String> texts) {
            List<Value> items = new ArrayList<>(texts.size());
            texts.forEach(text -> items.add(new Str(text)));
            return list(items);
        }

        Kind kind() {
            return kind;
        }

        boolean isIndexed() {
            return kind == Kind.LIST || kind == Kind.TUPLE || kind == Kind.RANGE;
        }

        /** Its values, without using it up. */
        List<Value> items() {
            return items;
        }

        /** Its values to go through; a generator is empty afterwards. */
        List<Value> take() {
            List<Value> taken = items;
            if (kind == Kind.GENERATOR) {
                items = List.of();
            }
            return taken;
        }

        @Override
        public String type() {
            return kind.type;
        }
    }

    /** Keys and values in the order of their making. */
    final class Dict implements Value {
        private final Map<Object, Map.Entry<Value, Value>> entries = new LinkedHashMap<>();

        /** Only while it is made. */
        void put(Value key, Value value) {
            Object id = id(key);
            Map.Entry<Value, Value> old = entries.get(id);
            entries.put(id, Map.entry(old == null ? key : old.getKey(), value));
        }

        @Nullable
        Value get(Value key) {
            Map.Entry<Value, Value> entry = entries.get(id(key));
            return entry == null ? null : entry.getValue();
        }

        int size() {
            return entries.size();
        }

        Collection<Map.Entry<Value, Value>> entries() {
            return entries.values();
        }

        List<Value> keys() {
            return entries.values().stream().map(Map.Entry::getKey).toList();
        }

        List<Value> values() {
            return entries.values().stream().map(Map.Entry::getValue).toList();
        }

        List<Value> items() {
            return entries.values().stream()
                    .map(entry -> (Value) Seq.tuple(entry.getKey(), entry.getValue()))
                    .toList();
        }

        /** What makes two keys the same: in Python {@code 1}, {@code 1.0} and {@code True} are one key. */
        static Object id(Value key) {
            if (key instanceof Str string) {
                return string.text();
            } else if (key instanceof Int number) {
                return number.value();
            } else if (key instanceof Bool bool) {
                return bool.value() ? 1L : 0L;
            } else if (key instanceof Num number) {
                double value = number.value();
                return value == (long) value ? (Object) (long) value : (Object) value;
            } else if (key == None.NONE) {
                return None.NONE;
            } else if (key instanceof Seq seq && seq.kind() == Seq.Kind.TUPLE) {
                throw TemplateException.refused("dict", "tuples as keys are not known.");
            }
            throw TemplateException.failed("dict", "a value of type " + key.type() + " cannot be a key.");
        }

        @Override
        public String type() {
            return "dict";
        }
    }

    /** What {@code namespace()} makes: the one thing that a template can change. */
    final class Namespace implements Value {
        final Map<String, Value> names = new LinkedHashMap<>();

        @Override
        public String type() {
            return "namespace";
        }
    }

    /**
     * A method of a value, not called yet.
     *
     * @param receiver the value
     */
    record Method(Value receiver, String name) implements Value {
        @Override
        public String type() {
            return "method";
        }
    }

    /** One of {@link Globals}. */
    record Function(String name) implements Value {
        @Override
        public String type() {
            return "function";
        }
    }

    /**
     * A macro with the names that were around it.
     *
     * @param home where it was made
     */
    record Macro(Statement.MacroDefinition definition, Frame home) implements Value {
        @Override
        public String type() {
            return "macro";
        }
    }

    /** The {@code loop} of a {@code for}. */
    non-sealed interface LoopValue extends Value {
        @Override
        default String type() {
            return "loop";
        }

        /** One of its attributes; null where there is none of this name. */
        @Nullable
        Value attribute(String name);
    }
}
