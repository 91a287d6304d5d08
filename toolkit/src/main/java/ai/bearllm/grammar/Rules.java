package ai.bearllm.grammar;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A grammar taken apart as llama.cpp does it: every group and repetition becomes a rule of its own, an alternative is a list of
 * characters and rules. Made only of grammars that engines can use.
 */
final class Rules {
    /** Rules and their elements that engines are given; more take seconds to begin with. */
    private static final int MOST_ELEMENTS = 100_000;

    private static final int MOST_RULES = 25_000;

    private final Map<String, Named> named;
    private final List<Rule> rules = new ArrayList<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private int elements;

    /**
     * A rule that has a name.
     *
     * @param line where it begins
     * @param column where it begins
     */
    record Named(Node.Choice form, int line, int column) {}

    /** One element of an alternative: a character of a class, or a rule where there is none. */
    record Element(CharClass characters, int rule) {
        private static final CharClass NONE = new CharClass(false, List.of());

        static Element of(CharClass characters) {
            return new Element(characters, -1);
        }

        static Element of(int rule) {
            return new Element(NONE, rule);
        }

        boolean isRule() {
            return rule >= 0;
        }
    }

    /**
     * Alternatives, with the place that it comes from.
     */
    record Rule(String name, int line, int column, List<List<Element>> alternatives) {}

    private Rules(Map<String, Named> named) {
        this.named = named;
        for (String name : named.keySet()) {
            ids.put(name, rules.size());
            rules.add(new Rule(name, named.get(name).line(), named.get(name).column(), new ArrayList<>()));
        }
        int next = 0;
        for (Named rule : named.values()) {
            fill(rules.get(next++), rule.form());
        }
    }

    /**
     * @throws GrammarException where the text is not a grammar that engines can use
     */
    static Rules of(String text) {
        Map<String, Named> named = GbnfParser.parse(text);
        if (!named.containsKey("root")) {
            throw new GrammarException(
                    1,
                    1,
                    "no rule is called \"root\", where every text begins.",
                    "Call the rule of the whole text root.");
        }
        Rules rules = new Rules(named);
        RuleCheck.check(rules);
        return rules;
    }

    Rule rule(int id) {
        return rules.get(id);
    }

    int size() {
        return rules.size();
    }

    int root() {
        return ids.getOrDefault("root", 0);
    }

    private void fill(Rule rule, Node.Choice form) {
        for (Node.Sequence sequence : form.alternatives()) {
            List<Element> alternative = new ArrayList<>();
            sequence.parts().forEach(part -> add(part, alternative, rule));
            count(alternative.size() + 1, rule.line(), rule.column());
            rule.alternatives().add(alternative);
        }
    }

    private void add(Node part, List<Element> to, Rule owner) {
        if (part instanceof Node.Literal literal) {
            literal.characters().codePoints().forEach(point -> to.add(Element.of(CharClass.of(point))));
        } else if (part instanceof Node.Char single) {
            to.add(Element.of(single.characters()));
        } else if (part instanceof Node.Ref ref) {
            to.add(Element.of(id(ref)));
        } else if (part instanceof Node.Choice group) {
            Rule rule = fresh(owner, owner.line(), owner.column());
            to.add(Element.of(rules.size() - 1));
            fill(rule, group);
        } else if (part instanceof Node.Sequence sequence) {
            sequence.parts().forEach(inner -> add(inner, to, owner));
        } else if (part instanceof Node.Repeat repeat) {
            repeat(repeat, to, owner);
        }
    }

    private int id(Node.Ref ref) {
        Integer id = ids.get(ref.name());
        if (id == null) {
            throw new GrammarException(
                    ref.line(),
                    ref.column(),
                    "no rule is called \"" + ref.name() + "\".",
                    "Define it, or put it in quotation marks if the word itself is meant.");
        }
        return id;
    }

    /** X{2,4} is X X Y where Y is X Z or nothing, and Z is X or nothing; without an end, Y is X Y or nothing. */
    private void repeat(Node.Repeat repeat, List<Element> to, Rule owner) {
        List<Element> once = new ArrayList<>();
        add(repeat.what(), once, owner);
        long optional = repeat.most() < 0 ? 1 : repeat.most() - repeat.least();
        count((repeat.least() + 2 * optional) * Math.max(1L, once.size()), repeat.line(), repeat.column());
        for (int i = 0; i < repeat.least(); i++) {
            to.addAll(once);
        }
        int last = -1;
        for (int i = 0; i < optional; i++) {
            Rule rule = fresh(owner, repeat.line(), repeat.column());
            int id = rules.size() - 1;
            List<Element> more = new ArrayList<>(once);
            if (repeat.most() < 0) {
                more.add(Element.of(id));
            } else if (last >= 0) {
                more.add(Element.of(last));
            }
            rule.alternatives().add(more);
            rule.alternatives().add(List.of());
            last = id;
        }
        if (last >= 0) {
            to.add(Element.of(last));
        }
    }

    private Rule fresh(Rule owner, int line, int column) {
        Rule rule = new Rule(owner.name(), line, column, new ArrayList<>());
        rules.add(rule);
        return rule;
    }

    private void count(long more, int line, int column) {
        elements = (int) Math.min(Integer.MAX_VALUE, elements + more);
        if (elements > MOST_ELEMENTS || rules.size() > MOST_RULES) {
            throw new GrammarException(
                    line,
                    column,
                    "written out without repetitions the grammar has more than " + MOST_ELEMENTS + " parts.",
                    "Use smaller repetitions, or repetitions without an upper bound.");
        }
    }

    /** Every class of characters once. */
    Stream<CharClass> classes() {
        return rules.stream()
                .flatMap(rule -> rule.alternatives().stream())
                .flatMap(List::stream)
                .filter(element -> !element.isRule())
                .map(Element::characters)
                .distinct();
    }

    /** Each named rule as it was written. */
    Map<String, String> named() {
        Map<String, String> forms = new LinkedHashMap<>();
        named.forEach((name, rule) -> forms.put(name, rule.form().bare()));
        return forms;
    }

    String normalized() {
        return named().entrySet().stream()
                .map(rule -> rule.getKey() + " ::= " + rule.getValue() + "\n")
                .collect(Collectors.joining());
    }
}
