package ai.bearllm.template;

import java.util.List;

/** A template's tokens with the place where the reading is. */
final class Tokens {
    private final List<Token> tokens;
    private int position;

    Tokens(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token current() {
        return tokens.get(position);
    }

    /** The token after the current one. */
    Token ahead() {
        return tokens.get(Math.min(position + 1, tokens.size() - 1));
    }

    /** The current token; goes on to the next. The last one, the end, stays. */
    Token next() {
        Token token = current();
        if (position < tokens.size() - 1) {
            position++;
        }
        return token;
    }

    int line() {
        return current().line();
    }

    boolean skipName(String name) {
        return skipIf(current().isName(name));
    }

    boolean skipOperator(String operator) {
        return skipIf(current().isOperator(operator));
    }

    private boolean skipIf(boolean found) {
        if (found) {
            next();
        }
        return found;
    }

    void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw unexpected("'" + operator + "'");
        }
    }

    void expectName(String name) {
        if (!skipName(name)) {
            throw unexpected("'" + name + "'");
        }
    }

    Token expectName() {
        return expect(Token.Type.NAME, "a name");
    }

    Token expect(Token.Type type, String wanted) {
        if (!current().is(type)) {
            throw unexpected(wanted);
        }
        return next();
    }

    TemplateException unexpected(String wanted) {
        return unexpected(current(), wanted);
    }

    TemplateException unexpected(Token found, String wanted) {
        return TemplateException.syntax(found.line(), found.described(), wanted + " was expected here.");
    }
}
