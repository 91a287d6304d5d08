package ai.bearllm.template;

import ai.bearllm.template.Value.Namespace;
import ai.bearllm.template.Value.Seq;
import ai.bearllm.template.Value.Str;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Computes what is the same in every conversation: constants, what is joined or cut from them, and names that were given
 * such values. An attack that spells a name in pieces is seen whole.
 */
final class Folding {
    /** More than any name needs to be built; together they bound the time of one scan. */
    private static final int MOST_NODES = 500;

    private static final int MOST_FOLDS = 5_000;
    private static final Set<String> PURE = Set.of("dict", "range", "namespace");
    private static final Clock NEVER = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    private final Map<String, Value> constants = new HashMap<>();
    private int folds;

    /** The value; empty where it depends on the conversation, or costs too much. */
    Optional<Value> value(Expr expression) {
        if (expression instanceof Expr.Constant constant) {
            return Optional.of(constant.value());
        }
        if (folds > MOST_FOLDS || !isConstant(expression)) {
            return Optional.empty();
        }
        folds++;
        try {
            Frame frame = Frame.root(new Budget(2_000, 1 << 14), NEVER);
            constants.forEach(frame::set);
            Value value = frame.eval(expression);
            return value instanceof Value.Undefined ? Optional.empty() : Optional.of(value);
        } catch (TemplateException | StackOverflowError e) {
            return Optional.empty();
        }
    }

    Optional<String> text(Expr expression) {
        return value(expression)
                .flatMap(value -> value instanceof Str text ? Optional.of(text.text()) : Optional.empty());
    }

    /** What {@code set} gives a name stays its constant until it gets another; one from a conversation changes nothing. */
    void assign(Statement.Target target, Value value) {
        if (target instanceof Statement.NameTarget name) {
            if (constants.size() < MOST_NODES) {
                constants.put(name.name(), value);
            }
        } else if (target instanceof Statement.NamespaceTarget field
                && constants.get(field.namespace()) instanceof Namespace namespace) {
            namespace.names.put(field.name(), value);
        } else if (target instanceof Statement.TupleTarget tuple
                && value instanceof Seq seq
                && seq.items().size() == tuple.targets().size()) {
            for (int i = 0; i < seq.items().size(); i++) {
                assign(tuple.targets().get(i), seq.items().get(i));
            }
        }
    }

    private boolean isConstant(Expr expression) {
        Deque<Expr> left = new ArrayDeque<>(List.of(expression));
        for (int nodes = 0; !left.isEmpty(); nodes++) {
            Expr next = left.pop();
            if (nodes > MOST_NODES || (next instanceof Expr.Call call && !isPure(call, left))) {
                return false;
            }
            if (next instanceof Expr.Name name && !constants.containsKey(name.name())) {
                return false;
            }
            if (!(next instanceof Expr.Call)) {
                left.addAll(Children.of(next));
            }
        }
        return true;
    }

    private static boolean isPure(Expr.Call call, Collection<Expr> left) {
        left.addAll(Children.of(call.arguments()));
        if (call.callee() instanceof Expr.Name name) {
            return PURE.contains(name.name());
        }
        left.add(call.callee());
        return call.callee() instanceof Expr.Attribute;
    }
}
