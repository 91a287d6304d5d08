package ai.bearllm.table;

/** Text inside HTML. */
public final class Html {
    private Html() {}

    /**
     * The text so that a browser shows exactly it, between tags and inside quoted attributes. What HTML cannot hold (control
     * characters other than tab and line ends, lone surrogates, noncharacters) becomes U+FFFD.
     */
    public static String escape(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> append(out, point));
        return out.toString();
    }

    private static void append(StringBuilder out, int point) {
        switch (point) {
            case '&' -> out.append("&amp;");
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '"' -> out.append("&quot;");
            case '\'' -> out.append("&#39;");
            case '\t', '\n', '\r' -> out.append((char) point);
            default -> out.appendCodePoint(isAllowed(point) ? point : 0xFFFD);
        }
    }

    private static boolean isAllowed(int point) {
        return !Character.isISOControl(point)
                && Character.getType(point) != Character.SURROGATE
                && (point & 0xFFFE) != 0xFFFE
                && (point < 0xFDD0 || point > 0xFDEF);
    }
}
