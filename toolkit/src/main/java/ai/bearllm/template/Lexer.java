package ai.bearllm.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a template into text and tags, with the white-space rules of Jinja under {@code trim_blocks} and
 * {@code lstrip_blocks}: a tag's newline vanishes, and so does the indentation of a line that begins with a tag;
 * {@code -} strips more, {@code +} nothing.
 */
final class Lexer {
    private static final int LONGEST = 1 << 20;
    private static final List<String> OPERATORS = List.of(
            "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<",
            "=", ".", ":", "|", ",", ";");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int position;
    private int line = 1;
    private int lineStart;
    private boolean lineStarting = true;

    private Lexer(String source) {
        this.source = source;
    }

    /**
     * What could be read of a template.
     *
     * @param rest what follows the tokens where the reading failed; empty where it did not
     * @param line the line where the rest begins
     * @param failure why the reading ended early; null where it did not
     */
    record Reading(
            List<Token> tokens,
            String rest,
            int line,
            @Nullable TemplateException failure) {}

    static List<Token> tokens(String template) {
        Reading reading = readable(template);
        if (reading.failure() != null) {
            throw reading.failure();
        }
        return reading.tokens();
    }

    /** As far as it can be read, without an exception. */
    static Reading readable(String template) {
        if (template.length() > LONGEST) {
            TemplateException tooLong = TemplateException.limit("It has " + template.length()
                    + " characters, more than the " + LONGEST + " that a template may have.");
            return new Reading(List.of(), template.substring(0, LONGEST), 1, tooLong);
        }
        String lines = template.replace("\r\n", "\n").replace('\r', '\n');
        // One newline at the very end is not part of a template.
        Lexer lexer = new Lexer(lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines);
        try {
            lexer.run();
            return new Reading(lexer.tokens, "", lexer.line, null);
        } catch (TemplateException e) {
            return new Reading(lexer.tokens, lexer.source.substring(lexer.position), lexer.line, e);
        }
    }

    private void run() {
        while (position < source.length()) {
            int tag = nextTag();
            if (tag < 0) {
                add(Token.Type.DATA, source.substring(position));
                position = source.length();
                break;
            }
            int raw = rawBegin(tag);
            char sign = signAt(tag + 2);
            text(tag, sign, source.charAt(tag + 1) == '{');
            position = tag + (sign == 0 ? 2 : 3);
            if (raw > 0) {
                finishTag(raw);
                raw();
            } else if (source.charAt(tag + 1) == '#') {
                comment();
            } else {
                new TagLexer(source.charAt(tag + 1) == '%').run();
            }
        }
        add(Token.Type.END, "");
    }

    private int nextTag() {
        for (int i = source.indexOf('{', position); i >= 0; i = source.indexOf('{', i + 1)) {
            if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private char signAt(int index) {
        char c = index < source.length() ? source.charAt(index) : 0;
        return c == '-' || c == '+' ? c : 0;
    }

    /** Emits the text before a tag, stripped as the tag's sign says. */
    private void text(int end, char sign, boolean print) {
        String text = source.substring(position, end);
        String kept = text;
        if (sign == '-') {
            kept = PythonText.stripRight(text);
        } else if (sign != '+' && !print) {
            int lineStart = text.lastIndexOf('\n') + 1;
            if ((lineStart > 0 || lineStarting) && PythonText.isBlank(text, lineStart)) {
                kept = text.substring(0, lineStart);
            }
        }
        if (!kept.isEmpty()) {
            add(Token.Type.DATA, kept);
        }
        advance(end);
        lineStarting = false;
    }

    /** Where the text of a raw section begins, if this tag opens one; else -1. */
    private int rawBegin(int tag) {
        if (source.charAt(tag + 1) != '%') {
            return -1;
        }
        int i = skipSpace(tag + (signAt(tag + 2) == 0 ? 2 : 3));
        if (!source.startsWith("raw", i)) {
            return -1;
        }
        i = skipSpace(i + 3);
        if (source.startsWith("-%}", i)) {
            return skipSpace(i + 3);
        }
        return source.startsWith("%}", i) ? i + 2 : -1;
    }

    private void raw() {
        for (int tag = source.indexOf("{%", position); tag >= 0; tag = source.indexOf("{%", tag + 1)) {
            char sign = signAt(tag + 2);
            int i = skipSpace(tag + (sign == 0 ? 2 : 3));
            if (source.startsWith("endraw", i)) {
                int end = blockEnd(skipSpace(i + 6));
                if (end > 0) {
                    text(tag, sign, false);
                    finishTag(end);
                    return;
                }
            }
        }
        throw TemplateException.syntax(line, "'{% raw %}'", "its '{% endraw %}' is missing.");
    }

    private void comment() {
        int begin = position;
        int close = source.indexOf("#}", position);
        if (close < 0) {
            throw TemplateException.syntax(line, "'{#'", "the comment's end '#}' is missing.");
        }
        char sign = close > begin ? source.charAt(close - 1) : 0;
        int end = close + 2;
        if (sign == '-') {
            end = skipSpace(end);
        } else if (sign != '+' && source.startsWith("\n", end)) {
            end++;
        }
        finishTag(end);
    }

    /** The position after a block's end that stands here; -1 where none does. */
    private int blockEnd(int index) {
        if (source.startsWith("-%}", index)) {
            return skipSpace(index + 3);
        }
        if (source.startsWith("+%}", index)) {
            return index + 3;
        }
        if (!source.startsWith("%}", index)) {
            return -1;
        }
        return source.startsWith("\n", index + 2) ? index + 3 : index + 2;
    }

    private int skipSpace(int index) {
        int i = index;
        while (i < source.length() && PythonText.isSpace(source.charAt(i))) {
            i++;
        }
        return i;
    }

    private void finishTag(int end) {
        advance(end);
        lineStarting = source.charAt(end - 1) == '\n';
    }

    private void advance(int end) {
        for (; position < end; position++) {
            if (source.charAt(position) == '\n') {
                line++;
                lineStart = position + 1;
            }
        }
    }

    private void add(Token.Type type, String text) {
        tokens.add(new Token(type, text, line, position - lineStart + 1));
    }

    /** Reads the tokens inside one tag, up to and with its end. */
    private final class TagLexer {
        private final boolean block;
        private final Deque<Character> open = new ArrayDeque<>();

        TagLexer(boolean block) {
            this.block = block;
        }

        void run() {
            add(block ? Token.Type.BLOCK_BEGIN : Token.Type.PRINT_BEGIN, block ? "{%" : "{{");
            while (true) {
                int end = open.isEmpty() ? tagEnd() : -1;
                if (end > 0) {
                    add(block ? Token.Type.BLOCK_END : Token.Type.PRINT_END, "");
                    finishTag(end);
                    return;
                }
                if (position >= source.length()) {
                    return;
                }
                one();
            }
        }

        private int tagEnd() {
            if (block) {
                return blockEnd(position);
            }
            if (source.startsWith("-}}", position)) {
                return skipSpace(position + 3);
            }
            return source.startsWith("}}", position) ? position + 2 : -1;
        }

        private void one() {
            char c = source.charAt(position);
            if (PythonText.isSpace(c)) {
                advance(skipSpace(position));
            } else if (c >= '0' && c <= '9') {
                number();
            } else if (c == '_' || Character.isUnicodeIdentifierStart(c)) {
                int end = position + 1;
                while (end < source.length() && isNamePart(source.charAt(end))) {
                    end++;
                }
                emit(Token.Type.NAME, source.substring(position, end), end);
            } else if (c == '"' || c == '\'') {
                string(c);
            } else {
                operator();
            }
        }

        private boolean isNamePart(char c) {
            return c == '_' || (Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
        }

        private void emit(Token.Type type, String text, int end) {
            add(type, text);
            advance(end);
        }

        private void number() {
            int end = digits(position);
            boolean afterDot = position > 0 && source.charAt(position - 1) == '.';
            int fraction = end;
            if (!afterDot && source.startsWith(".", end) && isDigit(end + 1)) {
                fraction = digits(end + 1);
            }
            int exponent = afterDot ? fraction : exponent(fraction);
            String text = source.substring(position, exponent).replace("_", "");
            boolean whole = exponent == end;
            if (whole && text.length() > 1 && text.startsWith("0") && !text.matches("0+")) {
                throw TemplateException.syntax(line, "number " + text, "a whole number must not begin with 0.");
            }
            if (whole && end < source.length() && isNamePart(source.charAt(end))) {
                throw TemplateException.unsupported(line, "number " + text, "only decimal numbers are known.");
            }
            emit(whole ? Token.Type.INTEGER : Token.Type.FLOAT, text, exponent);
        }

        private int exponent(int index) {
            if (index >= source.length() || Character.toLowerCase(source.charAt(index)) != 'e') {
                return index;
            }
            int sign = index + 1 < source.length() && "+-".indexOf(source.charAt(index + 1)) >= 0 ? 1 : 0;
            return isDigit(index + 1 + sign) ? digits(index + 1 + sign) : index;
        }

        private boolean isDigit(int index) {
            return index < source.length() && source.charAt(index) >= '0' && source.charAt(index) <= '9';
        }

        private int digits(int index) {
            int i = index;
            while (isDigit(i) || (i > index && source.startsWith("_", i) && isDigit(i + 1))) {
                i++;
            }
            return i;
        }

        private void string(char quote) {
            int end = position + 1;
            while (end < source.length() && source.charAt(end) != quote) {
                end += source.charAt(end) == '\\' ? 2 : 1;
            }
            if (end >= source.length()) {
                throw TemplateException.syntax(line, "a string", "its closing " + quote + " is missing.");
            }
            emit(Token.Type.STRING, Escapes.decode(source.substring(position + 1, end), line), end + 1);
        }

        private void operator() {
            for (String operator : OPERATORS) {
                if (source.startsWith(operator, position)) {
                    balance(operator.charAt(0), operator);
                    emit(Token.Type.OPERATOR, operator, position + operator.length());
                    return;
                }
            }
            throw TemplateException.syntax(
                    line,
                    "'" + Character.toString(source.codePointAt(position)) + "'",
                    "this character has no meaning here.");
        }

        private void balance(char c, String operator) {
            int kind = "([{".indexOf(c);
            if (kind >= 0) {
                open.push(")]}".charAt(kind));
            } else if (")]}".indexOf(c) >= 0 && (open.isEmpty() || open.pop() != c)) {
                throw TemplateException.syntax(line, "'" + operator + "'", "nothing that it closes is open.");
            }
        }
    }
}
