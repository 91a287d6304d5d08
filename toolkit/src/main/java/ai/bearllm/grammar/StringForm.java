package ai.bearllm.grammar;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The form of a string: any, of a length, of a pattern, or of a known format. */
final class StringForm {
    static final Set<String> KEYWORDS = Set.of("minLength", "maxLength", "pattern", "format");

    /** The 29th of February is left out: it needs a calendar. */
    private static final String DATE = "[0-9]{4} \"-\" ((\"0\" [1-9] | \"1\" [0-2]) \"-\" (\"0\" [1-9] | \"1\" [0-9]"
            + " | \"2\" [0-8]) | (\"0\" [13-9] | \"1\" [0-2]) \"-\" (\"29\" | \"30\")"
            + " | (\"0\" [13578] | \"1\" [02]) \"-31\")";

    private static final String CLOCK = "(\"0\" | \"1\") [0-9] \":\" [0-5] [0-9] | \"2\" [0-3] \":\" [0-5] [0-9]";
    /** Offsets as time zones have them; minus zero, which stands for an unknown one, is left out. */
    private static final String OFFSET =
            "(\"+\" (\"0\" [0-9] | \"1\" [0-3]) | \"-\" (\"0\" [1-9] | \"1\" [01])) \":\" [0-5] [0-9]";

    private static final String TIME = "(" + CLOCK + ") \":\" [0-5] [0-9] (\".\" [0-9]{1,9})? (\"Z\" | " + OFFSET + ")";

    private static final Map<String, String> FORMATS = Map.of(
            "date",
            DATE,
            "time",
            TIME,
            "date-time",
            DATE + " \"T\" " + TIME,
            "uuid",
            "[0-9a-f]{8} (\"-\" [0-9a-f]{4}){3} \"-\" [0-9a-f]{12}");

    private StringForm() {}

    static String form(GbnfWriter out, SchemaNode node) {
        int least = node.count("minLength").orElse(0);
        int most = node.count("maxLength").orElse(-1);
        if (most >= 0 && most < least) {
            throw node.at("maxLength").refused("it is below minLength.", "Make it larger.");
        }
        String by = node.has("pattern") ? "pattern" : node.has("format") ? "format" : "";
        if (by.isEmpty()) {
            return least == 0 && most < 0
                    ? out.json("string")
                    : quoted(out, out.json("char") + "{" + least + "," + (most < 0 ? "" : most) + "}");
        }
        node.allowOnly(Set.of("type", by), "beside \"" + by + "\"");
        String value = node.json().get(by).asText();
        if (by.equals("pattern")) {
            return quoted(out, Pattern.form(out, node.at("pattern"), value));
        }
        String format = FORMATS.get(value);
        if (format == null) {
            throw node.at("format")
                    .refused(
                            "the format \"" + value + "\" is not understood.",
                            "Use one of " + String.join(", ", new TreeSet<>(FORMATS.keySet())) + ", or a pattern.");
        }
        return quoted(out, format);
    }

    private static String quoted(GbnfWriter out, String inner) {
        return out.rule("text", "\"\\\"\" (" + inner + ") \"\\\"\"");
    }
}
