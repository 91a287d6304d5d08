package ai.bearllm.template;

import ai.bearllm.template.Statement.Body;
import ai.bearllm.template.Statement.Flow;
import ai.bearllm.template.Statement.Target;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Reads the statements of a template. */
final class Parser {
    private static final int DEEPEST = 100;
    private static final Set<String> CONSTANTS = Set.of("true", "false", "none", "True", "False", "None");

    private final Tokens tokens;
    private final ExpressionParser expressions;
    private final IdentityHashMap<Object, Token> places = new IdentityHashMap<>();
    private int depth;
    /** Loops around this place that {@code break} can leave. */
    private int loops;

    private Parser(List<Token> tokens) {
        this.tokens = new Tokens(tokens);
        this.expressions = new ExpressionParser(this.tokens, places);
    }

    /**
     * A template that was read.
     *
     * @param unknown filters and tests that are not known, with their lines
     */
    record Parsed(Body body, List<String> unknown) {}

    /**
     * A template that was read, with the place of each part.
     *
     * @param tokens by statement or expression, compared by identity: where it begins; not every expression has one
     */
    record Placed(Parsed parsed, IdentityHashMap<Object, Token> tokens) {}

    static Parsed parse(String template) {
        return placed(Lexer.tokens(template)).parsed();
    }

    static Placed placed(List<Token> tokens) {
        Parser parser = new Parser(tokens);
        Body body = parser.body(Set.of(), "");
        return new Placed(new Parsed(body, List.copyOf(parser.expressions.unknown())), parser.places);
    }

    /** Statements up to one of these words, which stays the current token. */
    private Body body(Set<String> ends, String opener) {
        if (++depth > DEEPEST) {
            throw TemplateException.limit("Its statements nest deeper than " + DEEPEST + " levels.")
                    .at(tokens.line());
        }
        List<Statement> statements = new ArrayList<>();
        int begin = tokens.line();
        while (!tokens.current().is(Token.Type.END)) {
            Token token = tokens.next();
            if (token.is(Token.Type.DATA)) {
                statements.add(at(token, new Statement.Data(token.text(), token.line())));
            } else if (token.is(Token.Type.PRINT_BEGIN)) {
                statements.add(at(token, new Statement.Print(expressions.tuple(true), token.line())));
                tokens.expect(Token.Type.PRINT_END, "'}}'");
            } else {
                if (tokens.current().is(Token.Type.NAME)
                        && ends.contains(tokens.current().text())) {
                    depth--;
                    return new Body(statements);
                }
                Token tag = tokens.current();
                statements.add(at(tag, statement()));
                tokens.expect(Token.Type.BLOCK_END, "'%}'");
            }
        }
        if (!ends.isEmpty()) {
            throw TemplateException.syntax(begin, "'" + opener + "'", "its end is missing.");
        }
        return new Body(statements);
    }

    private Statement at(Token token, Statement statement) {
        places.put(statement, token);
        return statement;
    }

    /** The body of a statement whose own tag is about to end. */
    private Body bodyOf(String opener, String... ends) {
        tokens.skipOperator(":");
        tokens.expect(Token.Type.BLOCK_END, "'%}'");
        return body(Set.of(ends), opener);
    }

    private Body bodyTo(String opener, String end) {
        Body body = bodyOf(opener, end);
        tokens.expectName(end);
        return body;
    }

    /** As {@link #bodyTo}, where {@code break} reaches no loop outside. */
    private Body closedBodyTo(String opener, String end) {
        int outer = loops;
        loops = 0;
        Body body = bodyTo(opener, end);
        loops = outer;
        return body;
    }

    private Statement statement() {
        Token tag = tokens.expectName();
        int line = tag.line();
        return switch (tag.text()) {
            case "set" -> set(line);
            case "for" -> forLoop(line);
            case "if" -> ifs(line);
            case "macro" -> macro(line);
            case "filter" -> new Statement.FilterBlock(filters(), bodyTo("filter", "endfilter"), line);
            case "generation" -> new Statement.Generation(closedBodyTo("generation", "endgeneration"), line);
            case "break", "continue" -> jump(tag);
            default -> throw unknown(tag);
        };
    }

    private Statement jump(Token tag) {
        if (loops == 0) {
            throw TemplateException.syntax(tag.line(), "'" + tag.text() + "'", "it stands outside of a loop.");
        }
        return new Statement.Jump(tag.text().equals("break") ? Flow.BREAK : Flow.CONTINUE, tag.line());
    }

    private static TemplateException unknown(Token tag) {
        String construct = "statement '" + tag.text() + "'";
        if (tag.text().startsWith("end") || Set.of("else", "elif").contains(tag.text())) {
            return TemplateException.syntax(tag.line(), construct, "nothing that it belongs to is open.");
        }
        return TemplateException.unsupported(tag.line(), construct, "this statement is not known.");
    }

    private Statement set(int line) {
        Target target = targets(true, "=");
        if (tokens.skipOperator("=")) {
            return new Statement.Assignment(target, expressions.tuple(true), line);
        }
        Expr.Filtered filter = tokens.skipOperator("|") ? filters() : null;
        return new Statement.BlockAssignment(target, filter, bodyTo("set", "endset"), line);
    }

    /** The filters of a block; the innermost has no subject. */
    private Expr.Filtered filters() {
        Expr.Filtered filter = expressions.filter(null);
        while (tokens.skipOperator("|")) {
            filter = expressions.filter(filter);
        }
        return filter;
    }

    /** What values are given to, up to an operator or the word {@code in}. */
    private Target targets(boolean withNamespace, String end) {
        List<Target> targets = new ArrayList<>();
        boolean comma = false;
        do {
            if (!targets.isEmpty()
                    && (tokens.current().isOperator(end) || tokens.current().isName(end))) {
                break;
            }
            targets.add(target(withNamespace));
            comma |= tokens.current().isOperator(",");
        } while (tokens.skipOperator(","));
        return comma ? new Statement.TupleTarget(targets) : targets.get(0);
    }

    private Target target(boolean withNamespace) {
        if (tokens.skipOperator("(")) {
            if (++depth > DEEPEST) {
                throw TemplateException.limit("Its targets nest too deep.").at(tokens.line());
            }
            Target inner = targets(false, ")");
            tokens.expectOperator(")");
            depth--;
            return inner;
        }
        Token name = tokens.expectName();
        if (CONSTANTS.contains(name.text())) {
            throw TemplateException.syntax(name.line(), name.described(), "nothing can be given to it.");
        }
        if (withNamespace && tokens.skipOperator(".")) {
            return new Statement.NamespaceTarget(
                    name.text(), tokens.expectName().text());
        }
        return new Statement.NameTarget(name.text());
    }

    private Statement forLoop(int line) {
        Target target = targets(false, "in");
        tokens.expectName("in");
        Expr sequence = expressions.tuple(false);
        Expr test = tokens.skipName("if") ? expressions.expression() : null;
        if (tokens.current().isName("recursive")) {
            throw TemplateException.unsupported(line, "'recursive'", "loops that call themselves are not known.");
        }
        loops++;
        Body body = bodyOf("for", "endfor", "else");
        loops--;
        Body otherwise = new Body(List.of());
        if (tokens.next().isName("else")) {
            otherwise = bodyTo("for", "endfor");
        }
        return new Statement.For(target, sequence, test, body, otherwise, line);
    }

    private Statement ifs(int line) {
        List<Statement.Branch> branches = new ArrayList<>();
        Token word;
        do {
            Expr test = expressions.tuple(false);
            branches.add(new Statement.Branch(test, bodyOf("if", "elif", "else", "endif")));
            word = tokens.next();
        } while (word.isName("elif"));
        Body otherwise = word.isName("else") ? bodyTo("if", "endif") : new Body(List.of());
        return new Statement.If(branches, otherwise, line);
    }

    private Statement macro(int line) {
        String name = tokens.expectName().text();
        tokens.expectOperator("(");
        List<Statement.Parameter> parameters = new ArrayList<>();
        while (!tokens.current().isOperator(")")) {
            Token parameter = tokens.expectName();
            Expr fallback = tokens.skipOperator("=") ? expressions.expression() : null;
            boolean before = !parameters.isEmpty()
                    && parameters.get(parameters.size() - 1).fallback() != null;
            if (fallback == null && before) {
                throw TemplateException.syntax(
                        parameter.line(),
                        parameter.described(),
                        "a parameter without a default follows one with a default.");
            }
            parameters.add(new Statement.Parameter(parameter.text(), fallback));
            if (!tokens.skipOperator(",")) {
                break;
            }
        }
        tokens.expectOperator(")");
        return new Statement.MacroDefinition(name, parameters, closedBodyTo("macro", "endmacro"), line);
    }
}
