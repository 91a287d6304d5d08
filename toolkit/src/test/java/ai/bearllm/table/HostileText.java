package ai.bearllm.table;

import java.util.List;
import java.util.random.RandomGenerator;

/** Texts made to break pages that forget to escape. */
public final class HostileText {
    private static final List<String> PIECES = List.of(
            "<script>alert(1)</script>",
            "</script>",
            "<!--",
            "]]>",
            "</td></tr></table>",
            "\"",
            "'",
            "`",
            "&amp;",
            "&",
            "<img src=x onerror=alert(1)>",
            "</style>",
            "</figure>",
            "\u0000",
            "\u0007",
            "\u001b[2J",
            "\u0085",
            "\u2028",
            "\u202e",
            "\u2066",
            "\u05d3\u05d5\u05d1",
            "\ud83d\udc3b",
            "\ud83d",
            "\udc3b",
            "\uffff",
            "\n",
            "\t",
            "plain ",
            "\\u003c",
            "{{7*7}}");

    private HostileText() {}

    /** Up to eight pieces in any order. */
    public static String next(RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i >= 0; i--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }
}
