package ai.bearllm.grammar;

import java.util.List;
import java.util.stream.Collectors;

/** A part of a rule, as it was written. */
sealed interface Node {
    /** As GBNF writes it. */
    String text();

    /** One of several sequences, in parentheses where it is part of another. */
    record Choice(List<Sequence> alternatives) implements Node {
        public Choice {
            alternatives = List.copyOf(alternatives);
        }

        @Override
        public String text() {
            return "(" + bare() + ")";
        }

        String bare() {
            return alternatives.stream().map(Sequence::text).collect(Collectors.joining(" | "));
        }
    }

    /** One after the other; none matches nothing. */
    record Sequence(List<Node> parts) implements Node {
        public Sequence {
            parts = List.copyOf(parts);
        }

        @Override
        public String text() {
            return parts.isEmpty() ? "\"\"" : parts.stream().map(Node::text).collect(Collectors.joining(" "));
        }
    }

    /** These characters. */
    record Literal(String characters) implements Node {
        @Override
        public String text() {
            return characters.codePoints().mapToObj(CharClass::escaped).collect(Collectors.joining("", "\"", "\""));
        }
    }

    /** One character of a class. */
    record Char(CharClass characters) implements Node {
        @Override
        public String text() {
            return characters.text();
        }
    }

    /** What the rule of this name matches; where the name stands. */
    record Ref(String name, int line, int column) implements Node {
        @Override
        public String text() {
            return name;
        }
    }

    /**
     * Several times.
     *
     * @param most -1: without end
     */
    record Repeat(Node what, int least, int most, int line, int column) implements Node {
        @Override
        public String text() {
            return what.text() + "{" + least + "," + (most < 0 ? "" : Integer.toString(most)) + "}";
        }
    }
}
