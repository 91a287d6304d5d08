package ai.bearllm.bench;

import ai.bearllm.model.BearException;
import ai.bearllm.run.ModelSession;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Writes plain sentences that a model's own tokenizer makes into exactly so many tokens. The words come from a fixed list in
 * an order that the seed gives, so that no two rounds share a prompt that some cache could know.
 */
final class PromptText {
    private static final String[] WORDS =
            ("the a one this every some river bear forest winter honey mountain morning light village letter garden window"
                            + " music answer number machine teacher question summer bridge market winter story island paper"
                            + " walks finds keeps brings follows learns writes counts opens carries remembers builds sees"
                            + " and but while because before after under over near with without between through slowly often"
                            + " again together never always small large quiet bright old young simple strange careful warm")
                    .split(" ");

    /** Ends that are one token or few in any vocabulary; tried one after the other where the count misses by a little. */
    private static final List<String> ENDS = List.of(
            ".", " a", ",", " the", "!", " and", "?", "s", " x", "1", ";", " I", "..", " a.", " 1", "zz", "q", "qz");

    private final ModelSession session;

    PromptText(ModelSession session) {
        this.session = session;
    }

    /**
     * A text of exactly this many tokens, a beginning-of-text token not counted.
     *
     * @throws BearException where the tokenizer allows none, which no known vocabulary does
     */
    String exactly(int tokens, SplittableRandom random) {
        String text = atLeast(tokens, random);
        int whole = longestWithin(text, tokens);
        for (int end = whole; end >= Math.max(0, whole - 40); end = previous(text, end)) {
            String beginning = text.substring(0, end);
            if (count(beginning) == tokens) {
                return beginning;
            }
            for (String more : ENDS) {
                if (count(beginning + more) == tokens) {
                    return beginning + more;
                }
            }
            if (end == 0) {
                break;
            }
        }
        throw new BearException(
                "No text of exactly " + tokens + " tokens was found for "
                        + session.subject().model() + ".",
                "Choose another number of prompt tokens or another seed.");
    }

    private String atLeast(int tokens, SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        int wanted = tokens;
        do {
            for (int i = 0; i < wanted; i++) {
                append(text, random);
            }
            // Each further attempt adds as many words again; a word is at least one token.
        } while (count(text.toString()) < tokens);
        return text.toString();
    }

    private static void append(StringBuilder text, SplittableRandom random) {
        String word = WORDS[random.nextInt(WORDS.length)];
        if (text.length() == 0 || text.charAt(text.length() - 1) == '.') {
            text.append(text.length() == 0 ? "" : " ")
                    .append(Character.toUpperCase(word.charAt(0)))
                    .append(word, 1, word.length());
        } else {
            text.append(' ').append(word);
        }
        if (random.nextInt(9) == 0) {
            text.append('.');
        }
    }

    /** The length of a longest beginning with at most this many tokens; counts grow with the length but for a token or two. */
    private int longestWithin(String text, int tokens) {
        int low = 0;
        int high = text.length();
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (count(text.substring(0, middle)) <= tokens) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private static int previous(String text, int end) {
        return end == 0 ? 0 : text.offsetByCodePoints(end, -1);
    }

    private int count(String text) {
        return text.isEmpty() ? 0 : session.tokenize(text).size();
    }
}
