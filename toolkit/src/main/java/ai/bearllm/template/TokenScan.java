package ai.bearllm.template;

import ai.bearllm.template.TemplateDanger.Level;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks at the tokens of a template that could not be read as a whole, and at the bare text behind the place where even they
 * end. It sees less than {@link TreeScan}: names spelled in pieces only where the pieces stand side by side.
 */
final class TokenScan {
    private static final Set<String> LOADING = Set.of("include", "import", "from", "extends");
    /** What matters in text that is not cut into tokens. */
    private static final Pattern BARE =
            Pattern.compile("__[A-Za-z][A-Za-z0-9_]*__|\\|\\s*attr\\b|\\{%[-+]?\\s*(?:include|import|from|extends)\\b"
                    + "|\\\\N\\{LOW LINE\\}|(?:\\\\x5[fF]){2}|(?:\\\\u005[fF]){2}"
                    + "|\\b(?:lipsum|cycler|joiner|self|request|config)\\s*[.\\[]|\\.popen\\s*\\(");

    private final Lexer.Reading reading;
    private final List<Token> tokens;
    private final Dangers dangers;
    private final Set<String> given;

    TokenScan(Lexer.Reading reading, Dangers dangers) {
        this.reading = reading;
        this.tokens = reading.tokens();
        this.dangers = dangers;
        this.given = given();
    }

    void run() {
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            switch (token.type()) {
                case DATA -> TextScan.text(token.text(), token, dangers);
                case BLOCK_BEGIN -> statement(at(i + 1));
                case STRING -> string(i);
                case NAME -> name(i);
                case OPERATOR -> filter(i);
                default -> {}
            }
        }
        rest();
    }

    private Token at(int index) {
        return index >= 0 && index < tokens.size()
                ? tokens.get(index)
                : new Token(Token.Type.END, "", reading.line(), 1);
    }

    private void code(Token place, String found) {
        dangers.add(Level.ERROR, Names.CODE, place, found, Names.RUNS_CODE);
    }

    private void statement(Token word) {
        if (word.is(Token.Type.NAME) && LOADING.contains(word.text())) {
            dangers.add(
                    Level.ERROR,
                    "template-load",
                    word,
                    "the statement '" + word.text() + "'",
                    "it loads another file of the program around the template");
        } else if (word.isName("debug")) {
            dangers.add(
                    Level.WARNING,
                    "template-load",
                    word,
                    "the statement 'debug'",
                    "it prints what the program around the template holds");
        }
    }

    /** A string with those that are joined to it. */
    private void string(int index) {
        boolean joined = isJoint(index - 1) && at(index - 2).is(Token.Type.STRING);
        if (joined || at(index - 1).is(Token.Type.STRING)) {
            return;
        }
        StringBuilder text = new StringBuilder(at(index).text());
        int next = index + 1;
        while ((isJoint(next) && at(next + 1).is(Token.Type.STRING)) || at(next).is(Token.Type.STRING)) {
            next += at(next).is(Token.Type.STRING) ? 0 : 1;
            text.append(at(next).text());
            next++;
        }
        TextScan.text(text.toString(), at(index), dangers);
        if (Names.isDunder(text.toString())) {
            code(at(index), "the name " + Dangers.quoted(text.toString()));
        } else if (text.indexOf("__") >= 0) {
            dangers.add(
                    Level.WARNING,
                    Names.CODE,
                    at(index),
                    "two underscores in " + Dangers.quoted(text.toString()),
                    "it may be a part of a name that only an attack needs");
        }
    }

    private boolean isJoint(int index) {
        return at(index).isOperator("~") || at(index).isOperator("+");
    }

    private void name(int index) {
        Token name = at(index);
        boolean member = at(index - 1).isOperator(".");
        Token next = at(index + 1);
        boolean called = next.isOperator("(");
        if (member || name.text().startsWith("__")) {
            Names.reaching(name.text())
                    .ifPresent(level ->
                            dangers.add(level, Names.CODE, name, (member ? "." : "") + name.text(), Names.RUNS_CODE));
            if (called && Names.isMethod(name.text())) {
                code(name, "a call of '." + name.text() + "'");
            }
        } else if (Names.isHelper(name.text()) && !next.isOperator("=") && !given.contains(name.text())) {
            boolean looked = next.isOperator(".") || next.isOperator("[");
            dangers.add(
                    looked ? Level.ERROR : Level.WARNING,
                    Names.GLOBAL,
                    name,
                    (looked ? "a look into '" : "'") + name.text() + "'",
                    "it is an object of the program around the template, and a way into it");
        } else if (Names.isPython(name.text()) && (called || next.isOperator("."))) {
            code(name, "a use of '" + name.text() + "'");
        }
    }

    /** Names that the template itself gives a value. */
    private Set<String> given() {
        Set<String> names = new HashSet<>();
        for (int i = 1; i < tokens.size(); i++) {
            Token before = at(i - 1);
            if (at(i).is(Token.Type.NAME) && (before.isName("set") || before.isName("for") || before.isName("macro"))) {
                names.add(at(i).text());
            }
        }
        return names;
    }

    private void filter(int index) {
        if (at(index).isOperator("|") && at(index + 1).isName("attr")) {
            code(at(index + 1), "the filter 'attr'");
        }
    }

    private void rest() {
        Matcher bare = BARE.matcher(reading.rest());
        if (bare.find()) {
            String before = reading.rest().substring(0, bare.start());
            int lines = (int) before.chars().filter(c -> c == '\n').count();
            dangers.add(
                    Level.ERROR,
                    Names.CODE,
                    reading.line() + lines,
                    bare.start() - before.lastIndexOf('\n'),
                    Dangers.quoted(bare.group()),
                    Names.RUNS_CODE);
        }
    }
}
