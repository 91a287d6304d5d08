package ai.bearllm.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The expressions inside an expression, for going through a template without rendering it. */
final class Children {
    private Children() {}

    static List<Expr> of(Expr expression) {
        List<Expr> inside = new ArrayList<>();
        if (expression instanceof Expr.Items items) {
            inside.addAll(items.items());
        } else if (expression instanceof Expr.DictOf dict) {
            dict.pairs().forEach(pair -> addAll(inside, pair.key(), pair.value()));
        } else if (expression instanceof Expr.Conditional conditional) {
            addAll(inside, conditional.test(), conditional.then(), conditional.otherwise());
        } else if (expression instanceof Expr.Logic logic) {
            addAll(inside, logic.left(), logic.right());
        } else if (expression instanceof Expr.Not not) {
            inside.add(not.operand());
        } else if (expression instanceof Expr.Comparison comparison) {
            inside.add(comparison.first());
            comparison.operands().forEach(operand -> inside.add(operand.value()));
        } else if (expression instanceof Expr.Concatenation concatenation) {
            inside.addAll(concatenation.parts());
        } else if (expression instanceof Expr.Binary binary) {
            addAll(inside, binary.left(), binary.right());
        } else if (expression instanceof Expr.Sign sign) {
            inside.add(sign.operand());
        } else {
            reaching(expression, inside);
        }
        return inside;
    }

    private static void reaching(Expr expression, List<Expr> inside) {
        if (expression instanceof Expr.Attribute attribute) {
            inside.add(attribute.object());
        } else if (expression instanceof Expr.Item item) {
            addAll(inside, item.object(), item.index());
        } else if (expression instanceof Expr.Slice slice) {
            addAll(inside, slice.object(), slice.from(), slice.to(), slice.step());
        } else if (expression instanceof Expr.Call call) {
            inside.add(call.callee());
            inside.addAll(of(call.arguments()));
        } else if (expression instanceof Expr.Filtered filtered) {
            addAll(inside, filtered.subject());
            inside.addAll(of(filtered.arguments()));
        } else if (expression instanceof Expr.Tested tested) {
            inside.add(tested.subject());
            inside.addAll(of(tested.arguments()));
        }
    }

    static List<Expr> of(Expr.ArgumentsOf arguments) {
        List<Expr> all = new ArrayList<>(arguments.positional());
        all.addAll(arguments.named().values());
        return all;
    }

    /** Whether it puts texts or lists together. */
    static boolean joins(Expr expression) {
        return expression instanceof Expr.Concatenation
                || (expression instanceof Expr.Binary binary
                        && binary.operator().equals("+"));
    }

    /** What it puts together, in order, through any number of joins. */
    static List<Expr> joined(Expr expression) {
        List<Expr> parts = new ArrayList<>();
        Deque<Expr> left = new ArrayDeque<>(List.of(expression));
        while (!left.isEmpty()) {
            Expr next = left.pop();
            if (joins(next)) {
                List<Expr> inside = of(next);
                for (int i = inside.size() - 1; i >= 0; i--) {
                    left.push(inside.get(i));
                }
            } else {
                parts.add(next);
            }
        }
        return parts;
    }

    private static void addAll(List<Expr> inside, @Nullable Expr... expressions) {
        for (Expr expression : expressions) {
            if (expression != null) {
                inside.add(expression);
            }
        }
    }
}
