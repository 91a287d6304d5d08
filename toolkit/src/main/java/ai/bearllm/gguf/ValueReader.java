package ai.bearllm.gguf;

import ai.bearllm.model.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads metadata values. Arrays are walked to their end, so that every length in them is checked, and not kept. */
final class ValueReader {
    /** Nested arrays are in the specification, but nothing writes them; each level is one of Java's stack, too. */
    private static final int DEEPEST = 16;
    /** Longer arrays are read again when asked for. */
    private static final int KEPT_BYTES = 1024;

    private final ByteSource source;

    ValueReader(ByteSource source) {
        this.source = source;
    }

    GgufValue value(Window window, ValueType type, String what, int depth) throws IOException {
        if (type == ValueType.STRING) {
            return new GgufValue.Text(window.text(what));
        }
        if (type == ValueType.BOOL) {
            return new GgufValue.Flag(flag(window, what));
        }
        if (type == ValueType.ARRAY) {
            return array(window, what, depth);
        }
        return type.isDecimal()
                ? new GgufValue.Decimal(type, decimal(window, type, what))
                : new GgufValue.Whole(type, whole(window, type, what));
    }

    long whole(Window window, ValueType type, String what) throws IOException {
        return switch (type) {
            case UINT8 -> window.u8(what);
            case INT8 -> (byte) window.u8(what);
            case UINT16 -> window.i16(what) & 0xFFFFL;
            case INT16 -> window.i16(what);
            case UINT32 -> window.u32(what);
            case INT32 -> window.i32(what);
            default -> window.i64(what);
        };
    }

    double decimal(Window window, ValueType type, String what) throws IOException {
        return type == ValueType.FLOAT32
                ? Float.intBitsToFloat(window.i32(what))
                : Double.longBitsToDouble(window.i64(what));
    }

    /** The specification calls every byte but 0 and 1 invalid here; no loader checks it. */
    private static boolean flag(Window window, String what) throws IOException {
        int value = window.u8(what);
        if (value > 1) {
            window.findings()
                    .error(
                            "bool",
                            window.position() - 1,
                            "the value of " + what + " is the byte " + value,
                            "0 or 1",
                            "in C++ a bool with another value is undefined behaviour");
        }
        return value == 1;
    }

    /** The two words are put together only for a message. */
    ValueType type(Window window, String of, String what) throws IOException {
        long start = window.position();
        long id = window.u32(what);
        return ValueType.of(id)
                .orElseThrow(() -> window.findings()
                        .fatal(
                                "value-type",
                                start,
                                of + what + " is " + id,
                                "0 to " + (ValueType.values().length - 1),
                                "a loader could not tell how long the value is"));
    }

    private GgufArray array(Window window, String what, int depth) throws IOException {
        ValueType element = elementType(window, what, depth);
        long count = elementCount(window, element, what);
        long start = window.position();
        walk(window, element, count, what, depth);
        return kept(window, element, count, start);
    }

    private ValueType elementType(Window window, String what, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw window.findings()
                    .fatal(
                            "array-depth",
                            window.position(),
                            what + " nests arrays more than " + DEEPEST + " deep",
                            "at most " + DEEPEST + " levels",
                            "a loader that reads them recursively would overflow its stack");
        }
        return type(window, "the element type of ", what);
    }

    private static long elementCount(Window window, ValueType element, String what) throws IOException {
        int least = element == ValueType.ARRAY
                ? 4 + window.lengthBytes()
                : element == ValueType.STRING ? window.lengthBytes() : element.bytes();
        return window.count("the number of elements of ", what, least);
    }

    /** Goes to the array's end without making an object of anything in it: arrays of tiny arrays would cost many times their length. */
    private void walk(Window window, ValueType element, long count, String what, int depth) throws IOException {
        if (element == ValueType.ARRAY) {
            if (depth == 1) {
                window.findings()
                        .warning(
                                "nested-array",
                                window.position(),
                                what + " is an array of arrays",
                                "arrays of numbers, truth values or texts",
                                "llama.cpp refuses the file");
            }
            for (long i = 0; i < count; i++) {
                ValueType inner = elementType(window, what, depth + 1);
                walk(window, inner, elementCount(window, inner, what), what, depth + 1);
            }
        } else if (element == ValueType.STRING) {
            for (long i = 0; i < count; i++) {
                window.skipText(what);
            }
        } else if (element == ValueType.BOOL) {
            for (long i = 0; i < count; i++) {
                flag(window, what);
            }
        } else {
            window.skip(count * element.bytes());
        }
    }

    private GgufArray kept(Window window, ValueType element, long count, long start) throws IOException {
        long end = window.position();
        if (end - start > KEPT_BYTES) {
            return new GgufArray(source, element, count, start, window.order(), window.isNarrow());
        }
        byte[] bytes = window.position(start).bytes((int) (end - start));
        ByteSource few = new BytesSource(source.name(), ByteBuffer.wrap(bytes).asReadOnlyBuffer());
        return new GgufArray(few, element, count, 0, window.order(), window.isNarrow());
    }
}
