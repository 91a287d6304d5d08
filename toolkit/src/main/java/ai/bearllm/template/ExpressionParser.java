package ai.bearllm.template;

import ai.bearllm.template.Expr.ArgumentsOf;
import ai.bearllm.template.Value.Seq;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads expressions; the precedence is Jinja's. */
final class ExpressionParser {
    private static final int DEEPEST = 100;
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

    private final Tokens tokens;
    /** Filters and tests that fail when they are reached, as in Jinja: templates ask before they use them. */
    private final Set<String> unknown = new LinkedHashSet<>();

    private final IdentityHashMap<Object, Token> places;
    private int depth;

    /** @param places takes where the expressions begin that reach for something */
    ExpressionParser(Tokens tokens, IdentityHashMap<Object, Token> places) {
        this.tokens = tokens;
        this.places = places;
    }

    private <E extends Expr> E at(Token token, E expression) {
        places.put(expression, token);
        return expression;
    }

    Set<String> unknown() {
        return unknown;
    }

    /** An expression, or several with commas between them as a tuple. */
    Expr tuple(boolean withConditional) {
        return tuple(withConditional, false);
    }

    private Expr tuple(boolean withConditional, boolean inParentheses) {
        int line = tokens.line();
        List<Expr> items = new ArrayList<>();
        boolean comma = false;
        while (!isTupleEnd()) {
            items.add(withConditional ? expression() : or());
            if (!tokens.skipOperator(",")) {
                break;
            }
            comma = true;
        }
        if (!comma && items.size() == 1) {
            return items.get(0);
        }
        if (!comma && !inParentheses) {
            throw tokens.unexpected("an expression");
        }
        return new Expr.Items(Seq.Kind.TUPLE, items, line);
    }

    private boolean isTupleEnd() {
        Token token = tokens.current();
        return token.is(Token.Type.PRINT_END)
                || token.is(Token.Type.BLOCK_END)
                || token.isOperator(")")
                || token.isName("recursive");
    }

    Expr expression() {
        enter();
        int line = tokens.line();
        Expr value = or();
        while (tokens.skipName("if")) {
            Expr test = or();
            Expr otherwise = tokens.skipName("else") ? expression() : null;
            value = new Expr.Conditional(test, value, otherwise, line);
        }
        depth--;
        return value;
    }

    private void enter() {
        if (++depth > DEEPEST) {
            throw TemplateException.limit("Its expressions nest deeper than " + DEEPEST + " levels.")
                    .at(tokens.line());
        }
    }

    private Expr or() {
        int line = tokens.line();
        Expr left = and();
        while (tokens.skipName("or")) {
            left = new Expr.Logic(false, left, and(), line);
        }
        return left;
    }

    private Expr and() {
        int line = tokens.line();
        Expr left = not();
        while (tokens.skipName("and")) {
            left = new Expr.Logic(true, left, not(), line);
        }
        return left;
    }

    private Expr not() {
        int line = tokens.line();
        if (!tokens.skipName("not")) {
            return comparison();
        }
        enter();
        Expr negated = new Expr.Not(not(), line);
        depth--;
        return negated;
    }

    private Expr comparison() {
        int line = tokens.line();
        Expr first = sum();
        List<Expr.Operand> operands = new ArrayList<>();
        while (true) {
            Token token = tokens.current();
            if (token.is(Token.Type.OPERATOR) && COMPARISONS.contains(token.text())) {
                tokens.next();
                operands.add(new Expr.Operand(token.text(), sum()));
            } else if (tokens.skipName("in")) {
                operands.add(new Expr.Operand("in", sum()));
            } else if (token.isName("not") && tokens.ahead().isName("in")) {
                tokens.next();
                tokens.next();
                operands.add(new Expr.Operand("not in", sum()));
            } else {
                return operands.isEmpty() ? first : new Expr.Comparison(first, operands, line);
            }
        }
    }

    private Expr sum() {
        int line = tokens.line();
        Expr left = concatenation();
        while (tokens.current().isOperator("+") || tokens.current().isOperator("-")) {
            String operator = tokens.next().text();
            left = new Expr.Binary(operator, left, concatenation(), line);
        }
        return left;
    }

    private Expr concatenation() {
        int line = tokens.line();
        List<Expr> parts = new ArrayList<>();
        do {
            parts.add(product());
        } while (tokens.skipOperator("~"));
        return parts.size() == 1 ? parts.get(0) : new Expr.Concatenation(parts, line);
    }

    private Expr product() {
        int line = tokens.line();
        Expr left = power();
        while (Set.of("*", "/", "//", "%").contains(tokens.current().text())
                && tokens.current().is(Token.Type.OPERATOR)) {
            String operator = tokens.next().text();
            left = new Expr.Binary(operator, left, power(), line);
        }
        return left;
    }

    private Expr power() {
        int line = tokens.line();
        Expr left = unary(true);
        while (tokens.skipOperator("**")) {
            left = new Expr.Binary("**", left, unary(true), line);
        }
        return left;
    }

    private Expr unary(boolean withFilters) {
        int line = tokens.line();
        enter();
        Expr value;
        if (tokens.current().isOperator("-") || tokens.current().isOperator("+")) {
            value = new Expr.Sign(tokens.next().text().equals("-"), unary(false), line);
        } else {
            value = primary();
        }
        value = postfix(value);
        depth--;
        return withFilters ? filtersAndTests(value) : value;
    }

    private Expr primary() {
        Token token = tokens.next();
        return switch (token.type()) {
            case NAME -> at(token, name(token));
            case STRING -> at(token, new Expr.Constant(new Value.Str(strings(token)), token.line()));
            case INTEGER -> at(token, new Expr.Constant(integer(token), token.line()));
            case FLOAT -> new Expr.Constant(new Value.Num(Double.parseDouble(token.text())), token.line());
            default -> bracketed(token);
        };
    }

    /** Strings that follow each other are one. */
    private String strings(Token first) {
        StringBuilder text = new StringBuilder(first.text());
        while (tokens.current().is(Token.Type.STRING)) {
            text.append(tokens.next().text());
        }
        return text.toString();
    }

    private Expr bracketed(Token token) {
        if (token.isOperator("(")) {
            Expr inner = tuple(true, true);
            tokens.expectOperator(")");
            return inner;
        } else if (token.isOperator("[")) {
            List<Expr> items = new ArrayList<>();
            while (!tokens.current().isOperator("]")) {
                items.add(expression());
                if (!tokens.skipOperator(",")) {
                    break;
                }
            }
            tokens.expectOperator("]");
            return new Expr.Items(Seq.Kind.LIST, items, token.line());
        } else if (token.isOperator("{")) {
            return dict(token.line());
        }
        throw tokens.unexpected(token, "a value");
    }

    private static Expr name(Token token) {
        return switch (token.text()) {
            case "true", "True" -> new Expr.Constant(Value.Bool.TRUE, token.line());
            case "false", "False" -> new Expr.Constant(Value.Bool.FALSE, token.line());
            case "none", "None" -> new Expr.Constant(Value.None.NONE, token.line());
            default -> new Expr.Name(token.text(), token.line());
        };
    }

    private static Value integer(Token token) {
        if (token.text().length() > 18) {
            throw TemplateException.unsupported(token.line(), "number " + token.text(), "it does not fit 64 bits.");
        }
        return new Value.Int(Long.parseLong(token.text()));
    }

    private Expr dict(int line) {
        List<Expr.Pair> pairs = new ArrayList<>();
        while (!tokens.current().isOperator("}")) {
            Expr key = expression();
            tokens.expectOperator(":");
            pairs.add(new Expr.Pair(key, expression()));
            if (!tokens.skipOperator(",")) {
                break;
            }
        }
        tokens.expectOperator("}");
        return new Expr.DictOf(pairs, line);
    }

    private Expr postfix(Expr object) {
        Expr value = object;
        while (true) {
            Token token = tokens.current();
            if (tokens.skipOperator(".")) {
                Token name = tokens.current();
                value = at(name, attribute(value, token.line()));
            } else if (tokens.skipOperator("[")) {
                value = at(token, subscript(value, token.line()));
                tokens.expectOperator("]");
            } else if (tokens.current().isOperator("(")) {
                value = at(token, new Expr.Call(value, arguments(), token.line()));
            } else {
                return value;
            }
        }
    }

    private Expr attribute(Expr object, int line) {
        Token name = tokens.next();
        if (name.is(Token.Type.INTEGER)) {
            return new Expr.Item(object, new Expr.Constant(integer(name), line), line);
        } else if (!name.is(Token.Type.NAME)) {
            throw tokens.unexpected(name, "a name");
        }
        return new Expr.Attribute(object, name.text(), line);
    }

    private Expr subscript(Expr object, int line) {
        Expr from = tokens.current().isOperator(":") ? null : expression();
        if (!tokens.skipOperator(":")) {
            if (from == null || tokens.current().isOperator(",")) {
                throw TemplateException.unsupported(
                        line, "subscript", "several values in one pair of brackets are not known.");
            }
            return new Expr.Item(object, from, line);
        }
        Expr to = sliceBound();
        Expr step = tokens.skipOperator(":") ? sliceBound() : null;
        return new Expr.Slice(object, from, to, step, line);
    }

    private @Nullable Expr sliceBound() {
        Token token = tokens.current();
        return token.isOperator(":") || token.isOperator("]") ? null : expression();
    }

    private ArgumentsOf arguments() {
        tokens.expectOperator("(");
        List<Expr> positional = new ArrayList<>();
        Map<String, Expr> named = new LinkedHashMap<>();
        while (!tokens.current().isOperator(")")) {
            Token token = tokens.current();
            if (token.isOperator("*") || token.isOperator("**")) {
                throw TemplateException.unsupported(
                        token.line(), "'" + token.text() + "' in a call", "unpacking arguments is not known.");
            } else if (token.is(Token.Type.NAME) && tokens.ahead().isOperator("=")) {
                tokens.next();
                tokens.next();
                if (named.put(token.text(), expression()) != null) {
                    throw TemplateException.syntax(
                            token.line(), "'" + token.text() + "'", "the argument is given twice.");
                }
            } else if (named.isEmpty()) {
                positional.add(expression());
            } else {
                throw TemplateException.syntax(
                        token.line(), "a call", "an argument without a name follows one with a name.");
            }
            if (!tokens.skipOperator(",")) {
                break;
            }
        }
        tokens.expectOperator(")");
        return new ArgumentsOf(positional, named);
    }

    private Expr filtersAndTests(Expr subject) {
        Expr value = subject;
        while (true) {
            Token token = tokens.current();
            if (token.isOperator("|")) {
                tokens.next();
                value = filter(value);
            } else if (token.isName("is")) {
                value = test(value);
            } else if (token.isOperator("(")) {
                value = at(token, new Expr.Call(value, arguments(), token.line()));
            } else {
                return value;
            }
        }
    }

    /** One filter, its bar read already. */
    Expr.Filtered filter(@Nullable Expr subject) {
        Token name = tokens.expectName();
        String full = dotted(name);
        if (!Filters.has(full)) {
            unknown.add("filter '" + full + "', line " + name.line());
        }
        ArgumentsOf arguments = tokens.current().isOperator("(") ? arguments() : ArgumentsOf.NONE;
        return at(name, new Expr.Filtered(subject, full, arguments, name.line()));
    }

    private String dotted(Token name) {
        StringBuilder full = new StringBuilder(name.text());
        while (tokens.skipOperator(".")) {
            full.append('.').append(tokens.expectName().text());
        }
        return full.toString();
    }

    private Expr test(Expr subject) {
        int line = tokens.next().line();
        boolean negated = tokens.skipName("not");
        Token name = tokens.expectName();
        String full = dotted(name);
        if (!Predicates.has(full)) {
            unknown.add("test '" + full + "', line " + name.line());
        }
        ArgumentsOf arguments = ArgumentsOf.NONE;
        if (tokens.current().isOperator("(")) {
            arguments = arguments();
        } else if (tokens.current().beginsArgument()) {
            enter();
            arguments = new ArgumentsOf(List.of(postfix(primary())), Map.of());
            depth--;
        }
        Expr tested = new Expr.Tested(subject, full, arguments, line);
        return negated ? new Expr.Not(tested, line) : tested;
    }
}
