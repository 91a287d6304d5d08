package ai.bearllm.chat;

import java.util.List;

/**
 * The special tokens that a message must not hold: written out in a prompt, {@code <|im_end|>} ends a message whoever wrote it.
 * A word joiner, which shows nothing, goes into each, so that the tokenizer reads it as the characters that it is made of.
 */
final class Markers {
    private static final String JOINER = "\u2060";

    private final List<String> tokens;

    /** @param tokens those of one character cannot be split and are left as they are */
    Markers(List<String> tokens) {
        this.tokens = tokens.stream()
                .filter(token -> token.codePointCount(0, token.length()) > 1)
                .toList();
    }

    int count(String text) {
        int count = 0;
        for (String token : tokens) {
            for (int at = text.indexOf(token); at >= 0; at = text.indexOf(token, at + token.length())) {
                count++;
            }
        }
        return count;
    }

    String split(String text) {
        String split = text;
        for (String token : tokens) {
            int first = token.offsetByCodePoints(0, 1);
            String apart = token.substring(0, first) + JOINER + token.substring(first);
            // Again where two overlapped: what is left of the second one begins later.
            while (split.contains(token) && !apart.contains(token)) {
                split = split.replace(token, apart);
            }
        }
        return split;
    }
}
