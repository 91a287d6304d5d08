package ai.bearllm.gguf;

/** Finds bytes that are not UTF-8, without making a string of them: vocabularies hold hundreds of thousands of texts. */
final class Utf8 {
    private Utf8() {}

    /**
     * The index of the first sequence that is not well-formed, or -1.
     *
     * <p>Source: RFC 3629, section 4: no overlong forms, no surrogates, nothing above U+10FFFF.
     */
    static int firstInvalid(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            if (bytes[i] >= 0) {
                i++;
                continue;
            }
            int length = length(bytes[i] & 0xFF);
            if (length == 0 || i + length > to || !continues(bytes, i, length)) {
                return i;
            }
            i += length;
        }
        return -1;
    }

    /** Bytes of the sequence that begins so; 0 where none begins so. */
    private static int length(int lead) {
        if (lead >= 0xC2 && lead <= 0xDF) {
            return 2;
        }
        if (lead >= 0xE0 && lead <= 0xEF) {
            return 3;
        }
        return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
    }

    private static boolean continues(byte[] bytes, int start, int length) {
        int second = bytes[start + 1] & 0xFF;
        int low = 0x80;
        int high = 0xBF;
        switch (bytes[start] & 0xFF) {
            case 0xE0 -> low = 0xA0;
            case 0xED -> high = 0x9F;
            case 0xF0 -> low = 0x90;
            case 0xF4 -> high = 0x8F;
            default -> {}
        }
        if (second < low || second > high) {
            return false;
        }
        for (int i = start + 2; i < start + length; i++) {
            if ((bytes[i] & 0xC0) != 0x80) {
                return false;
            }
        }
        return true;
    }
}
