package ai.bearllm.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The form of a list: the first items each by its schema, the others by one. */
final class ArrayForm {
    static final Set<String> KEYWORDS = Set.of("items", "prefixItems", "minItems", "maxItems", "uniqueItems");

    private ArrayForm() {}

    static String form(JsonSchema schema, SchemaNode node) {
        GbnfWriter out = schema.out();
        if (node.json().path("uniqueItems").asBoolean(false)) {
            throw node.at("uniqueItems")
                    .refused("no grammar can promise that items differ.", "Leave it out and check the result.");
        }
        JsonNode items = node.json().path("items");
        if (items.isArray()) {
            throw node.at("items").refused("a list of schemas is an old form.", "Call it prefixItems.");
        }
        int least = node.count("minItems").orElse(0);
        int most = node.count("maxItems").orElse(-1);
        if (most >= 0 && most < least) {
            throw node.at("maxItems").refused("it is below minItems.", "Make it larger.");
        }
        List<String> prefix = prefix(schema, node, most);
        boolean closed = items.isBoolean() && !items.booleanValue();
        if (closed && least > prefix.size()) {
            throw node.at("minItems").refused("there are fewer items than that.", "Describe them in prefixItems.");
        }
        int leastMore = Math.max(0, least - prefix.size());
        int mostMore = closed ? 0 : most < 0 ? -1 : most - prefix.size();
        if (items.isMissingNode() && !prefix.isEmpty()) {
            mostMore = leastMore;
        }
        String ws = out.json("ws");
        StringBuilder form = new StringBuilder("\"[\" ").append(String.join(" \",\" " + ws + " ", prefix));
        if (mostMore != 0) {
            String item = items.isMissingNode() ? out.json("value") : schema.form(node.at("items"));
            form.append(' ')
                    .append(
                            prefix.isEmpty()
                                    ? first(item, ws, leastMore, mostMore)
                                    : "(\",\" " + ws + " " + item + ")" + times(leastMore, mostMore));
        }
        return form.append(" \"]\"").toString();
    }

    private static List<String> prefix(JsonSchema schema, SchemaNode node, int most) {
        List<String> forms = new ArrayList<>();
        if (node.has("prefixItems")) {
            SchemaNode all = node.at("prefixItems");
            if (!all.json().isArray()) {
                throw all.refused("found no list of schemas.", "Write the schemas in brackets.");
            }
            for (int i = 0; i < all.json().size() && (most < 0 || i < most); i++) {
                forms.add(schema.form(all.at(i)));
            }
        }
        return forms;
    }

    private static String first(String item, String ws, int least, int most) {
        String all =
                item + " (\",\" " + ws + " " + item + ")" + times(Math.max(0, least - 1), most < 0 ? -1 : most - 1);
        return least == 0 ? "(" + all + ")?" : all;
    }

    private static String times(int least, int most) {
        return "{" + least + "," + (most < 0 ? "" : Integer.toString(most)) + "}";
    }
}
