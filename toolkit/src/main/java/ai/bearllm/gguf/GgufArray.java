package ai.bearllm.gguf;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSource;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * An array in a file's metadata. A short one is kept; of a long one (a vocabulary) only its place is, and its elements are
 * read from the file each time they are asked for.
 *
 * <p>Asking throws a {@link BearException} where the file is gone, and a {@link GgufFormatException} where it has changed.
 */
public final class GgufArray implements GgufValue {
    private final ByteSource source;
    private final ValueType elementType;
    private final long size;
    private final long start;
    private final ByteOrder order;
    private final boolean narrow;

    GgufArray(ByteSource source, ValueType elementType, long size, long start, ByteOrder order, boolean narrow) {
        this.source = source;
        this.elementType = elementType;
        this.size = size;
        this.start = start;
        this.order = order;
        this.narrow = narrow;
    }

    @Override
    public ValueType type() {
        return ValueType.ARRAY;
    }

    /** The type of every element. */
    public ValueType elementType() {
        return elementType;
    }

    /** Number of elements. */
    public long size() {
        return size;
    }

    /**
     * Its texts.
     *
     * @throws IllegalStateException if its elements are of another type
     */
    public List<String> texts() {
        List<String> texts = new ArrayList<>(capacity());
        eachText(texts::add);
        return List.copyOf(texts);
    }

    /**
     * Hands on its texts one by one, in order: for arrays too long to hold.
     *
     * @throws IllegalStateException if its elements are of another type
     */
    public void eachText(Consumer<String> consumer) {
        expect(elementType == ValueType.STRING, "texts");
        read((window, values) -> {
            for (long i = 0; i < size; i++) {
                consumer.accept(window.text("an element"));
            }
            return size;
        });
    }

    /**
     * Its integers; those of {@code UINT64} from 2^63 on are negative.
     *
     * @throws IllegalStateException if its elements are of another type
     */
    public long[] integers() {
        expect(elementType.isWhole(), "integers");
        return read((window, values) -> {
            long[] numbers = new long[capacity()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = values.whole(window, elementType, "an element");
            }
            return numbers;
        });
    }

    /**
     * Its floating point numbers.
     *
     * @throws IllegalStateException if its elements are of another type
     */
    public double[] decimals() {
        expect(elementType.isDecimal(), "floating point numbers");
        return read((window, values) -> {
            double[] numbers = new double[capacity()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = values.decimal(window, elementType, "an element");
            }
            return numbers;
        });
    }

    /** Its elements, whatever their type. */
    public List<GgufValue> values() {
        return read((window, values) -> {
            List<GgufValue> all = new ArrayList<>(capacity());
            for (long i = 0; i < size; i++) {
                all.add(values.value(window, elementType, "an element", 1));
            }
            return List.copyOf(all);
        });
    }

    private void expect(boolean right, String kind) {
        if (!right) {
            throw new IllegalStateException("this array holds " + elementType + ", not " + kind);
        }
    }

    private int capacity() {
        if (size > Integer.MAX_VALUE - 8) {
            throw new BearException(
                    "The array has " + size + " elements, more than one list can hold.", "Read it by eachText.");
        }
        return (int) size;
    }

    private <T> T read(Reading<T> reading) {
        try (Window window = Window.open(source)) {
            window.format(order, narrow).position(start);
            T result = reading.from(window, new ValueReader(source));
            // Found good when the file was opened: errors now mean that it has changed.
            window.findings().tolerated();
            return result;
        } catch (IOException e) {
            throw Gguf.unreadable(source.name(), e);
        }
    }

    @FunctionalInterface
    private interface Reading<T> {
        T from(Window window, ValueReader values) throws IOException;
    }

    /** Its size and type, for example {@code 768 x STRING}. */
    @Override
    public String toString() {
        return size + " x " + elementType;
    }
}
