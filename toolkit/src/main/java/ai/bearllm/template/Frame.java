package ai.bearllm.template;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names that are visible at one place of a rendering, and where its text goes. */
final class Frame {
    final Budget budget;
    final Clock clock;
    private final @Nullable Frame parent;
    private final StringBuilder out;
    private final Map<String, Value> names = new HashMap<>(4);

    private Frame(Budget budget, Clock clock, @Nullable Frame parent, StringBuilder out) {
        this.budget = budget;
        this.clock = clock;
        this.parent = parent;
        this.out = out;
    }

    static Frame root(Budget budget, Clock clock) {
        return new Frame(budget, clock, null, new StringBuilder());
    }

    /** For a body whose new names end with it. */
    Frame inner() {
        return new Frame(budget, clock, this, out);
    }

    /** For a body whose text becomes a value. */
    Frame captured() {
        return new Frame(budget, clock, this, new StringBuilder());
    }

    void set(String name, Value value) {
        names.put(name, value);
    }

    Value get(String name) {
        for (Frame frame = this; frame != null; frame = frame.parent) {
            Value value = frame.names.get(name);
            if (value != null) {
                return value;
            }
        }
        Value global = Globals.find(name);
        return global == null ? new Value.Undefined("'" + name + "'") : global;
    }

    Value eval(Expr expression) {
        int outer = budget.line();
        budget.at(expression.line());
        budget.enter();
        Value value = expression.eval(this);
        budget.leave();
        budget.at(outer);
        return value;
    }

    boolean isTrue(Expr expression) {
        return Operators.isTrue(eval(expression));
    }

    void print(String text) {
        budget.make(text.length());
        out.append(text);
    }

    String text() {
        return out.toString();
    }
}
