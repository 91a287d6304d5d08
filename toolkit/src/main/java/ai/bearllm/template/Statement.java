package ai.bearllm.template;

import ai.bearllm.template.Value.Macro;
import ai.bearllm.template.Value.Namespace;
import ai.bearllm.template.Value.Str;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** A part of a template that writes, decides, repeats or names something. */
sealed interface Statement {
    int line();

    Flow run(Frame frame);

    /** Where the rendering goes on. */
    enum Flow {
        NEXT,
        BREAK,
        CONTINUE
    }

    /** Statements one after the other. */
    record Body(List<Statement> statements) {
        Flow run(Frame frame) {
            for (Statement statement : statements) {
                frame.budget.at(statement.line());
                frame.budget.enter();
                Flow flow = statement.run(frame);
                frame.budget.leave();
                if (flow != Flow.NEXT) {
                    return flow;
                }
            }
            return Flow.NEXT;
        }
    }

    record Data(String text, int line) implements Statement {
        @Override
        public Flow run(Frame frame) {
            frame.print(text);
            return Flow.NEXT;
        }
    }

    /** {@code {{ value }}}. */
    record Print(Expr value, int line) implements Statement {
        @Override
        public Flow run(Frame frame) {
            frame.print(Repr.str(frame.eval(value), frame.budget));
            return Flow.NEXT;
        }
    }

    record Branch(Expr test, Body body) {}

    /** {@code if}, {@code elif}, {@code else}; names set inside stay. */
    record If(List<Branch> branches, Body otherwise, int line) implements Statement {
        @Override
        public Flow run(Frame frame) {
            for (Branch branch : branches) {
                if (frame.isTrue(branch.test())) {
                    return branch.body().run(frame);
                }
            }
            return otherwise.run(frame);
        }
    }

    /** What a value is given to. */
    sealed interface Target {
        void assign(Value value, Frame frame);
    }

    record NameTarget(String name) implements Target {
        @Override
        public void assign(Value value, Frame frame) {
            frame.set(name, value);
        }
    }

    record TupleTarget(List<Target> targets) implements Target {
        @Override
        public void assign(Value value, Frame frame) {
            List<Value> values = Operators.iterate(value, frame.budget);
            if (values.size() != targets.size()) {
                throw TemplateException.failed(
                        "unpacking", targets.size() + " values were expected but " + values.size() + " came.");
            }
            for (int i = 0; i < values.size(); i++) {
                targets.get(i).assign(values.get(i), frame);
            }
        }
    }

    /** {@code ns.name}. */
    record NamespaceTarget(String namespace, String name) implements Target {
        @Override
        public void assign(Value value, Frame frame) {
            if (!(frame.get(namespace) instanceof Namespace target)) {
                throw TemplateException.failed(
                        "'set " + namespace + "." + name + "'", "'" + namespace + "' is not a namespace.");
            }
            target.names.put(name, value);
        }
    }

    record Assignment(Target target, Expr value, int line) implements Statement {
        @Override
        public Flow run(Frame frame) {
            target.assign(frame.eval(value), frame);
            return Flow.NEXT;
        }
    }

    /** {@code set} around a text. */
    record BlockAssignment(Target target, Expr.@Nullable Filtered filter, Body body, int line) implements Statement {
        @Override
        public Flow run(Frame frame) {
            Frame inner = frame.captured();
            Flow flow = body.run(inner);
            if (flow == Flow.NEXT) {
                Value text = new Str(inner.text());
                target.assign(filter == null ? text : filter.on(text, inner), frame);
            }
            return flow;
        }
    }

    /** A filter around a text. */
    record FilterBlock(Expr.Filtered filter, Body body, int line) implements Statement {
        @Override
        public Flow run(Frame frame) {
            Frame inner = frame.captured();
            Flow flow = body.run(inner);
            if (flow == Flow.NEXT) {
                frame.print(Repr.str(filter.on(new Str(inner.text()), inner), frame.budget));
            }
            return flow;
        }
    }

    /** Marks what the model writes itself; changes nothing but that names set inside end with it. */
    record Generation(Body body, int line) implements Statement {
        @Override
        public Flow run(Frame frame) {
            return body.run(frame.inner());
        }
    }

    /**
     * A macro's parameter.
     *
     * @param fallback null where it has none
     */
    record Parameter(String name, @Nullable Expr fallback) {}

    record MacroDefinition(String name, List<Parameter> parameters, Body body, int line) implements Statement {
        @Override
        public Flow run(Frame frame) {
            frame.set(name, new Macro(this, frame));
            return Flow.NEXT;
        }
    }

    /** {@code break}, {@code continue}. */
    record Jump(Flow flow, int line) implements Statement {
        @Override
        public Flow run(Frame frame) {
            return flow;
        }
    }

    record For(Target target, Expr sequence, @Nullable Expr test, Body body, Body otherwise, int line)
            implements Statement {
        @Override
        public Flow run(Frame frame) {
            Iterator<Value> items =
                    Operators.iterate(frame.eval(sequence), frame.budget).iterator();
            Loop loop = new Loop(test == null ? items : new Selected(items, target, test, frame), frame.budget);
            if (!loop.advance()) {
                return otherwise.run(frame.inner());
            }
            do {
                Frame inner = frame.inner();
                inner.set("loop", loop);
                target.assign(loop.current(), inner);
                if (body.run(inner) == Flow.BREAK) {
                    break;
                }
                frame.budget.at(line);
            } while (loop.advance());
            return Flow.NEXT;
        }
    }

    /** The items that pass a loop's own test, tested one by one as the loop comes to them. */
    final class Selected implements Iterator<Value> {
        private final Iterator<Value> items;
        private final Target target;
        private final Expr test;
        private final Frame frame;
        private @Nullable Value next;

        Selected(Iterator<Value> items, Target target, Expr test, Frame frame) {
            this.items = items;
            this.target = target;
            this.test = test;
            this.frame = frame;
        }

        @Override
        public boolean hasNext() {
            while (next == null && items.hasNext()) {
                Value item = items.next();
                Frame inner = frame.inner();
                target.assign(item, inner);
                if (inner.isTrue(test)) {
                    next = item;
                }
            }
            return next != null;
        }

        @Override
        public Value next() {
            if (!hasNext() || next == null) {
                throw new NoSuchElementException();
            }
            Value item = next;
            next = null;
            return item;
        }
    }
}
