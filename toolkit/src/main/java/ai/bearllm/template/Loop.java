package ai.bearllm.template;

import ai.bearllm.template.Value.Bool;
import ai.bearllm.template.Value.Int;
import ai.bearllm.template.Value.Undefined;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code loop} of a running {@code for}. It looks ahead only when asked, so that a loop's own test runs when it should. */
final class Loop implements Value.LoopValue {
    private final Iterator<Value> items;
    private final Budget budget;
    private final Deque<Value> ahead = new ArrayDeque<>();
    private int index0 = -1;
    private Value previous = new Undefined("the item before the first one of the loop");
    private Value current = previous;
    private @Nullable List<Value> lastSeen;

    Loop(Iterator<Value> items, Budget budget) {
        this.items = items;
        this.budget = budget;
    }

    /** Goes to the next item; false where there is none. */
    boolean advance() {
        budget.step();
        if (!peek()) {
            return false;
        }
        if (index0 >= 0) {
            previous = current;
        }
        current = ahead.removeFirst();
        index0++;
        return true;
    }

    Value current() {
        return current;
    }

    private boolean peek() {
        if (ahead.isEmpty() && items.hasNext()) {
            ahead.add(items.next());
        }
        return !ahead.isEmpty();
    }

    private int length() {
        items.forEachRemaining(ahead::add);
        return index0 + 1 + ahead.size();
    }

    @Override
    public @Nullable Value attribute(String name) {
        return switch (name) {
            case "index" -> new Int(index0 + 1);
            case "index0" -> new Int(index0);
            case "first" -> Bool.of(index0 == 0);
            case "last" -> Bool.of(!peek());
            case "length" -> new Int(length());
            case "revindex" -> new Int(length() - index0);
            case "revindex0" -> new Int(length() - index0 - 1);
            case "previtem" -> previous;
            case "nextitem" -> peek() ? ahead.getFirst() : new Undefined("the item after the last one of the loop");
            case "depth" -> new Int(1);
            case "depth0" -> new Int(0);
            case "cycle", "changed" -> new Value.Method(this, name);
            default -> null;
        };
    }

    Value cycle(Arguments arguments) {
        List<Value> values = arguments.positional();
        if (values.isEmpty()) {
            throw arguments.failure("it needs values to go through.");
        }
        return values.get(index0 % values.size());
    }

    Value changed(Arguments arguments) {
        List<Value> values = arguments.positional();
        Value.Seq now = Value.Seq.list(values);
        boolean same = lastSeen != null && Operators.equal(Value.Seq.list(lastSeen), now, budget);
        lastSeen = values;
        return Bool.of(!same);
    }
}
