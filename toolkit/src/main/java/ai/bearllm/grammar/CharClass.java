package ai.bearllm.grammar;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Characters that may stand at a place.
 *
 * @param negated all but those of the ranges
 * @param ranges in the order of the grammar's text
 */
record CharClass(boolean negated, List<Range> ranges) {
    /** Any character. */
    static final CharClass ANY = new CharClass(true, List.of());

    CharClass {
        ranges = List.copyOf(ranges);
    }

    static CharClass of(int point) {
        return new CharClass(false, List.of(new Range(point, point)));
    }

    /**
     * Characters from one to another.
     *
     * @param from first code point
     * @param to last code point
     */
    record Range(int from, int to) {
        boolean has(int point) {
            return from <= point && point <= to;
        }
    }

    boolean has(int point) {
        for (Range range : ranges) {
            if (range.has(point)) {
                return !negated;
            }
        }
        return negated;
    }

    /** A character that it has and that text can hold: no NUL, no half of a surrogate pair; -1 where there is none. */
    int example() {
        if (!negated) {
            for (Range range : ranges) {
                int point = firstWritable(range);
                if (point >= 0) {
                    return point;
                }
            }
            return -1;
        }
        // The first character that is left out by no range stands at the begin of everything, or right behind a range.
        int best = isFree('a') ? 'a' : isFree(1) ? 1 : isFree(0xE000) ? 0xE000 : -1;
        for (Range range : ranges) {
            int next = range.to() + 1;
            if (best < 0 && writable(next) && isFree(next)) {
                best = next;
            }
        }
        return best;
    }

    /** Whether one of its characters can be written. */
    boolean hasAny(IntPredicate canWrite) {
        int likely = example();
        return (likely >= 0 && canWrite.test(likely))
                || IntStream.rangeClosed(1, Character.MAX_CODE_POINT)
                        .anyMatch(point -> has(point) && writable(point) && canWrite.test(point));
    }

    private boolean isFree(int point) {
        return ranges.stream().noneMatch(range -> range.has(point));
    }

    private static int firstWritable(Range range) {
        for (int point : new int[] {range.from(), 1, 0xE000}) {
            if (range.has(point) && writable(point)) {
                return point;
            }
        }
        return -1;
    }

    static boolean writable(int point) {
        return point > 0
                && point <= Character.MAX_CODE_POINT
                && (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE);
    }

    /** As GBNF writes it. */
    String text() {
        if (ranges.isEmpty()) {
            return ".";
        }
        StringBuilder text = new StringBuilder(negated ? "[^" : "[");
        for (Range range : ranges) {
            text.append(escaped(range.from()));
            if (range.to() != range.from()) {
                text.append('-').append(escaped(range.to()));
            }
        }
        return text.append(']').toString();
    }

    /** A character as it may stand in a literal and in a class. */
    static String escaped(int point) {
        if (Character.isLetterOrDigit(point) && point < 0x80) {
            return Character.toString(point);
        }
        if (point == ' ' || point == '_' || point == ',' || point == ':' || point == '{' || point == '}') {
            return Character.toString(point);
        }
        if (point < 0x100) {
            return String.format("\\x%02X", point);
        }
        return point < 0x10000 ? String.format("\\u%04X", point) : String.format("\\U%08X", point);
    }
}
