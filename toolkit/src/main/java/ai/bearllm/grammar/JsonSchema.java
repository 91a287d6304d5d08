package ai.bearllm.grammar;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Turns a JSON schema into the GBNF of texts that it allows; what cannot be turned is refused by name. */
final class JsonSchema {
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxDocumentLength(GbnfParser.LONGEST_TEXT)
                            .maxNumberLength(100)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final List<String> TYPES =
            List.of("object", "array", "string", "integer", "number", "boolean", "null");

    private static final Map<String, Set<String>> KEYWORDS = Map.of(
            "object", ObjectForm.KEYWORDS,
            "array", ArrayForm.KEYWORDS,
            "string", StringForm.KEYWORDS,
            "integer", NumberForm.KEYWORDS,
            "number", NumberForm.KEYWORDS);

    private final JsonNode root;
    private final GbnfWriter out = new GbnfWriter();
    private final Map<String, String> references = new HashMap<>();

    private JsonSchema(JsonNode root) {
        this.root = root;
    }

    /**
     * @throws JsonSchemaException where it is no JSON, or says something that is not understood
     */
    static String grammar(String schema) {
        JsonNode json;
        try {
            json = MAPPER.readTree(schema);
        } catch (JsonProcessingException e) {
            throw new JsonSchemaException(
                    "#",
                    "it is no JSON: "
                            + e.getOriginalMessage().lines().findFirst().orElse("") + ".",
                    "Write one JSON object.");
        }
        JsonSchema made = new JsonSchema(json);
        // A name of its own, so that "$ref": "#" has something to name.
        String form = made.reference(new SchemaNode(json, ""), "");
        return made.out.grammar(form);
    }

    GbnfWriter out() {
        return out;
    }

    /** The form of a schema: a name, or what may stand for one. */
    String form(SchemaNode node) {
        if (node.json().isBoolean()) {
            if (node.json().booleanValue()) {
                return out.json("value");
            }
            throw node.refused("false allows nothing.", "Say what may stand here.");
        }
        if (!node.json().isObject()) {
            throw node.refused("found " + shortened(node.json()) + " where a schema belongs.", "Write a JSON object.");
        }
        if (node.has("$ref")) {
            node.allowOnly(Set.of("$ref"), "beside \"$ref\"");
            return reference(target(node), node.json().path("$ref").asText());
        }
        if (node.has("const") || node.has("enum")) {
            return choice(node);
        }
        if (node.has("anyOf") || node.has("oneOf")) {
            return alternatives(node, node.has("anyOf") ? "anyOf" : "oneOf");
        }
        if (node.has("allOf")) {
            return out.rule("object", new ObjectForm(this, ObjectForm.merged(this, node)).form());
        }
        return typed(node);
    }

    /** The schema that a reference names, references in turn followed. */
    SchemaNode target(SchemaNode node) {
        SchemaNode at = node;
        Set<String> seen = new LinkedHashSet<>();
        while (at.json().isObject() && at.has("$ref")) {
            String pointer = at.json().path("$ref").asText();
            if (!seen.add(pointer)) {
                throw node.at("$ref")
                        .refused("\"" + pointer + "\" names itself.", "Let one of the references be a schema.");
            }
            boolean local = pointer.equals("#") || pointer.startsWith("#/");
            JsonNode found = local ? root.at(pointer.substring(1)) : MissingNode.getInstance();
            if (found.isMissingNode()) {
                throw at.at("$ref")
                        .refused(
                                "\"" + pointer + "\" is not in this schema.",
                                "References name a part of the same text: \"#/$defs/name\".");
            }
            at = new SchemaNode(found, pointer.substring(1));
        }
        return at;
    }

    private String reference(SchemaNode target, String pointer) {
        String known = references.get(target.path());
        if (known != null) {
            return known;
        }
        String name = out.fresh(pointer.isEmpty() ? "schema" : "ref");
        references.put(target.path(), name);
        out.put(name, form(target));
        return name;
    }

    private String choice(SchemaNode node) {
        node.allowOnly(Set.of("const", "enum", "type"), "beside \"" + (node.has("enum") ? "enum" : "const") + "\"");
        List<JsonNode> values = values(node);
        Set<String> literals = new LinkedHashSet<>();
        for (JsonNode value : values) {
            literals.add(literal(node, value));
        }
        return out.rule("one-of", String.join(" | ", literals));
    }

    /** The values that enum, const and type allow together. */
    static List<JsonNode> values(SchemaNode node) {
        List<JsonNode> values = new ArrayList<>();
        if (node.has("enum")) {
            if (!node.json().get("enum").isArray()) {
                throw node.at("enum").refused("found no list.", "Write the values in brackets.");
            }
            node.json().get("enum").forEach(values::add);
        } else {
            values.add(node.json().get("const"));
        }
        if (node.has("enum") && node.has("const")) {
            values.removeIf(value -> !value.equals(node.json().get("const")));
        }
        if (node.has("type")) {
            Set<String> types = types(node);
            values.removeIf(value -> !isOf(types, value));
        }
        if (values.isEmpty()) {
            throw node.refused("it allows no value.", "Name at least one value, of the given type.");
        }
        return values;
    }

    private static boolean isOf(Set<String> types, JsonNode value) {
        boolean whole =
                value.isNumber() && SchemaNode.whole(value.decimalValue()).isPresent();
        return types.stream().anyMatch(type -> switch (type) {
            case "integer" -> whole;
            case "number" -> value.isNumber();
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            default -> value.isNull();
        });
    }

    /** A JSON value written in one way. */
    static String literal(SchemaNode node, JsonNode value) {
        String text = value.toString();
        if (!text.codePoints().allMatch(CharClass::writable)) {
            throw node.refused("a value holds characters that no text has.", "Leave them out.");
        }
        return GbnfWriter.literal(text);
    }

    private String alternatives(SchemaNode node, String keyword) {
        node.allowOnly(Set.of(keyword), "beside \"" + keyword + "\"");
        SchemaNode list = node.at(keyword);
        if (!list.json().isArray() || list.json().isEmpty()) {
            throw list.refused("found no list of schemas.", "Write at least one schema in brackets.");
        }
        List<SchemaNode> schemas = new ArrayList<>();
        for (int i = 0; i < list.json().size(); i++) {
            schemas.add(list.at(i));
        }
        if (keyword.equals("oneOf")) {
            Disjoint.require(this, list, schemas);
        }
        return out.rule("any-of", schemas.stream().map(this::form).distinct().collect(Collectors.joining(" | ")));
    }

    private String typed(SchemaNode node) {
        Set<String> types = node.has("type") ? types(node) : implied(node);
        Set<String> allowed = new TreeSet<>(Set.of("type"));
        types.forEach(type -> allowed.addAll(KEYWORDS.getOrDefault(type, Set.of())));
        node.allowOnly(allowed, "for " + (types.isEmpty() ? "any value" : String.join(" or ", types)));
        if (types.isEmpty()) {
            return out.json("value");
        }
        if (types.contains("number")) {
            types.remove("integer");
        }
        List<String> forms = types.stream().map(type -> ofType(type, node)).toList();
        return forms.size() == 1 ? forms.get(0) : out.rule("types", String.join(" | ", forms));
    }

    static Set<String> types(SchemaNode node) {
        JsonNode type = node.json().get("type");
        Set<String> types = new LinkedHashSet<>();
        if (type.isArray() && !type.isEmpty()) {
            type.forEach(each -> types.add(each.asText()));
        } else {
            types.add(type.asText());
        }
        for (String name : types) {
            if (!TYPES.contains(name)) {
                throw node.at("type")
                        .refused("there is no type \"" + name + "\".", "Types are " + String.join(", ", TYPES) + ".");
            }
        }
        return types;
    }

    /** A schema without a type allows others too; that of its keywords is what is meant. */
    private static Set<String> implied(SchemaNode node) {
        Set<String> types = new LinkedHashSet<>();
        for (String type : List.of("object", "array", "string", "number")) {
            if (!Collections.disjoint(node.keywords(), KEYWORDS.getOrDefault(type, Set.of()))) {
                types.add(type);
            }
        }
        return types;
    }

    private String ofType(String type, SchemaNode node) {
        return switch (type) {
            case "object" -> out.rule("object", new ObjectForm(this, ObjectForm.parts(this, node)).form());
            case "array" -> out.rule("array", ArrayForm.form(this, node));
            case "string" -> StringForm.form(out, node);
            case "integer" -> NumberForm.integer(out, node);
            case "number" -> NumberForm.number(out, node);
            default -> out.json(type);
        };
    }

    static String shortened(JsonNode value) {
        String text = value.toString();
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
