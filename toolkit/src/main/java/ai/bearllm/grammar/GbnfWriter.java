package ai.bearllm.grammar;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Collects the rules of a grammar that is made, among them those of JSON itself as they are needed. */
final class GbnfWriter {
    /**
     * A character of a JSON string. No control characters; escapes of one character each, none of half a surrogate pair, so that
     * lengths can be counted.
     */
    private static final String CHAR = "[ !#-\\[\\]-~\\u00A0-\\uD7FF\\uE000-\\uFFFD\\U00010000-\\U0010FFFF]"
            + " | \"\\\\\" ([\"\\\\/bfnrt] | \"u\" ([0-9a-cA-CefEF] [0-9a-fA-F]{3} | [dD] [0-7] [0-9a-fA-F]{2}))";

    /** Numbers are bounded, because a model that begins to write digits may never stop. */
    private static final String INTEGER = "\"-\"? (\"0\" | [1-9] [0-9]{0,15})";

    private static final Map<String, String> JSON = Map.of(
            "ws", "\" \"?",
            "char", CHAR,
            "string", "\"\\\"\" char* \"\\\"\"",
            "integer", INTEGER,
            "number", INTEGER + " (\".\" [0-9]{1,15})? ([eE] [-+]? [0-9]{1,2})?",
            "boolean", "\"true\" | \"false\"",
            "null", "\"null\"",
            "value", "object | array | string | number | boolean | null",
            "object", "\"{\" (pair (\",\" ws pair)*)? \"}\"",
            "pair", "string \":\" ws value");

    private static final Map<String, String> MORE = Map.of(
            "array", "\"[\" (value (\",\" ws value)*)? \"]\"",
            "plain", "[^\\x00-\\x1F\\x22\\x5C\\x7F]*",
            "plain-char",
                    "[ !#-\\[\\]-~\\u00A0-\\uD7FF\\uE000-\\uFFFD\\U00010000-\\U0010FFFF]"
                            + " | \"\\\\\\\"\" | \"\\\\\\\\\"");

    private static final Map<String, String[]> NEEDS = Map.of(
            "string", new String[] {"char"},
            "value", new String[] {"object", "array", "string", "number", "boolean", "null"},
            "object", new String[] {"pair", "ws"},
            "pair", new String[] {"string", "value", "ws"},
            "array", new String[] {"value", "ws"});

    private final Map<String, String> rules = new LinkedHashMap<>();
    private int made;

    GbnfWriter() {
        rules.put("root", "");
    }

    /** The name of a rule of JSON itself. */
    String json(String name) {
        if (!rules.containsKey(name)) {
            rules.put(name, JSON.containsKey(name) ? JSON.get(name) : MORE.get(name));
            for (String needed : NEEDS.getOrDefault(name, new String[0])) {
                json(needed);
            }
        }
        return name;
    }

    /** A new rule's name. */
    String rule(String hint, String form) {
        String name = fresh(hint);
        rules.put(name, form);
        return name;
    }

    /** A name for a rule whose form comes later. */
    String fresh(String hint) {
        return hint + "-" + made++;
    }

    void put(String name, String form) {
        rules.put(name, form);
    }

    /** These characters and no others. */
    static String literal(String characters) {
        return new Node.Literal(characters).text();
    }

    String grammar(String root) {
        rules.put("root", root);
        return rules.entrySet().stream()
                .map(rule -> rule.getKey() + " ::= " + rule.getValue() + "\n")
                .collect(Collectors.joining());
    }
}
