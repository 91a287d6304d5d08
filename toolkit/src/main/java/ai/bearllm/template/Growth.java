package ai.bearllm.template;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Finds values that are made of themselves twice, which doubles them. */
final class Growth {
    private Growth() {}

    static boolean doubles(Statement.Target target, Expr value) {
        int uses = 0;
        int looked = 0;
        Deque<Expr> left = new ArrayDeque<>(List.of(value));
        while (!left.isEmpty() && looked++ < 1_000) {
            Expr next = left.pop();
            if (isTarget(target, next)) {
                uses++;
            } else if (grows(next)) {
                left.addAll(Children.of(next));
            }
        }
        return uses > 1;
    }

    private static boolean grows(Expr expression) {
        return Children.joins(expression) || expression instanceof Expr.Items || expression instanceof Expr.Filtered;
    }

    private static boolean isTarget(Statement.Target target, Expr expression) {
        if (target instanceof Statement.NameTarget name) {
            return expression instanceof Expr.Name used && used.name().equals(name.name());
        }
        return target instanceof Statement.NamespaceTarget field
                && expression instanceof Expr.Attribute attribute
                && attribute.name().equals(field.name())
                && attribute.object() instanceof Expr.Name namespace
                && namespace.name().equals(field.namespace());
    }
}
