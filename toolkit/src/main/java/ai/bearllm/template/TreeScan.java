package ai.bearllm.template;

import ai.bearllm.template.Statement.Body;
import ai.bearllm.template.Statement.Target;
import ai.bearllm.template.TemplateDanger.Level;
import ai.bearllm.template.Value.Seq;
import ai.bearllm.template.Value.Str;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Goes through the statements of a template that could be read, in their order. */
final class TreeScan {
    private static final long BOMB = 10_000_000;
    private static final long MANY = 1_000_000;

    private final Body body;
    private final IdentityHashMap<Object, Token> places;
    private final Dangers dangers;
    private final Folding folding = new Folding();
    private final Set<String> locals = new HashSet<>();
    private final ExpressionScan expressions;

    TreeScan(Parser.Placed placed, Dangers dangers) {
        this.body = placed.parsed().body();
        this.places = placed.tokens();
        this.dangers = dangers;
        this.expressions = new ExpressionScan(places, folding, locals, dangers);
    }

    void run() {
        names(body);
        scan(body, 1);
    }

    /** Names that the template itself gives values to: they are not the renderer's. */
    private void names(Body inside) {
        for (Statement statement : inside.statements()) {
            if (statement instanceof Statement.Assignment assignment) {
                names(assignment.target());
            } else if (statement instanceof Statement.BlockAssignment assignment) {
                names(assignment.target());
            } else if (statement instanceof Statement.For loop) {
                names(loop.target());
            } else if (statement instanceof Statement.MacroDefinition macro) {
                locals.add(macro.name());
                macro.parameters().forEach(parameter -> locals.add(parameter.name()));
            }
            bodies(statement).forEach(this::names);
        }
    }

    private void names(Target target) {
        if (target instanceof Statement.NameTarget name) {
            locals.add(name.name());
        } else if (target instanceof Statement.TupleTarget tuple) {
            tuple.targets().forEach(this::names);
        }
    }

    private static List<Body> bodies(Statement statement) {
        if (statement instanceof Statement.If branches) {
            List<Body> all = new ArrayList<>();
            branches.branches().forEach(branch -> all.add(branch.body()));
            all.add(branches.otherwise());
            return all;
        } else if (statement instanceof Statement.For loop) {
            return List.of(loop.body(), loop.otherwise());
        } else if (statement instanceof Statement.BlockAssignment assignment) {
            return List.of(assignment.body());
        } else if (statement instanceof Statement.FilterBlock block) {
            return List.of(block.body());
        } else if (statement instanceof Statement.Generation block) {
            return List.of(block.body());
        }
        return statement instanceof Statement.MacroDefinition macro ? List.of(macro.body()) : List.of();
    }

    /** @param rounds how often the loops around that have a fixed length run this, at least */
    private void scan(Body inside, long rounds) {
        for (Statement statement : inside.statements()) {
            Token place = places.getOrDefault(statement, new Token(Token.Type.END, "", statement.line(), 1));
            long more = rounds;
            if (statement instanceof Statement.Data data) {
                TextScan.text(data.text(), place, dangers);
            } else if (statement instanceof Statement.For loop) {
                more = loop(loop, rounds, place);
            } else if (statement instanceof Statement.Assignment assignment) {
                assignment(assignment, rounds, place);
            } else {
                expressionsOf(statement);
            }
            for (Body next : bodies(statement)) {
                scan(next, more);
            }
        }
    }

    private void expressionsOf(Statement statement) {
        if (statement instanceof Statement.Print print) {
            expressions.scan(print.value());
        } else if (statement instanceof Statement.If branches) {
            branches.branches().forEach(branch -> {
                expressions.scan(branch.test());
                TextScan.trigger(branch.test(), places, dangers);
            });
        } else if (statement instanceof Statement.BlockAssignment assignment && assignment.filter() != null) {
            expressions.scan(assignment.filter());
        } else if (statement instanceof Statement.FilterBlock block) {
            expressions.scan(block.filter());
        } else if (statement instanceof Statement.MacroDefinition macro) {
            for (Statement.Parameter parameter : macro.parameters()) {
                if (parameter.fallback() != null) {
                    expressions.scan(parameter.fallback());
                    folding.value(parameter.fallback())
                            .ifPresent(value -> folding.assign(new Statement.NameTarget(parameter.name()), value));
                }
            }
        }
    }

    private long loop(Statement.For loop, long rounds, Token place) {
        expressions.scan(loop.sequence());
        if (loop.test() != null) {
            expressions.scan(loop.test());
        }
        long own = Math.max(1, length(loop.sequence()));
        long all = own > Long.MAX_VALUE / rounds ? Long.MAX_VALUE : own * rounds;
        if (all > MANY && own > 1) {
            dangers.add(
                    all > BOMB ? Level.ERROR : Level.WARNING,
                    "template-bomb",
                    place,
                    "loops that run " + (all == Long.MAX_VALUE ? "without end" : all + " times"),
                    "rendering one message takes minutes or does not end");
        }
        return all;
    }

    /** How many values a loop goes through, where that does not depend on the conversation; else 0. */
    private long length(Expr sequence) {
        long range = expressions.rangeLength(sequence);
        if (range > 0) {
            return range;
        }
        Optional<Value> value = folding.value(sequence);
        if (value.isPresent() && value.get() instanceof Seq seq) {
            return seq.items().size();
        }
        return value.isPresent() && value.get() instanceof Str text
                ? text.text().length()
                : 0;
    }

    private void assignment(Statement.Assignment assignment, long rounds, Token place) {
        expressions.scan(assignment.value());
        folding.value(assignment.value()).ifPresent(value -> folding.assign(assignment.target(), value));
        if (Growth.doubles(assignment.target(), assignment.value()) && rounds >= 20) {
            dangers.add(
                    Level.ERROR,
                    "template-bomb",
                    place,
                    "a loop of " + rounds + " rounds that doubles a value each time",
                    "it fills the memory after some thirty rounds");
        }
    }
}
