package ai.bearllm.grammar;

import java.util.ArrayList;
import java.util.List;

/** The characters of a grammar's text, with the place of the next one. */
final class GbnfText {
    private final String text;
    private int at;
    private int seen;
    private int seenLine = 1;
    private int lineStart;

    GbnfText(String text) {
        this.text = text;
        if (text.length() > GbnfParser.LONGEST_TEXT) {
            throw new GrammarException(
                    1,
                    1,
                    "it has " + text.length() + " characters, and at most " + GbnfParser.LONGEST_TEXT + " are read.",
                    "Write a smaller grammar.");
        }
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            if (!CharClass.writable(text.codePointAt(i))) {
                at = i;
                throw error(
                        String.format("the character U+%04X cannot stand in a grammar.", text.codePointAt(i)),
                        "Remove it, or write it as an escape in a class.");
            }
        }
    }

    boolean atEnd() {
        return at == text.length();
    }

    char peek() {
        return text.charAt(at);
    }

    boolean take(String expected) {
        boolean there = text.startsWith(expected, at);
        at += there ? expected.length() : 0;
        return there;
    }

    boolean takeNewline() {
        return take("\r\n") || take("\n") || take("\r");
    }

    void skipSpace(boolean newlines) {
        while (!atEnd()) {
            char next = peek();
            if (next == '#') {
                while (!atEnd() && peek() != '\n' && peek() != '\r') {
                    at++;
                }
            } else if (next == ' ' || next == '\t' || (newlines && (next == '\n' || next == '\r'))) {
                at++;
            } else {
                return;
            }
        }
    }

    static boolean isName(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    }

    String name() {
        int start = at;
        while (!atEnd() && isName(peek())) {
            at++;
        }
        if (at == start) {
            throw error(
                    "found " + found() + " where the name of a rule belongs.",
                    "Write name ::= form; names have letters, digits and hyphens only.");
        }
        return text.substring(start, at);
    }

    int number(int most) {
        int start = at;
        while (!atEnd() && peek() >= '0' && peek() <= '9') {
            at++;
        }
        if (at == start) {
            throw error("found " + found() + " where a number belongs.", "Write {n}, {n,} or {n,m}.");
        }
        String digits = text.substring(start, at).replaceFirst("^0+(?=.)", "");
        if (digits.length() > 9 || Integer.parseInt(digits) > most) {
            throw error(
                    "a repetition of " + (digits.length() > 20 ? digits.substring(0, 20) + "…" : digits)
                            + " times is too long; at most " + most + " are possible.",
                    "Repeat without an upper bound, and bound the number of tokens.");
        }
        return Integer.parseInt(digits);
    }

    /** From the opening to behind the closing quotation mark. */
    String literal() {
        int line = line();
        int column = column();
        at++;
        StringBuilder characters = new StringBuilder();
        while (!atEnd() && peek() != '"') {
            int start = at;
            int point = character();
            if (!CharClass.writable(point)) {
                at = start;
                throw error(
                        String.format("no text holds the character U+%04X.", point), "Leave it out of the literal.");
            }
            characters.appendCodePoint(point);
        }
        if (!take("\"")) {
            throw errorAt(line, column, "the literal that begins here does not end.", "Close it with \".");
        }
        return characters.toString();
    }

    /** From the opening to behind the closing bracket. */
    CharClass charClass() {
        int line = line();
        int column = column();
        at++;
        boolean negated = take("^");
        List<CharClass.Range> ranges = new ArrayList<>();
        while (!atEnd() && peek() != ']') {
            int from = character();
            int to = from;
            if (text.startsWith("-", at) && !text.startsWith("-]", at)) {
                at++;
                to = character();
            }
            if (to < from) {
                throw error(
                        "the range from " + CharClass.escaped(from) + " to " + CharClass.escaped(to) + " is empty.",
                        "Write the smaller character first, or - at the end of the class for a hyphen.");
            }
            ranges.add(new CharClass.Range(from, to));
        }
        if (!take("]")) {
            throw errorAt(line, column, "the class that begins here does not end.", "Close it with ].");
        }
        CharClass found = new CharClass(negated, ranges);
        if (ranges.isEmpty() || found.example() < 0) {
            throw errorAt(
                    line,
                    column,
                    "no character of a text is in this class.",
                    "Name the characters that it has; a bracket in a class is written \\[ or \\].");
        }
        return found;
    }

    private int character() {
        if (atEnd()) {
            throw error("the grammar ends within a literal or class.", "Close it.");
        }
        int point = text.codePointAt(at);
        if (point != '\\') {
            at += Character.charCount(point);
            return point;
        }
        char kind = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
        return switch (kind) {
            case 'x' -> hex(2);
            case 'u' -> hex(4);
            case 'U' -> hex(8);
            case 't' -> simple('\t');
            case 'r' -> simple('\r');
            case 'n' -> simple('\n');
            case '\\', '"', '[', ']' -> simple(kind);
            default ->
                throw error(
                        "the escape \\" + kind + " is unknown.",
                        "Escapes are \\n \\r \\t \\\\ \\\" \\[ \\] \\xHH \\uHHHH \\UHHHHHHHH; other characters need none.");
        };
    }

    private int simple(char meaning) {
        at += 2;
        return meaning;
    }

    private int hex(int digits) {
        int start = at + 2;
        long value = 0;
        for (int i = start; i < start + digits; i++) {
            int digit = i < text.length() && text.charAt(i) < 0x80 ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0) {
                throw error(
                        "the escape has fewer than " + digits + " hexadecimal digits.", "Write all " + digits + ".");
            }
            value = value * 16 + digit;
        }
        if (value > Character.MAX_CODE_POINT) {
            throw error(String.format("there is no character U+%X.", value), "Unicode ends at U+10FFFF.");
        }
        at = start + digits;
        return (int) value;
    }

    String found() {
        if (atEnd()) {
            return "the end";
        }
        int point = text.codePointAt(at);
        return point == '\n' || point == '\r' ? "the end of the line" : "\"" + Character.toString(point) + "\"";
    }

    int line() {
        look();
        return seenLine;
    }

    /** Counted in Java's characters. */
    int column() {
        look();
        return at - lineStart + 1;
    }

    /** Counts lines from where it last looked, so that asking at every part costs one pass. */
    private void look() {
        if (at < seen) {
            seen = 0;
            seenLine = 1;
            lineStart = 0;
        }
        for (; seen < at; seen++) {
            char c = text.charAt(seen);
            boolean pair = c == '\r' && seen + 1 < text.length() && text.charAt(seen + 1) == '\n';
            if (c == '\n' || (c == '\r' && !pair)) {
                seenLine++;
                lineStart = seen + 1;
            }
        }
    }

    GrammarException error(String problem, String fix) {
        return errorAt(line(), column(), problem, fix);
    }

    GrammarException errorAt(int line, int column, String problem, String fix) {
        return new GrammarException(line, column, problem, fix);
    }
}
