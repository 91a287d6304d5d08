package ai.bearllm.grammar;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Writes random texts of a grammar's form. */
final class Walk {
    private static final String LIKELY = "abc \"{}[],:0129-é漢🐻\\/.\n";
    private static final String ENDING = "\"}]0ealuw";
    private static final int WANDER = 60;
    private static final int LONGEST = 4_000;

    private Walk() {}

    /** Empty where the text did not come to an end. */
    static Optional<String> text(Grammar grammar, RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        GrammarMatcher place = grammar.matcher();
        for (int step = 0; step < LONGEST; step++) {
            List<CharClass> next = place.next();
            if (place.complete() && (next.isEmpty() || random.nextInt(4) == 0 || step > WANDER)) {
                return Optional.of(text.toString());
            }
            CharClass chosen = next.get(random.nextInt(next.size()));
            int point = step > WANDER ? ending(next, chosen, random) : point(chosen, random);
            text.appendCodePoint(point);
            place = place.accept(Character.toString(point));
        }
        return Optional.empty();
    }

    private static int ending(List<CharClass> next, CharClass otherwise, RandomGenerator random) {
        return ENDING.codePoints()
                .filter(point -> next.stream().anyMatch(each -> each.has(point)))
                .findFirst()
                .orElseGet(() -> point(otherwise, random));
    }

    private static int point(CharClass from, RandomGenerator random) {
        int likely = LIKELY.codePointAt(
                LIKELY.offsetByCodePoints(0, random.nextInt(LIKELY.codePointCount(0, LIKELY.length()))));
        if (from.has(likely)) {
            return likely;
        }
        if (!from.negated()) {
            CharClass.Range range =
                    from.ranges().get(random.nextInt(from.ranges().size()));
            int point = range.from() + random.nextInt(range.to() - range.from() + 1);
            if (CharClass.writable(point)) {
                return point;
            }
        }
        return from.example();
    }
}
