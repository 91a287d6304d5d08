package ai.bearllm.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The form of an object: its properties in their order, then others where the schema says which. */
final class ObjectForm {
    static final Set<String> KEYWORDS =
            Set.of("properties", "required", "additionalProperties", "minProperties", "maxProperties");

    private final JsonSchema schema;
    private final GbnfWriter out;
    private final Parts parts;

    /**
     * What an object's schema says, those of {@code allOf} joined.
     *
     * @param properties by name, in order
     * @param others schema of other properties; empty: there are none
     */
    record Parts(
            SchemaNode node, Map<String, SchemaNode> properties, Set<String> required, Optional<SchemaNode> others) {}

    ObjectForm(JsonSchema schema, Parts parts) {
        this.schema = schema;
        this.out = schema.out();
        this.parts = parts;
    }

    static Parts parts(JsonSchema schema, SchemaNode node) {
        Map<String, SchemaNode> properties = properties(node);
        Set<String> required = required(node);
        JsonNode others = node.json().path("additionalProperties");
        boolean none = others.isBoolean() && !others.booleanValue();
        SchemaNode any = new SchemaNode(BooleanNode.TRUE, node.path());
        for (String name : required) {
            if (!properties.containsKey(name)) {
                if (none) {
                    throw node.at("required")
                            .refused("\"" + name + "\" is required and not allowed.", "Describe it in properties.");
                }
                properties.put(name, others.isMissingNode() ? any : node.at("additionalProperties"));
            }
        }
        boolean anything = others.isMissingNode() && !node.has("properties") && required.isEmpty();
        Optional<SchemaNode> more = none || (others.isMissingNode() && !anything)
                ? Optional.empty()
                : Optional.of(anything ? any : node.at("additionalProperties"));
        Parts parts = new Parts(node, properties, required, more);
        checkCounts(parts);
        return parts;
    }

    private static Map<String, SchemaNode> properties(SchemaNode node) {
        Map<String, SchemaNode> properties = new LinkedHashMap<>();
        if (node.has("properties")) {
            SchemaNode all = node.at("properties");
            if (!all.json().isObject()) {
                throw all.refused("found no object of schemas.", "Write {\"name\": schema, ...}.");
            }
            all.json().fieldNames().forEachRemaining(name -> properties.put(name, all.at(name)));
        }
        return properties;
    }

    private static Set<String> required(SchemaNode node) {
        Set<String> required = new LinkedHashSet<>();
        if (node.has("required")) {
            SchemaNode names = node.at("required");
            boolean texts = names.json().isArray();
            for (JsonNode name : names.json()) {
                texts &= name.isTextual();
                required.add(name.asText());
            }
            if (!texts) {
                throw names.refused("found no list of names.", "Write [\"name\", ...].");
            }
        }
        return required;
    }

    /** Counts that the properties keep by themselves, or that others are counted by. */
    private static void checkCounts(Parts parts) {
        SchemaNode node = parts.node();
        int least = node.count("minProperties").orElse(0);
        int most = node.count("maxProperties").orElse(Integer.MAX_VALUE);
        boolean map = parts.others().isPresent() && parts.properties().isEmpty();
        // Two entries of a map may have the same name and then count once.
        if (least > parts.required().size() && !(map && least == 1)) {
            throw node.at("minProperties")
                    .refused(
                            "at least " + least + " properties cannot be promised.",
                            "Name the properties in required; of a map without names at least 1 can be asked for.");
        }
        if (!map
                && (most < parts.properties().size()
                        || (most < Integer.MAX_VALUE && parts.others().isPresent()))) {
            throw node.at("maxProperties")
                    .refused("at most " + most + " of these properties cannot be promised.", "Leave it out.");
        }
        if (most < least) {
            throw node.at("maxProperties").refused("it is below minProperties.", "Make it larger.");
        }
    }

    /** The parts of {@code allOf} joined with those beside it. */
    static Parts merged(JsonSchema schema, SchemaNode node) {
        node.allowOnly(Set.of("allOf", "type", "properties", "required"), "beside \"allOf\"");
        Map<String, SchemaNode> properties = properties(node);
        Set<String> required = required(node);
        SchemaNode list = node.at("allOf");
        if (!list.json().isArray() || list.json().isEmpty()) {
            throw list.refused("found no list of schemas.", "Write at least one schema in brackets.");
        }
        for (int i = 0; i < list.json().size(); i++) {
            SchemaNode part = schema.target(list.at(i));
            Parts more;
            if (part.has("allOf")) {
                more = merged(schema, part);
            } else {
                part.allowOnly(Set.of("type", "properties", "required"), "within \"allOf\"");
                more = new Parts(part, properties(part), required(part), Optional.empty());
            }
            requireObject(part);
            more.properties().forEach((name, its) -> {
                SchemaNode before = properties.putIfAbsent(name, its);
                if (before != null && !before.json().equals(its.json())) {
                    throw its.refused("\"" + name + "\" is described twice in \"allOf\".", "Describe it once.");
                }
            });
            required.addAll(more.required());
        }
        requireObject(node);
        for (String name : required) {
            properties.putIfAbsent(name, new SchemaNode(BooleanNode.TRUE, node.path()));
        }
        return new Parts(node, properties, required, Optional.empty());
    }

    private static void requireObject(SchemaNode node) {
        if (node.has("type") && !JsonSchema.types(node).equals(Set.of("object"))) {
            throw node.at("type").refused("\"allOf\" is understood of objects only.", "Write one schema instead.");
        }
    }

    /**
     * Whether a comma comes before a property depends on whether one came before: two rules a property, one for each.
     */
    String form() {
        String first = others(false);
        String rest = others(true);
        List<Map.Entry<String, SchemaNode>> properties =
                new ArrayList<>(parts.properties().entrySet());
        for (int i = properties.size() - 1; i >= 0; i--) {
            String name = properties.get(i).getKey();
            String pair = JsonSchema.literal(parts.node(), TextNode.valueOf(name)) + " \":\" " + out.json("ws") + " "
                    + schema.form(properties.get(i).getValue());
            boolean optional = !parts.required().contains(name);
            String pairRule = out.rule("pair", pair);
            first = out.rule("first", pairRule + " " + rest + (optional ? " | " + first : ""));
            rest = out.rule(
                    "rest", "\",\" " + out.json("ws") + " " + pairRule + " " + rest + (optional ? " | " + rest : ""));
        }
        return "\"{\" " + first + " \"}\"";
    }

    private String others(boolean behind) {
        if (parts.others().isEmpty()) {
            return "\"\"";
        }
        String ws = out.json("ws");
        int least = parts.node().count("minProperties").orElse(0);
        int most = parts.node().count("maxProperties").orElse(-1);
        if (most == 0) {
            return "\"\"";
        }
        String pair = out.rule(
                "other",
                Names.except(out, parts.properties().keySet()) + " \":\" " + ws + " "
                        + schema.form(parts.others().get()));
        if (behind) {
            return out.rule("others", "(\",\" " + ws + " " + pair + ")*");
        }
        String more = most < 0 ? "*" : "{0," + (most - 1) + "}";
        String all = pair + " (\",\" " + ws + " " + pair + ")" + more;
        return out.rule("others", parts.properties().isEmpty() && least > 0 ? all : "(" + all + ")?");
    }
}
