package ai.bearllm.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whether no value fits two schemas: a grammar can allow several forms, but not that exactly one of them fits. */
final class Disjoint {
    private Disjoint() {}

    /**
     * @throws JsonSchemaException where two of them may fit the same value
     */
    static void require(JsonSchema schema, SchemaNode list, List<SchemaNode> schemas) {
        List<SchemaNode> targets = schemas.stream().map(schema::target).toList();
        for (int i = 0; i < targets.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (!disjoint(schema, targets.get(i), targets.get(j))) {
                    throw list.refused(
                            "a value may fit both alternative " + j + " and " + i + " of \"oneOf\".",
                            "Use anyOf, or give each alternative another type, or one required property with another"
                                    + " const.");
                }
            }
        }
    }

    private static boolean disjoint(JsonSchema schema, SchemaNode one, SchemaNode other) {
        Optional<Set<JsonNode>> ones = values(one);
        Optional<Set<JsonNode>> others = values(other);
        if (ones.isPresent() && others.isPresent()) {
            return java.util.Collections.disjoint(ones.get(), others.get());
        }
        Set<String> types = types(one);
        Set<String> otherTypes = types(other);
        if (types.isEmpty() || otherTypes.isEmpty()) {
            return false;
        }
        if (java.util.Collections.disjoint(types, otherTypes)) {
            return true;
        }
        return types.equals(Set.of("object")) && otherTypes.equals(types) && toldApart(schema, one, other);
    }

    /** By a property that both require with other values. */
    private static boolean toldApart(JsonSchema schema, SchemaNode one, SchemaNode other) {
        for (JsonNode name : one.json().path("required")) {
            boolean both = false;
            for (JsonNode its : other.json().path("required")) {
                both |= its.equals(name);
            }
            if (both) {
                Optional<Set<JsonNode>> ones =
                        values(schema.target(one.at("properties").at(name.asText())));
                Optional<Set<JsonNode>> others =
                        values(schema.target(other.at("properties").at(name.asText())));
                if (ones.isPresent()
                        && others.isPresent()
                        && java.util.Collections.disjoint(ones.get(), others.get())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The only values that it allows; empty where there are no such. Numbers in other spellings would be equal too: none. */
    private static Optional<Set<JsonNode>> values(SchemaNode node) {
        if (!node.json().isObject() || !(node.has("const") || node.has("enum"))) {
            return Optional.empty();
        }
        List<JsonNode> values = JsonSchema.values(node);
        boolean plain = values.stream().allMatch(value -> value.isTextual() || value.isBoolean() || value.isNull());
        return plain ? Optional.of(new HashSet<>(values)) : Optional.empty();
    }

    /** Its types, with an integer being a number too; empty where it allows any. */
    private static Set<String> types(SchemaNode node) {
        Set<String> types = new TreeSet<>();
        if (node.json().isObject() && node.has("type")) {
            types.addAll(JsonSchema.types(node));
        }
        if (types.remove("integer")) {
            types.add("number");
        }
        return types;
    }
}
