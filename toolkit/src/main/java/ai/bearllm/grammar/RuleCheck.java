package ai.bearllm.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Refuses what llama.cpp would never finish with: rules that begin with themselves, and so many ways to begin that looking at
 * each takes for ever.
 *
 * <p>Its own check overlooks rules that may be empty only by way of another, and ends in an endless recursion that kills the
 * process; it also looks at each way to begin one by one, however many there are, and one call deeper at each rule.
 */
final class RuleCheck {
    private static final double MOST_WAYS = 10_000;
    private static final double MOST_EMPTY_WAYS = 64;
    private static final int DEEPEST = 2_000;

    private static final byte ENTERED = 1;
    private static final byte DONE = 2;

    private final Rules rules;
    private final boolean[] empty;
    private final byte[] state;
    private final double[] ways;
    private final double[] emptyWays;
    private final int[] depth;

    private RuleCheck(Rules rules) {
        this.rules = rules;
        this.empty = new boolean[rules.size()];
        this.state = new byte[rules.size()];
        this.ways = new double[rules.size()];
        this.emptyWays = new double[rules.size()];
        this.depth = new int[rules.size()];
    }

    static void check(Rules rules) {
        RuleCheck check = new RuleCheck(rules);
        check.findEmpty();
        for (int id = 0; id < rules.size(); id++) {
            check.visit(id);
        }
    }

    /** An alternative of rules alone, with the number of those that are not known to be possibly empty. */
    private static final class Waiting {
        private final int owner;
        private int left;

        Waiting(int owner, int left) {
            this.owner = owner;
            this.left = left;
        }
    }

    /** In one pass over all elements: each rule that may be empty tells the alternatives that wait for it. */
    private void findEmpty() {
        List<List<Waiting>> waiting = new ArrayList<>();
        for (int id = 0; id < rules.size(); id++) {
            waiting.add(new ArrayList<>());
        }
        Deque<Integer> found = new ArrayDeque<>();
        for (int id = 0; id < rules.size(); id++) {
            for (List<Rules.Element> alternative : rules.rule(id).alternatives()) {
                if (alternative.stream().allMatch(Rules.Element::isRule)) {
                    Waiting owner = new Waiting(id, alternative.size());
                    alternative.forEach(element -> waiting.get(element.rule()).add(owner));
                    foundIfNoneLeft(owner, found);
                }
            }
        }
        while (!found.isEmpty()) {
            for (Waiting owner : waiting.get(found.pop())) {
                owner.left--;
                foundIfNoneLeft(owner, found);
            }
        }
    }

    private void foundIfNoneLeft(Waiting alternative, Deque<Integer> found) {
        if (alternative.left == 0 && !empty[alternative.owner]) {
            empty[alternative.owner] = true;
            found.push(alternative.owner);
        }
    }

    /** Depth first without recursion of our own: a chain of rules may be long. */
    private void visit(int start) {
        Deque<Integer> path = new ArrayDeque<>();
        path.push(start);
        while (!path.isEmpty()) {
            int id = path.peek();
            if (state[id] == 0) {
                state[id] = ENTERED;
                if (enterAllThatBegin(id, path)) {
                    continue;
                }
            }
            if (state[id] == ENTERED) {
                finish(id);
            }
            path.pop();
        }
    }

    private boolean enterAllThatBegin(int id, Deque<Integer> path) {
        boolean deeper = false;
        for (List<Rules.Element> alternative : rules.rule(id).alternatives()) {
            for (Rules.Element element : alternative) {
                if (!element.isRule()) {
                    break;
                }
                if (state[element.rule()] == ENTERED) {
                    throw leftRecursion(element.rule(), id);
                }
                if (state[element.rule()] == 0) {
                    path.push(element.rule());
                    deeper = true;
                }
                if (!empty[element.rule()]) {
                    break;
                }
            }
        }
        return deeper;
    }

    private GrammarException leftRecursion(int id, int from) {
        Rules.Rule rule = rules.rule(id);
        boolean repetition = id == from
                && rule.alternatives().size() == 2
                && rule.alternatives().get(1).isEmpty();
        return repetition
                ? new GrammarException(
                        rule.line(),
                        rule.column(),
                        "what is repeated here may be empty, so the repetition never ends.",
                        "Let each repetition hold at least one character.")
                : new GrammarException(
                        rule.line(),
                        rule.column(),
                        "the rule \"" + rule.name() + "\" begins with itself, so no text could begin.",
                        "Begin it with something else: item (\",\" item)* instead of list \",\" item.");
    }

    /** Counts the ways to begin; those of the rules that it begins with are counted. */
    private void finish(int id) {
        Rules.Rule rule = rules.rule(id);
        for (List<Rules.Element> alternative : rule.alternatives()) {
            double before = 1;
            for (Rules.Element element : alternative) {
                if (!element.isRule()) {
                    ways[id] += before;
                    before = 0;
                    break;
                }
                ways[id] += before * (1 + ways[element.rule()]);
                before *= emptyWays[element.rule()];
                depth[id] = Math.max(depth[id], depth[element.rule()] + 1);
                if (before == 0) {
                    break;
                }
            }
            emptyWays[id] += before;
        }
        state[id] = DONE;
        if (ways[id] > MOST_WAYS || emptyWays[id] > MOST_EMPTY_WAYS || depth[id] > DEEPEST) {
            throw new GrammarException(
                    rule.line(),
                    rule.column(),
                    "the rule \"" + rule.name() + "\" can begin in too many ways.",
                    "Let fewer parts that may be empty follow each other, and write each alternative once.");
        }
    }
}
