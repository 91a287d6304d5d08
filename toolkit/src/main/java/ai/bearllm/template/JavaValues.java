package ai.bearllm.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes the caller's values over into the template's own; nothing of the caller's is reachable afterwards. */
final class JavaValues {
    private final Budget budget;

    JavaValues(Budget budget) {
        this.budget = budget;
    }

    Value of(@Nullable Object value, String path) {
        budget.enter();
        Value taken = taken(value, path);
        budget.leave();
        return taken;
    }

    private Value taken(@Nullable Object value, String path) {
        if (value == null) {
            return Value.None.NONE;
        } else if (value instanceof CharSequence text) {
            return new Value.Str(text.toString());
        } else if (value instanceof Boolean bool) {
            return Value.Bool.of(bool);
        } else if (value instanceof Number number) {
            return number(number, path);
        } else if (value instanceof Map<?, ?> map) {
            return dict(map, path);
        } else if (value instanceof Iterable<?> list) {
            List<Value> items = new ArrayList<>();
            for (Object item : list) {
                items.add(of(item, path + "[" + items.size() + "]"));
            }
            return Value.Seq.list(items);
        }
        throw new IllegalArgumentException(path + " is a " + value.getClass().getName()
                + ", which no template can read; give texts, numbers, booleans, lists and maps");
    }

    private static Value number(Number number, String path) {
        if (number instanceof Double || number instanceof Float || number instanceof BigDecimal) {
            return new Value.Num(number.doubleValue());
        }
        if (number instanceof BigInteger big && big.bitLength() > 63) {
            throw new IllegalArgumentException(path + " does not fit 64 bits: " + big);
        }
        return new Value.Int(number.longValue());
    }

    private Value dict(Map<?, ?> map, String path) {
        Value.Dict dict = new Value.Dict();
        map.forEach((key, value) -> {
            if (!(key instanceof CharSequence name)) {
                throw new IllegalArgumentException(path + " has the key " + key + ", which is no text");
            }
            dict.put(new Value.Str(name.toString()), of(value, path + "." + name));
        });
        return dict;
    }
}
