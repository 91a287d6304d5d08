package ai.bearllm.validation;

import ai.bearllm.gguf.GgufArray;
import ai.bearllm.gguf.GgufValue;
import ai.bearllm.gguf.ValueType;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * An array of metadata in little memory: eight bytes for each element, whatever its length, and a digest of all of them. Equal
 * digests mean equal arrays; the prints tell which elements differ.
 */
final class Elements {
    private static final int MOST = 1 << 27;
    /** Of elements that cannot be had but as objects. */
    private static final int MOST_BOXED = 1 << 20;

    private final MessageDigest whole = Sha256.newDigest();
    private final MessageDigest one = Sha256.newDigest();
    private final long[] prints;
    private int filled;

    private Elements(int size) {
        prints = new long[size];
    }

    /** Reads it; one with more elements than any model's is refused by a {@link BearException}. */
    static Elements of(GgufArray array) {
        boolean isBoxed = array.elementType() == ValueType.ARRAY || array.elementType() == ValueType.BOOL;
        if (array.size() > (isBoxed ? MOST_BOXED : MOST)) {
            throw new BearException(
                    "An array of the metadata has " + array.size() + " elements, more than are compared.",
                    "Compare the digests of the files instead.");
        }
        Elements elements = new Elements((int) array.size());
        switch (array.elementType()) {
            case STRING -> array.eachText(text -> elements.bytes(text.getBytes(StandardCharsets.UTF_8)));
            case FLOAT32, FLOAT64 ->
                Arrays.stream(array.decimals())
                        .mapToLong(Double::doubleToRawLongBits)
                        .forEach(elements::number);
            case ARRAY, BOOL -> array.values().forEach(elements::value);
            default -> Arrays.stream(array.integers()).forEach(elements::number);
        }
        return elements;
    }

    private void bytes(byte[] bytes) {
        byte[] digest = one.digest(bytes);
        whole.update(digest);
        prints[filled++] = ByteBuffer.wrap(digest).getLong();
    }

    private void number(long bits) {
        whole.update(ByteBuffer.allocate(Long.BYTES).putLong(bits).array());
        prints[filled++] = bits;
    }

    private void value(GgufValue value) {
        if (value instanceof GgufArray array) {
            bytes((array + of(array).digest().hex()).getBytes(StandardCharsets.US_ASCII));
        } else {
            bytes(value.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The digest of all elements, computed once. */
    Sha256 digest() {
        return Sha256.of(whole.digest());
    }

    int size() {
        return prints.length;
    }

    /** The first place where the two differ, or the length of the shorter. */
    int firstDifference(Elements other) {
        int first = Arrays.mismatch(prints, other.prints);
        return first < 0 ? prints.length : first;
    }

    /** In how many of the places that both have they differ. */
    long differences(Elements other) {
        long count = 0;
        for (int i = 0; i < Math.min(prints.length, other.prints.length); i++) {
            count += prints[i] == other.prints[i] ? 0 : 1;
        }
        return count;
    }
}
