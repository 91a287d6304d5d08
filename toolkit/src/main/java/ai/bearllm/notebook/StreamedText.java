package ai.bearllm.notebook;

/**
 * Text that a model writes piece by piece, made safe to show: control characters, which could move the cursor or recolor a
 * terminal, become U+FFFD; a piece may end inside a character.
 */
final class StreamedText {
    private final StringBuilder all = new StringBuilder();
    private String held = "";

    /** Takes the next piece and returns what can be shown now. */
    String add(String piece) {
        String text = held + piece;
        boolean split = !text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1));
        held = split ? text.substring(text.length() - 1) : "";
        String legible = legible(split ? text.substring(0, text.length() - 1) : text);
        all.append(legible);
        return legible;
    }

    /** All that was returned so far. */
    @Override
    public String toString() {
        return all.toString();
    }

    private static String legible(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            boolean control = Character.isISOControl(point) && point != '\n' && point != '\t';
            boolean lone = Character.getType(point) == Character.SURROGATE;
            if (point != '\r') {
                out.appendCodePoint(control || lone ? 0xFFFD : point);
            }
        });
        return out.toString();
    }
}
