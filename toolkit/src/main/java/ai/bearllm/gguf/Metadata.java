package ai.bearllm.gguf;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** A file's metadata: values by key, in the file's order. */
public final class Metadata {
    private final Map<String, GgufValue> values;

    /** Takes the map over, without a copy that would double what a hostile header costs. */
    Metadata(Map<String, GgufValue> values) {
        this.values = Collections.unmodifiableMap(values);
    }

    /** The keys, in the file's order. */
    public Set<String> keys() {
        return values.keySet();
    }

    /** All of it, in the file's order. */
    public Map<String, GgufValue> values() {
        return values;
    }

    /** The value of a key; empty where the file lacks it. */
    public Optional<GgufValue> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** The text under a key; empty where the file lacks it or it is not text. */
    public Optional<String> text(String key) {
        return values.get(key) instanceof GgufValue.Text text ? Optional.of(text.value()) : Optional.empty();
    }

    /** The integer under a key, of any width; empty where the file lacks it, it is not an integer, or it exceeds 2^63-1. */
    public OptionalLong integer(String key) {
        return values.get(key) instanceof GgufValue.Whole whole
                        && (whole.type() != ValueType.UINT64 || whole.value() >= 0)
                ? OptionalLong.of(whole.value())
                : OptionalLong.empty();
    }

    /** The floating point number under a key; empty where the file lacks it or it is not one. */
    public OptionalDouble decimal(String key) {
        return values.get(key) instanceof GgufValue.Decimal decimal
                ? OptionalDouble.of(decimal.value())
                : OptionalDouble.empty();
    }

    /** The truth value under a key; empty where the file lacks it or it is not one. */
    public Optional<Boolean> flag(String key) {
        return values.get(key) instanceof GgufValue.Flag flag ? Optional.of(flag.value()) : Optional.empty();
    }

    /** The array under a key; empty where the file lacks it or it is not one. */
    public Optional<GgufArray> array(String key) {
        return values.get(key) instanceof GgufArray array ? Optional.of(array) : Optional.empty();
    }

    /** For example {@code 31 keys}. */
    @Override
    public String toString() {
        return values.size() + " keys";
    }
}
