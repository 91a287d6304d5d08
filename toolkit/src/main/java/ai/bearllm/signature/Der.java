package ai.bearllm.signature;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;

/** The little of DER that keys and ECDSA signatures need: reads elements in order, every length held to what is left. */
final class Der {
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int OID = 0x06;
    static final int SEQUENCE = 0x30;
    /** {@code [0]} and {@code [1]}, constructed. */
    static final int CONTEXT_0 = 0xa0;

    static final int CONTEXT_1 = 0xa1;

    private final byte[] bytes;
    private int at;
    private final int end;

    Der(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private Der(byte[] bytes, int at, int end) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    boolean isEmpty() {
        return at == end;
    }

    /** Whether the next element has this tag. */
    boolean isNext(int tag) {
        return at < end && (bytes[at] & 0xff) == tag;
    }

    /**
     * Enters the next element, which must have this tag.
     *
     * @throws IllegalArgumentException if it has not, or is longer than what is left
     */
    Der enter(int tag) {
        if (!isNext(tag)) {
            throw new IllegalArgumentException("not DER: no element " + Integer.toHexString(tag));
        }
        at++;
        int length = length();
        if (length > end - at) {
            throw new IllegalArgumentException("not DER: an element is longer than what holds it");
        }
        Der inner = new Der(bytes, at, at + length);
        at += length;
        return inner;
    }

    private int length() {
        int first = next();
        if (first < 0x80) {
            return first;
        }
        int count = first & 0x7f;
        if (count == 0 || count > 3) {
            throw new IllegalArgumentException("not DER: length of " + count + " bytes");
        }
        int length = 0;
        for (int i = 0; i < count; i++) {
            length = (length << 8) | next();
        }
        return length;
    }

    private int next() {
        if (at == end) {
            throw new IllegalArgumentException("not DER: it ends too early");
        }
        return bytes[at++] & 0xff;
    }

    /** What is left, as it stands. */
    byte[] rest() {
        return Arrays.copyOfRange(bytes, at, end);
    }

    BigInteger integer() {
        byte[] value = enter(INTEGER).rest();
        if (value.length == 0) {
            throw new IllegalArgumentException("not DER: an empty integer");
        }
        return new BigInteger(value);
    }

    /** An object identifier in dots. */
    String oid() {
        Der inner = enter(OID);
        StringBuilder text = new StringBuilder();
        while (!inner.isEmpty()) {
            BigInteger arc = inner.arc();
            if (text.isEmpty()) {
                int first = arc.min(BigInteger.valueOf(80)).intValue() / 40;
                text.append(first).append('.').append(arc.subtract(BigInteger.valueOf(40L * first)));
            } else {
                text.append('.').append(arc);
            }
        }
        return text.toString();
    }

    private BigInteger arc() {
        BigInteger arc = BigInteger.ZERO;
        int octet;
        do {
            octet = next();
            arc = arc.shiftLeft(7).or(BigInteger.valueOf(octet & 0x7f));
        } while (octet >= 0x80);
        return arc;
    }

    /** One element. */
    static byte[] element(int tag, byte[]... contents) {
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        for (byte[] content : contents) {
            inner.writeBytes(content);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = inner.size();
        if (length >= 0x100) {
            out.write(0x82);
            out.write(length >> 8);
        } else if (length >= 0x80) {
            out.write(0x81);
        }
        out.write(length);
        out.writeBytes(inner.toByteArray());
        return out.toByteArray();
    }

    /** An object identifier from dots; the identifiers written here have no number over 16 bits but the second arc. */
    static byte[] oid(String dots) {
        String[] arcs = dots.split("\\.", -1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            int arc = Integer.parseInt(arcs[i]);
            for (int shift = 28; shift > 0; shift -= 7) {
                if (arc >> shift != 0) {
                    out.write(((arc >> shift) & 0x7f) | 0x80);
                }
            }
            out.write(arc & 0x7f);
        }
        return element(OID, out.toByteArray());
    }

    /** A small non-negative integer. */
    static byte[] integer(int value) {
        return element(INTEGER, BigInteger.valueOf(value).toByteArray());
    }
}
