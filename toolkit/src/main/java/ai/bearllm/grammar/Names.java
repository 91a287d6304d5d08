package ai.bearllm.grammar;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Names of properties that are none of the given ones, written without escapes, so that no spelling hides one. */
final class Names {
    /** What follows each beginning; true where a name ends. */
    private final Map<Integer, Names> next = new TreeMap<>();

    private boolean end;

    private Names() {}

    static String except(GbnfWriter out, Set<String> names) {
        Names tree = new Names();
        names.forEach(tree::add);
        return out.rule("name", "\"\\\"\" " + tree.rule(out) + " \"\\\"\"");
    }

    private void add(String name) {
        Names at = this;
        for (int point : name.codePoints().toArray()) {
            at = at.next.computeIfAbsent(point, p -> new Names());
        }
        at.end = true;
    }

    private String rule(GbnfWriter out) {
        StringBuilder known = new StringBuilder();
        StringBuilder form = new StringBuilder();
        next.forEach((point, rest) -> {
            known.append(CharClass.escaped(point));
            if (CharClass.writable(point) && point >= ' ' && point != '"' && point != '\\' && point != 0x7F) {
                form.append(CharClass.of(point).text())
                        .append(' ')
                        .append(rest.rule(out))
                        .append(" | ");
            }
        });
        form.append("[^\\x00-\\x1F\\x22\\x5C\\x7F").append(known).append("] ").append(out.json("plain"));
        if (!end) {
            form.append(" | \"\"");
        }
        return out.rule("letters", form.toString());
    }
}
