package ai.bearllm.template;

/** Backslash escapes in strings, as Python reads them. */
final class Escapes {
    private Escapes() {}

    static String decode(String raw, int line) {
        if (raw.indexOf('\\') < 0) {
            return raw;
        }
        StringBuilder out = new StringBuilder(raw.length());
        int i = 0;
        while (i < raw.length()) {
            char c = raw.charAt(i++);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char escape = raw.charAt(i++);
            int simple = "abfnrtv\\'\"\n".indexOf(escape);
            if (simple >= 0) {
                out.append(
                        new String[] {"\u0007", "\b", "\f", "\n", "\r", "\t", "\u000b", "\\", "'", "\"", ""}[simple]);
            } else if (escape == 'x' || escape == 'u' || escape == 'U') {
                int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : 8;
                out.appendCodePoint(hex(raw, i, digits, line));
                i += digits;
            } else if (escape >= '0' && escape <= '7') {
                int end = i;
                while (end < raw.length() && end < i + 2 && raw.charAt(end) >= '0' && raw.charAt(end) <= '7') {
                    end++;
                }
                out.appendCodePoint(Integer.parseInt(raw.substring(i - 1, end), 8));
                i = end;
            } else if (escape == 'N') {
                throw TemplateException.unsupported(line, "escape '\\N'", "characters by name are not known.");
            } else {
                out.append('\\').append(escape);
            }
        }
        return out.toString();
    }

    private static int hex(String raw, int index, int digits, int line) {
        int value = 0;
        for (int i = index; i < index + digits; i++) {
            int digit = i < raw.length() ? Character.digit(raw.charAt(i), 16) : -1;
            if (digit < 0 || value > Character.MAX_CODE_POINT) {
                throw TemplateException.syntax(line, "a string", "an escape in it has not the digits that it needs.");
            }
            value = value * 16 + digit;
        }
        if (!Character.isValidCodePoint(value)) {
            throw TemplateException.syntax(line, "a string", "an escape in it names no character.");
        }
        return value;
    }
}
