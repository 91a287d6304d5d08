package ai.bearllm.store;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * One record in a journal's file: {@code <CRC-32C of the text, 8 hex digits> <length of the text in bytes> <text>\n}. A frame
 * proves itself, so a whole one is found behind any garbage, and half a one is never taken for a record.
 */
final class Frame {
    /** The longest frame that is written or read, in bytes. */
    static final int LONGEST = 1 << 20;

    private static final int CRC_DIGITS = 8;
    private static final int LENGTH_DIGITS = 7;

    private Frame() {}

    static byte[] of(String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        String head = HexFormat.of().toHexDigits(crc(body, 0, body.length)) + " " + body.length + " ";
        byte[] frame = new byte[head.length() + body.length + 1];
        if (frame.length > LONGEST) {
            throw new IllegalArgumentException(
                    "a journal's record has at most " + LONGEST + " bytes but this one " + frame.length);
        }
        System.arraycopy(head.getBytes(StandardCharsets.US_ASCII), 0, frame, 0, head.length());
        System.arraycopy(body, 0, frame, head.length(), body.length);
        frame[frame.length - 1] = '\n';
        return frame;
    }

    /** Where the whole and undamaged frame that begins at {@code from} ends; -1 where there is none. */
    static int end(byte[] bytes, int from, int limit) {
        int body = body(bytes, from, limit);
        if (body < 0) {
            return -1;
        }
        long length = length(bytes, from, body);
        long end = body + length + 1;
        if (end > limit || bytes[(int) end - 1] != '\n') {
            return -1;
        }
        int expected = HexFormat.fromHexDigits(new String(bytes, from, CRC_DIGITS, StandardCharsets.US_ASCII));
        return crc(bytes, body, (int) length) == expected ? (int) end : -1;
    }

    /** The text of the frame between two positions, as {@link #end} found them. */
    static String text(byte[] bytes, int from, int end) {
        int body = body(bytes, from, end);
        return new String(bytes, body, end - 1 - body, StandardCharsets.UTF_8);
    }

    /** Where the text begins; -1 where no frame's head stands at {@code from}. */
    private static int body(byte[] bytes, int from, int limit) {
        int digits = from + CRC_DIGITS + 1;
        if (digits >= limit || bytes[digits - 1] != ' ') {
            return -1;
        }
        for (int i = from; i < from + CRC_DIGITS; i++) {
            if (!HexFormat.isHexDigit(bytes[i] & 0xFF)) {
                return -1;
            }
        }
        for (int i = digits; i < Math.min(limit, digits + LENGTH_DIGITS + 1); i++) {
            if (bytes[i] == ' ') {
                return i == digits ? -1 : i + 1;
            }
            if (bytes[i] < '0' || bytes[i] > '9') {
                return -1;
            }
        }
        return -1;
    }

    private static long length(byte[] bytes, int from, int body) {
        long length = 0;
        for (int i = from + CRC_DIGITS + 1; i < body - 1; i++) {
            length = length * 10 + (bytes[i] - '0');
        }
        return length;
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
