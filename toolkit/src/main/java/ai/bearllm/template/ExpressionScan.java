package ai.bearllm.template;

import ai.bearllm.template.TemplateDanger.Level;
import ai.bearllm.template.Value.Int;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Looks at what expressions reach for. Goes without recursion: a template's sums can be of any length. */
final class ExpressionScan {
    private static final long LONG_RANGE = 100_000;
    private static final long HUGE = 10_000_000;
    private static final long LONG_POWER = 10_000;
    /** Fields of a format string that look into their argument: {@code {0.name}}, {@code {x[name]}}. */
    private static final Pattern FIELD = Pattern.compile("\\{[^{}]*[.\\[][^{}]*\\}");
    /** Filters that take the name of an attribute. */
    private static final Set<String> BY_NAME =
            Set.of("map", "selectattr", "rejectattr", "groupby", "sort", "unique", "sum", "min", "max", "join");

    private final IdentityHashMap<Object, Token> places;
    private final Folding folding;
    private final Set<String> locals;
    private final Dangers dangers;

    ExpressionScan(IdentityHashMap<Object, Token> places, Folding folding, Set<String> locals, Dangers dangers) {
        this.places = places;
        this.folding = folding;
        this.locals = locals;
        this.dangers = dangers;
    }

    void scan(Expr root) {
        Deque<Expr> left = new ArrayDeque<>(List.of(root));
        while (!left.isEmpty()) {
            one(left.pop(), left);
        }
    }

    private void one(Expr expression, Deque<Expr> left) {
        if (expression instanceof Expr.Constant constant && constant.value() instanceof Value.Str text) {
            constant(text.text(), place(constant));
        } else if (expression instanceof Expr.Name name) {
            name(name);
        } else if (expression instanceof Expr.Attribute attribute) {
            reach(attribute.name(), attribute, "." + attribute.name());
            object(attribute.object(), attribute, left);
        } else if (expression instanceof Expr.Item item) {
            item(item, left);
        } else if (expression instanceof Expr.Call call) {
            call(call, left);
        } else if (expression instanceof Expr.Filtered filtered) {
            filter(filtered);
            left.addAll(Children.of(filtered));
        } else {
            operators(expression, left);
        }
    }

    /** A text in the template's code. Read by itself it does nothing; a name of the program has no other use. */
    private void constant(String text, Token place) {
        TextScan.text(text, place, dangers);
        if (Names.isDunder(text)) {
            dangers.add(Level.ERROR, Names.CODE, place, "the name " + Dangers.quoted(text), Names.RUNS_CODE);
        } else if (Names.holdsDunder(text)) {
            dangers.add(
                    Level.WARNING,
                    Names.CODE,
                    place,
                    "a name of Python's inside " + Dangers.quoted(text),
                    "code could be cut out of it and run");
        }
    }

    private void name(Expr.Name name) {
        if (!locals.contains(name.name()) && Names.isHelper(name.name())) {
            dangers.add(
                    Level.WARNING,
                    Names.GLOBAL,
                    place(name),
                    "'" + name.name() + "'",
                    "it is an object of the program around the template, and a way into it");
        }
        reach(name.name().startsWith("__") ? name.name() : "", name, name.name());
    }

    /** What stands in front of a dot, a bracket or a call. */
    private void object(Expr object, Expr whole, Deque<Expr> left) {
        if (!(object instanceof Expr.Name name) || locals.contains(name.name())) {
            left.push(object);
        } else if (Names.isHelper(name.name()) || Names.isPython(name.name())) {
            dangers.add(
                    Level.ERROR,
                    Names.GLOBAL,
                    place(name),
                    "a look into '" + name.name() + "'",
                    "it is an object of the program around the template: its secrets and functions are reached so");
        } else if (Globals.isKnown(name.name()) && !(whole instanceof Expr.Call)) {
            dangers.add(
                    Level.WARNING,
                    Names.GLOBAL,
                    place(name),
                    "a look into the function '" + name.name() + "'",
                    "functions lead to the program that they belong to");
        }
    }

    private void item(Expr.Item item, Deque<Expr> left) {
        Optional<String> key = folding.text(item.index());
        key.ifPresent(name -> reach(name, item, "[" + Dangers.quoted(name) + "]"));
        if (!(item.index() instanceof Expr.Constant)) {
            left.push(item.index());
        }
        object(item.object(), item, left);
    }

    private void reach(String path, Expr expression, String shown) {
        Names.reaching(path)
                .ifPresent(level -> dangers.add(level, Names.CODE, place(expression), shown, Names.RUNS_CODE));
    }

    private void call(Expr.Call call, Deque<Expr> left) {
        left.addAll(Children.of(call.arguments()));
        call.arguments().named().keySet().forEach(name -> reach(name, call, "an argument named " + name));
        if (call.callee() instanceof Expr.Name name) {
            function(name, call, left);
        } else if (call.callee() instanceof Expr.Attribute method) {
            method(method, call);
            left.push(method);
        } else {
            left.push(call.callee());
        }
    }

    private void function(Expr.Name name, Expr.Call call, Deque<Expr> left) {
        if (locals.contains(name.name())) {
            return;
        }
        if (Names.isPython(name.name())) {
            dangers.add(Level.ERROR, Names.CODE, place(name), "a call of '" + name.name() + "'", Names.RUNS_CODE);
        } else if (Names.isHelper(name.name())) {
            left.push(name);
        } else if (!Globals.isKnown(name.name())) {
            dangers.add(
                    Level.WARNING,
                    "template-call",
                    place(name),
                    "a call of '" + name.name() + "', which is no function of templates",
                    "what it does depends on the program around the template");
        }
        long length = rangeLength(call);
        if (length > LONG_RANGE) {
            dangers.add(
                    length > HUGE ? Level.ERROR : Level.WARNING,
                    "template-bomb",
                    place(name),
                    "a range of " + length + " numbers",
                    "going through it takes the time and memory of the machine");
        }
    }

    /** Of a call of {@code range} with fixed numbers: how many it gives; else 0. */
    long rangeLength(Expr expression) {
        if (!(expression instanceof Expr.Call call)
                || !(call.callee() instanceof Expr.Name name)
                || !name.name().equals("range")
                || locals.contains("range")) {
            return 0;
        }
        List<Expr> given = call.arguments().positional();
        long[] numbers = new long[given.size()];
        for (int i = 0; i < numbers.length; i++) {
            if (!(folding.value(given.get(i)).orElse(null) instanceof Int number)) {
                return 0;
            }
            numbers[i] = number.value();
        }
        double from = numbers.length > 1 ? numbers[0] : 0;
        double to = numbers.length > 1 ? numbers[1] : numbers.length == 1 ? numbers[0] : 0;
        double step = numbers.length > 2 ? numbers[2] : 1;
        return step == 0 ? 0 : (long) Math.max(0, Math.ceil((to - from) / step));
    }

    private void method(Expr.Attribute method, Expr.Call call) {
        if (Names.isMethod(method.name())) {
            dangers.add(Level.ERROR, Names.CODE, place(method), "a call of '." + method.name() + "'", Names.RUNS_CODE);
        }
        boolean formats = method.name().equals("format");
        Optional<String> format = formats ? folding.text(method.object()) : Optional.empty();
        if (format.isPresent() && FIELD.matcher(format.get()).find()) {
            boolean dunder = format.get().contains("__");
            dangers.add(
                    dunder ? Level.ERROR : Level.WARNING,
                    Names.CODE,
                    place(method),
                    "a format that looks into what it prints: " + Dangers.quoted(format.get()),
                    "it prints the secrets of the program around the template");
        }
        numbers(call.arguments(), call);
    }

    private void filter(Expr.Filtered filtered) {
        List<Expr> arguments = Children.of(filtered.arguments());
        if (filtered.name().equals("attr")) {
            dangers.add(Level.ERROR, Names.CODE, place(filtered), "the filter 'attr'", Names.RUNS_CODE);
        } else if (BY_NAME.contains(filtered.name())) {
            for (Expr argument : arguments) {
                Optional<String> name = folding.text(argument);
                name.ifPresent(text -> reach(text, argument, "'" + filtered.name() + "' by " + Dangers.quoted(text)));
                if (name.isPresent() && (name.get().equals("attr") || name.get().equals("format"))) {
                    dangers.add(
                            Level.ERROR,
                            Names.CODE,
                            place(filtered),
                            "the filter '" + name.get() + "' on each of a list",
                            Names.RUNS_CODE);
                }
            }
        }
        numbers(filtered.arguments(), filtered);
    }

    /** A width or count so large that only a bomb needs it. */
    private void numbers(Expr.ArgumentsOf arguments, Expr whole) {
        for (Expr argument : Children.of(arguments)) {
            if (argument instanceof Expr.Constant constant && constant.value() instanceof Int number) {
                huge(number.value(), whole);
            }
        }
    }

    private void huge(long number, Expr whole) {
        if (Math.abs(number) >= HUGE) {
            dangers.add(
                    Level.WARNING,
                    "template-bomb",
                    place(whole),
                    number == Long.MAX_VALUE ? "a power" : "the number " + number,
                    "a text of that length fills the memory");
        }
    }

    /** What operators make of constants. */
    private void operators(Expr expression, Deque<Expr> left) {
        if (Children.joins(expression)) {
            List<Expr> parts = Children.joined(expression);
            left.addAll(parts);
            Optional<String> text = folding.text(expression);
            if (text.isPresent() && Names.holdsDunder(text.get())) {
                dangers.add(
                        Level.ERROR,
                        Names.CODE,
                        place(expression),
                        "the name " + Dangers.quoted(text.get()) + " put together from pieces",
                        Names.RUNS_CODE);
            } else if (text.isEmpty()) {
                pieces(parts);
            }
            return;
        }
        left.addAll(Children.of(expression));
        if (expression instanceof Expr.Binary binary) {
            multiplied(binary.operator(), binary.left());
            multiplied(binary.operator(), binary.right());
        }
    }

    private void multiplied(String operator, Expr side) {
        if (side instanceof Expr.Constant constant && constant.value() instanceof Int number) {
            boolean power = operator.equals("**") && number.value() >= LONG_POWER;
            if (operator.equals("*") || power) {
                huge(power ? Long.MAX_VALUE : number.value(), side);
            }
        }
    }

    /** A piece with two underscores, joined to what only the conversation knows. */
    private void pieces(List<Expr> parts) {
        for (Expr part : parts) {
            if (part instanceof Expr.Constant constant
                    && constant.value() instanceof Value.Str text
                    && (text.text().startsWith("__") || text.text().endsWith("__"))
                    && text.text().length() < 30) {
                dangers.add(
                        Level.WARNING,
                        Names.CODE,
                        place(part),
                        "a part of a name, " + Dangers.quoted(text.text()),
                        "joined with another it may name what only an attack needs");
            }
        }
    }

    private Token place(Expr expression) {
        Expr next = expression;
        while (!places.containsKey(next)) {
            Collection<Expr> inside = Children.of(next);
            if (inside.isEmpty()) {
                return new Token(Token.Type.END, "", expression.line(), 1);
            }
            next = inside.iterator().next();
        }
        return places.get(next);
    }
}
