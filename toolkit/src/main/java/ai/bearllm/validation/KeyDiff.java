package ai.bearllm.validation;

import ai.bearllm.gguf.GgufArray;
import ai.bearllm.gguf.GgufValue;
import ai.bearllm.gguf.Metadata;
import ai.bearllm.gguf.ValueType;
import ai.bearllm.model.Sheet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Compares the metadata of two files. */
final class KeyDiff {
    private static final int LONGEST = 80;

    private KeyDiff() {}

    static List<Diff.KeyChange> of(Metadata a, Metadata b) {
        List<Diff.KeyChange> changes = new ArrayList<>();
        a.values().forEach((key, value) -> {
            Optional<GgufValue> other = b.value(key);
            if (other.isEmpty()) {
                changes.add(new Diff.KeyChange(key, Diff.Kind.REMOVED, text(value), ""));
            } else {
                change(key, value, other.get()).ifPresent(changes::add);
            }
        });
        b.values().forEach((key, value) -> {
            if (a.value(key).isEmpty()) {
                changes.add(new Diff.KeyChange(key, Diff.Kind.ADDED, "", text(value)));
            }
        });
        return changes;
    }

    private static Optional<Diff.KeyChange> change(String key, GgufValue a, GgufValue b) {
        if (a instanceof GgufArray before && b instanceof GgufArray after) {
            return arrays(key, before, after);
        }
        if (a.type() != b.type()) {
            return Optional.of(new Diff.KeyChange(key, Diff.Kind.TYPE, typed(a), typed(b)));
        }
        if (a.equals(b)) {
            return Optional.empty();
        }
        String before = text(a);
        String after = text(b);
        int at = difference(a.toString(), b.toString());
        return Optional.of(
                before.equals(after)
                        ? new Diff.KeyChange(key, Diff.Kind.CONTENT, text(a.toString(), at), text(b.toString(), at))
                        : new Diff.KeyChange(key, Diff.Kind.CONTENT, before, after));
    }

    private static Optional<Diff.KeyChange> arrays(String key, GgufArray a, GgufArray b) {
        if (a.elementType() != b.elementType()) {
            return Optional.of(new Diff.KeyChange(key, Diff.Kind.TYPE, a.toString(), b.toString()));
        }
        Elements before = Elements.of(a);
        Elements after = Elements.of(b);
        if (before.digest().equals(after.digest())) {
            return Optional.empty();
        }
        int first = before.firstDifference(after);
        long count = before.differences(after);
        String where = count == 0 ? "" : "; " + count + " differ, the first at " + first + ": ";
        return Optional.of(new Diff.KeyChange(
                key,
                Diff.Kind.CONTENT,
                shortened(a + where + element(a, first)),
                shortened(b + where + element(b, first))));
    }

    /** One element for people; nothing where the array is shorter, or holds arrays. */
    private static String element(GgufArray array, int index) {
        if (index >= array.size()) {
            return "";
        }
        if (array.elementType() == ValueType.STRING) {
            StringBuilder found = new StringBuilder();
            AtomicInteger at = new AtomicInteger();
            array.eachText(text -> {
                if (at.getAndIncrement() == index) {
                    found.append(text);
                }
            });
            return found.toString();
        }
        if (array.elementType().isWhole()) {
            return Long.toString(array.integers()[index]);
        }
        return array.elementType().isDecimal() ? Double.toString(array.decimals()[index]) : "";
    }

    private static int difference(String a, String b) {
        int at = 0;
        while (at < Math.min(a.length(), b.length()) && a.charAt(at) == b.charAt(at)) {
            at++;
        }
        return at;
    }

    /** The part of a long text around the place where it differs. */
    private static String text(String text, int at) {
        int from = Math.max(0, at - 10);
        return "at " + at + ": …" + shortened(text.substring(from));
    }

    private static String typed(GgufValue value) {
        return value instanceof GgufArray ? value.toString() : shortened(value + " (" + value.type() + ")");
    }

    private static String text(GgufValue value) {
        return value.type() == ValueType.STRING
                ? "\"" + shortened(value.toString()) + "\""
                : shortened(value.toString());
    }

    private static String shortened(String text) {
        String line = Sheet.format(text.length() > 4 * LONGEST ? text.substring(0, 4 * LONGEST) : text);
        return line.length() > LONGEST ? line.substring(0, LONGEST - 1) + "…" : line;
    }
}
