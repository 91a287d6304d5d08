package ai.bearllm.template;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of one call, taken by position or by name as Python does. */
final class Arguments {
    private final String construct;
    private final List<Value> positional;
    private final Map<String, Value> named;

    /** @param construct what is called, for errors */
    Arguments(String construct, List<Value> positional, Map<String, Value> named) {
        this.construct = construct;
        this.positional = positional;
        this.named = named;
    }

    /** The arguments of {@code names}; fails where more or others were given. */
    Map<String, Value> of(String... names) {
        return of(List.of(names));
    }

    Map<String, Value> of(List<String> names) {
        if (positional.size() > names.size()) {
            throw failure("it takes at most " + names.size() + " arguments but got " + positional.size() + ".");
        }
        Map<String, Value> bound = new LinkedHashMap<>();
        for (int i = 0; i < positional.size(); i++) {
            bound.put(names.get(i), positional.get(i));
        }
        named.forEach((name, value) -> {
            if (!names.contains(name)) {
                throw failure("it has no argument '" + name + "'.");
            }
            if (bound.put(name, value) != null) {
                throw failure("its argument '" + name + "' is given twice.");
            }
        });
        return bound;
    }

    List<Value> positional() {
        return positional;
    }

    Map<String, Value> named() {
        return named;
    }

    /** Without the first positional ones, for another callee. */
    Arguments rest(int from, String callee) {
        return new Arguments(callee, positional.subList(Math.min(from, positional.size()), positional.size()), named);
    }

    String construct() {
        return construct;
    }

    TemplateException failure(String problem) {
        return TemplateException.failed(construct, problem);
    }

    /** A required value. */
    Value required(Map<String, Value> bound, String name) {
        Value value = bound.get(name);
        if (value == null) {
            throw failure("its argument '" + name + "' is missing.");
        }
        return value;
    }

    /** A text, else the fallback. */
    String text(Map<String, Value> bound, String name, String fallback) {
        @Nullable Value value = bound.get(name);
        if (value == null) {
            return fallback;
        }
        if (value instanceof Value.Str string) {
            return string.text();
        }
        throw failure("its argument '" + name + "' must be a string but is of type " + value.type() + ".");
    }

    /** A whole number, else the fallback. */
    long integer(Map<String, Value> bound, String name, long fallback) {
        @Nullable Value value = bound.get(name);
        if (value == null) {
            return fallback;
        }
        if (value instanceof Value.Int || value instanceof Value.Bool) {
            return Operators.toLong(value);
        }
        throw failure("its argument '" + name + "' must be a whole number but is of type " + value.type() + ".");
    }

    /** Whether it is given and true, else the fallback. */
    boolean flag(Map<String, Value> bound, String name, boolean fallback) {
        @Nullable Value value = bound.get(name);
        return value == null ? fallback : Operators.isTrue(value);
    }
}
