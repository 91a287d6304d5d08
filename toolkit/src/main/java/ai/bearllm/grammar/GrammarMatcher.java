package ai.bearllm.grammar;

import ai.bearllm.model.BearException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A place within a grammar, reached by the text so far. Immutable: {@link #accept} gives the next place.
 *
 * <p>It keeps every way to read the text, as llama.cpp does. In some grammars these double with each character; more than
 * {@value #MOST_WAYS} are an error.
 */
public final class GrammarMatcher {
    private static final int MOST_WAYS = 10_000;

    private final Rules rules;
    private final List<Way> ways;
    private final boolean complete;

    GrammarMatcher(Rules rules) {
        this(rules, start(rules));
    }

    private GrammarMatcher(Rules rules, Ways found) {
        this.rules = rules;
        this.ways = List.copyOf(found.open);
        this.complete = found.complete;
    }

    private static Ways start(Rules rules) {
        Ways ways = new Ways(rules);
        ways.enter(rules.root(), null);
        return ways.settle();
    }

    /** What is still to come, the nearest element first. */
    private static final class Way {
        private final List<Rules.Element> alternative;
        private final int at;
        private final @Nullable Way below;
        private final int hash;

        Way(List<Rules.Element> alternative, int at, @Nullable Way below) {
            this.alternative = alternative;
            this.at = at;
            this.below = below;
            this.hash = 31 * (31 * System.identityHashCode(alternative) + at) + (below == null ? 0 : below.hash);
        }

        Rules.Element next() {
            return alternative.get(at);
        }

        /** What stays when the next element is done; null: nothing. */
        @Nullable
        Way rest() {
            return at + 1 < alternative.size() ? new Way(alternative, at + 1, below) : below;
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // The same alternative, not one that looks alike.
        public boolean equals(@Nullable Object other) {
            Way mine = this;
            Way its = other instanceof Way way ? way : null;
            while (mine != null && its != null && mine != its) {
                if (mine.hash != its.hash || mine.alternative != its.alternative || mine.at != its.at) {
                    return false;
                }
                mine = mine.below;
                its = its.below;
            }
            return mine == its;
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /** Collects ways until each begins with a character. */
    private static final class Ways {
        private final Rules rules;
        private final Deque<Way> pending = new ArrayDeque<>();
        private final Set<Way> seen = new LinkedHashSet<>();
        private final List<Way> open = new ArrayList<>();
        private boolean complete;

        Ways(Rules rules) {
            this.rules = rules;
        }

        void add(@Nullable Way way) {
            if (way == null) {
                complete = true;
            } else if (seen.add(way)) {
                if (open.size() > MOST_WAYS || seen.size() > 10 * MOST_WAYS) {
                    throw new BearException(
                            "The grammar can read this text in more than " + MOST_WAYS + " ways.",
                            "Write each form of it in one way only: no two alternatives that fit the same beginning.");
                }
                pending.push(way);
            }
        }

        void enter(int rule, @Nullable Way below) {
            for (List<Rules.Element> alternative : rules.rule(rule).alternatives()) {
                add(alternative.isEmpty() ? below : new Way(alternative, 0, below));
            }
        }

        Ways settle() {
            while (!pending.isEmpty()) {
                Way way = pending.pop();
                if (way.next().isRule()) {
                    enter(way.next().rule(), way.rest());
                } else {
                    open.add(way);
                }
            }
            return this;
        }
    }

    /**
     * The place behind these characters.
     *
     * @throws BearException where there are too many ways to read them
     */
    public GrammarMatcher accept(String characters) {
        GrammarMatcher place = this;
        for (int i = 0; i < characters.length(); i += Character.charCount(characters.codePointAt(i))) {
            if (place.dead()) {
                return place;
            }
            place = place.accept(characters.codePointAt(i));
        }
        return place;
    }

    private GrammarMatcher accept(int point) {
        Ways next = new Ways(rules);
        for (Way way : ways) {
            if (way.next().characters().has(point)) {
                next.add(way.rest());
            }
        }
        return new GrammarMatcher(rules, next.settle());
    }

    /** Whether the text may end here. */
    public boolean complete() {
        return complete;
    }

    /** Whether no text that begins so has the grammar's form. */
    public boolean dead() {
        return ways.isEmpty() && !complete;
    }

    /** Whether nothing may follow: the text has its form and is at its end. */
    public boolean finished() {
        return ways.isEmpty() && complete;
    }

    /** What may come next. */
    List<CharClass> next() {
        return ways.stream().map(way -> way.next().characters()).distinct().toList();
    }
}
