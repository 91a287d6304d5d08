package ai.bearllm.hub;

import java.util.OptionalLong;

/** Reads numbers that servers write. */
final class Numbers {
    private Numbers() {}

    /** Up to 18 decimal digits and nothing else, so that sums of two fit a long; otherwise empty. */
    static OptionalLong natural(String text) {
        if (text.isEmpty() || text.length() > 18) {
            return OptionalLong.empty();
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return OptionalLong.empty();
            }
            value = value * 10 + (digit - '0');
        }
        return OptionalLong.of(value);
    }
}
