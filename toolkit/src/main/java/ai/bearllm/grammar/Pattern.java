package ai.bearllm.grammar;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the regular expressions that JSON schemas hold into GBNF: literals, {@code .}, classes, {@code \d \w \s}, groups,
 * alternatives and greedy repetitions. A pattern that is not anchored allows more around its match, which is left out. What
 * looks around, refers back or repeats reluctantly is refused.
 */
final class Pattern {
    private static final String DIGITS = "0-9";
    private static final String WORD = "A-Za-z0-9_";

    private final SchemaNode node;
    private final String text;
    private final GbnfWriter out;
    private int at;
    private int depth;
    private int alternatives;

    private Pattern(GbnfWriter out, SchemaNode node, String text) {
        this.out = out;
        this.node = node;
        this.text = text;
    }

    static String form(GbnfWriter out, SchemaNode node, String text) {
        return new Pattern(out, node, text).whole();
    }

    private String whole() {
        boolean begins = take('^');
        String form = choice();
        boolean ends = take('$');
        if (at < text.length()) {
            throw refused("\"" + text.charAt(at) + "\" stands where nothing ends or begins");
        }
        if ((begins || ends) && alternatives > 1) {
            throw refused("^ or $ stands in one of several alternatives; put them into a group: ^(a|b)$");
        }
        return form;
    }

    private String choice() {
        List<String> forms = new ArrayList<>();
        do {
            forms.add(sequence());
        } while (take('|'));
        alternatives = forms.size();
        return String.join(" | ", forms);
    }

    private String sequence() {
        StringBuilder form = new StringBuilder();
        while (at < text.length() && "|)".indexOf(text.charAt(at)) < 0 && !(text.charAt(at) == '$' && isLast())) {
            form.append(form.isEmpty() ? "" : " ").append(atom()).append(times());
        }
        return form.isEmpty() ? "\"\"" : form.toString();
    }

    private boolean isLast() {
        return at == text.length() - 1 && depth == 0;
    }

    private String atom() {
        char c = text.charAt(at);
        if (c == '(') {
            return group();
        }
        if (c == '[') {
            return characterClass();
        }
        if (c == '.') {
            at++;
            return "(" + out.json("plain-char") + ")";
        }
        if (c == '\\') {
            return escape();
        }
        if ("*+?{}]^$".indexOf(c) >= 0) {
            throw refused("\"" + c + "\" has nothing before it that it could mean");
        }
        int point = text.codePointAt(at);
        at += Character.charCount(point);
        return character(point);
    }

    private String group() {
        at++;
        if (take('?') && !take(':')) {
            throw refused("a group that begins with (? looks around or has a name");
        }
        if (++depth > 30) {
            throw refused("more than 30 groups stand within each other");
        }
        String inner = choice();
        depth--;
        if (!take(')')) {
            throw refused("a group does not end");
        }
        return "(" + inner + ")";
    }

    private String times() {
        if (at == text.length()) {
            return "";
        }
        String times = "";
        char c = text.charAt(at);
        if (c == '*' || c == '+' || c == '?') {
            at++;
            times = Character.toString(c);
        } else if (c == '{') {
            int end = text.indexOf('}', at);
            times = end < 0 ? "" : text.substring(at, end + 1);
            if (!times.matches("\\{\\d{1,4}(,\\d{0,4})?}")) {
                throw refused("\"{\" begins no repetition of at most 9999 times");
            }
            at = end + 1;
        }
        if (!times.isEmpty() && at < text.length() && "?+*{".indexOf(text.charAt(at)) >= 0) {
            throw refused("a repetition is followed by another, or is reluctant or possessive");
        }
        return times;
    }

    private String escape() {
        at++;
        if (at == text.length()) {
            throw refused("it ends with a backslash");
        }
        char c = text.charAt(at);
        String known = shorthand(c);
        if (!known.isEmpty()) {
            at++;
            return "[" + known + "]";
        }
        return character(escaped());
    }

    private static String shorthand(char c) {
        return switch (c) {
            case 'd' -> DIGITS;
            case 'w' -> WORD;
            case 's' -> " ";
            default -> "";
        };
    }

    /** The character that an escape means; the backslash is read. */
    private int escaped() {
        char c = text.charAt(at++);
        if (c >= 0x80 || (Character.isLetterOrDigit(c) && "tnrfxu".indexOf(c) < 0)) {
            throw refused("the escape \\" + c + " is not understood");
        }
        return switch (c) {
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 'f' -> '\f';
            case 'x' -> hex(2);
            case 'u' -> hex(4);
            default -> c;
        };
    }

    private int hex(int digits) {
        int end = Math.min(text.length(), at + digits);
        String value = text.substring(at, end);
        if (!value.matches("[0-9a-fA-F]{" + digits + "}")) {
            throw refused("an escape has too few hexadecimal digits");
        }
        at = end;
        int point = Integer.parseInt(value, 16);
        if (!CharClass.writable(point)) {
            throw refused("no text holds the character of the escape " + value);
        }
        return point;
    }

    /** A character as it stands in a JSON string. */
    private String character(int point) {
        if (!CharClass.writable(point)) {
            throw refused("it holds half of a character");
        }
        return JsonSchema.literal(node, TextNode.valueOf(Character.toString(point)))
                .replaceFirst("^\"\\\\x22", "\"")
                .replaceFirst("\\\\x22\"$", "\"");
    }

    private String characterClass() {
        at++;
        boolean negated = take('^');
        StringBuilder ranges = new StringBuilder();
        boolean quote = false;
        boolean backslash = false;
        while (at < text.length() && text.charAt(at) != ']') {
            String known = text.charAt(at) == '\\' && at + 1 < text.length() ? shorthand(text.charAt(at + 1)) : "";
            if (!known.isEmpty()) {
                at += 2;
                ranges.append(known);
                continue;
            }
            int from = member();
            int to = from;
            if (at + 1 < text.length() && text.charAt(at) == '-' && text.charAt(at + 1) != ']') {
                at++;
                to = member();
            }
            if (to < from) {
                throw refused("a range of a class is the wrong way round");
            }
            quote |= from <= '"' && '"' <= to;
            backslash |= from <= '\\' && '\\' <= to;
            ranges.append(pieces(from, to));
        }
        if (!take(']')) {
            throw refused("a class does not end");
        }
        if (negated) {
            return "([^\\x00-\\x1F\\x22\\x5C\\x7F-\\x9F\\uD800-\\uDFFF" + ranges + "]"
                    + (quote ? "" : " | \"\\\\\\\"\"") + (backslash ? "" : " | \"\\\\\\\\\"") + ")";
        }
        String plain = ranges.isEmpty() ? "" : "[" + ranges + "]";
        List<String> forms = new ArrayList<>();
        if (!plain.isEmpty()) {
            forms.add(plain);
        }
        if (quote) {
            forms.add("\"\\\\\\\"\"");
        }
        if (backslash) {
            forms.add("\"\\\\\\\\\"");
        }
        if (forms.isEmpty()) {
            throw refused("a class holds no character that can be written");
        }
        return "(" + String.join(" | ", forms) + ")";
    }

    private int member() {
        int point = text.codePointAt(at);
        at += Character.charCount(point);
        if (point == '\\') {
            if (at == text.length()) {
                throw refused("it ends with a backslash");
            }
            return escaped();
        }
        return point;
    }

    /** A range without what must be escaped in a JSON string. */
    private static String pieces(int from, int to) {
        StringBuilder pieces = new StringBuilder();
        int start = -1;
        for (int point : new int[] {' ', '!', '#', '[', ']', '~', 0xA0, 0xD7FF, 0xE000, Character.MAX_CODE_POINT}) {
            if (start < 0) {
                start = point;
            } else {
                int low = Math.max(start, from);
                int high = Math.min(point, to);
                if (low <= high) {
                    pieces.append(CharClass.escaped(low));
                    pieces.append(low == high ? "" : "-" + CharClass.escaped(high));
                }
                start = -1;
            }
        }
        return pieces.toString();
    }

    private boolean take(char expected) {
        boolean there = at < text.length() && text.charAt(at) == expected;
        at += there ? 1 : 0;
        return there;
    }

    private JsonSchemaException refused(String problem) {
        return node.refused(
                "the pattern is not understood: " + problem + " (behind " + at + " characters).",
                "Use literals, classes, groups, |, and * + ? {n,m}.");
    }
}
