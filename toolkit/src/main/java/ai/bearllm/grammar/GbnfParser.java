package ai.bearllm.grammar;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads GBNF as llama.cpp b4916 reads it ({@code llama_grammar_parser} in {@code src/llama-grammar.cpp}), but says where and
 * what is wrong, and in bounded time.
 */
final class GbnfParser {
    static final int LONGEST_TEXT = 1 << 20;
    private static final int DEEPEST = 100;
    private static final int MOST_TIMES = 10_000;

    private final GbnfText in;
    private final Map<String, Rules.Named> rules = new LinkedHashMap<>();
    private int depth;

    private GbnfParser(String text) {
        this.in = new GbnfText(text);
    }

    /** The rules by name, in the order of the text. */
    static Map<String, Rules.Named> parse(String text) {
        return new GbnfParser(text).rules();
    }

    private Map<String, Rules.Named> rules() {
        in.skipSpace(true);
        while (!in.atEnd()) {
            rule();
        }
        return rules;
    }

    private void rule() {
        int line = in.line();
        int column = in.column();
        String name = in.name();
        in.skipSpace(false);
        if (!in.take("::=")) {
            throw in.error(
                    "the rule \"" + name + "\" goes on with " + in.found() + " where \"::=\" belongs.",
                    "Write name ::= form; names have letters, digits and hyphens only.");
        }
        in.skipSpace(true);
        Node.Choice form = choice(false);
        if (!in.atEnd() && !in.takeNewline()) {
            throw in.error(
                    "found " + in.found() + " where the rule \"" + name + "\" should end or go on.",
                    "End each rule with a new line; a rule goes on behind | or within parentheses only.");
        }
        if (rules.put(name, new Rules.Named(form, line, column)) != null) {
            throw in.errorAt(
                    line, column, "the rule \"" + name + "\" is defined twice.", "Join both with | or rename one.");
        }
        in.skipSpace(true);
    }

    private Node.Choice choice(boolean nested) {
        List<Node.Sequence> alternatives = new ArrayList<>();
        alternatives.add(sequence(nested));
        while (in.take("|")) {
            in.skipSpace(true);
            alternatives.add(sequence(nested));
        }
        return new Node.Choice(alternatives);
    }

    private Node.Sequence sequence(boolean nested) {
        List<Node> parts = new ArrayList<>();
        while (!in.atEnd()) {
            int line = in.line();
            int column = in.column();
            char next = in.peek();
            if (next == '*' || next == '+' || next == '?' || next == '{') {
                Times times = times(nested);
                Node last = parts.isEmpty() ? new Node.Literal("") : parts.remove(parts.size() - 1);
                if (last instanceof Node.Literal literal && literal.characters().isEmpty()) {
                    throw in.errorAt(
                            line,
                            column,
                            "a repetition stands behind nothing that could be repeated.",
                            "Put the repetition behind a literal, class, name or group.");
                }
                parts.add(new Node.Repeat(last, times.least, times.most, line, column));
                continue;
            }
            Node part = part(next, line, column);
            if (part == null) {
                break;
            }
            parts.add(part);
            in.skipSpace(nested);
        }
        return new Node.Sequence(parts);
    }

    /** Null where the sequence ends. */
    private @org.jspecify.annotations.Nullable Node part(char next, int line, int column) {
        if (next == '"') {
            return new Node.Literal(in.literal());
        }
        if (next == '[') {
            return new Node.Char(in.charClass());
        }
        if (GbnfText.isName(next)) {
            return new Node.Ref(in.name(), line, column);
        }
        if (next == '.') {
            in.take(".");
            return new Node.Char(CharClass.ANY);
        }
        return next == '(' ? group(line, column) : null;
    }

    private Node group(int line, int column) {
        if (++depth > DEEPEST) {
            throw in.error("more than " + DEEPEST + " parentheses are open.", "Give inner groups rules of their own.");
        }
        in.take("(");
        in.skipSpace(true);
        Node.Choice inner = choice(true);
        if (!in.take(")")) {
            throw in.error(
                    "found " + in.found() + " where \")\" should close the group of line " + line + ", column " + column
                            + ".",
                    "Close the group.");
        }
        depth--;
        return inner;
    }

    private record Times(int least, int most) {}

    private Times times(boolean nested) {
        if (in.take("*")) {
            in.skipSpace(nested);
            return new Times(0, -1);
        }
        if (in.take("+")) {
            in.skipSpace(nested);
            return new Times(1, -1);
        }
        if (in.take("?")) {
            in.skipSpace(nested);
            return new Times(0, 1);
        }
        in.take("{");
        in.skipSpace(nested);
        int least = in.number(MOST_TIMES);
        int most = least;
        in.skipSpace(nested);
        if (in.take(",")) {
            in.skipSpace(nested);
            most = in.atEnd() || !Character.isDigit(in.peek()) ? -1 : in.number(MOST_TIMES);
            in.skipSpace(nested);
        }
        if (most >= 0 && most < least) {
            throw in.error(
                    "at least " + least + " but at most " + most + " times is never.",
                    "Write the smaller number first.");
        }
        if (!in.take("}")) {
            throw in.error(
                    "found " + in.found() + " where \"}\" should close the repetition.", "Write {n}, {n,} or {n,m}.");
        }
        in.skipSpace(nested);
        return new Times(least, most);
    }
}
