package ai.bearllm.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import java.math.BigInteger;
import java.time.OffsetTime;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSchemaTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One of each thing that is understood, in the quotation marks that are easier to read here. */
    static String[] schemas() {
        return new String[] {
            "true",
            "{}",
            "{'type': 'string'}",
            "{'type': ['string', 'null', 'integer']}",
            "{'type': 'object'}",
            "{'type': 'array'}",
            "{'type': 'boolean'}",
            "{'type': 'number', 'minimum': 0}",
            "{'type': 'integer', 'minimum': -17, 'maximum': 1234}",
            "{'type': 'integer', 'exclusiveMinimum': 9.5, 'exclusiveMaximum': 21}",
            "{'type': 'integer', 'minimum': 95}",
            "{'type': 'integer', 'maximum': -3}",
            "{'type': 'string', 'minLength': 2, 'maxLength': 5}",
            "{'type': 'string', 'minLength': 3}",
            "{'type': 'string', 'format': 'date'}",
            "{'type': 'string', 'format': 'time'}",
            "{'type': 'string', 'format': 'date-time'}",
            "{'type': 'string', 'format': 'uuid'}",
            "{'type': 'string', 'pattern': '^[A-Z][a-z]{1,4}(-\\\\d+)?$'}",
            "{'type': 'string', 'pattern': '^(?:a|b[^x-z]|\\\\w.\\\\.|[\\\"#\\\\\\\\])*$'}",
            "{'type': 'string', 'pattern': 'x+[^\\\\d\\\\s]'}",
            "{'enum': ['a', 'b\\\"c', 3, null, {'x': [1]}, 'é🐻\\\\n']}",
            "{'const': 'only'}",
            "{'type': 'string', 'enum': ['a', 1]}",
            "{'type': 'object', 'properties': {'a': {'type': 'string'}, 'b': {'type': 'integer'}, 'c': {}},"
                    + " 'required': ['b']}",
            "{'type': 'object', 'properties': {'a': {'type': 'null'}, 'b': {'type': 'null'}},"
                    + " 'additionalProperties': false}",
            "{'type': 'object', 'properties': {'ab': {'const': 1}, 'ac': {'const': 2}, '': {'const': 3}},"
                    + " 'additionalProperties': {'type': 'boolean'}}",
            "{'type': 'object', 'additionalProperties': {'type': 'integer'}, 'minProperties': 1, 'maxProperties': 3}",
            "{'type': 'object', 'required': ['x'], 'additionalProperties': {'type': 'null'}}",
            "{'type': 'array', 'items': {'type': 'boolean'}, 'minItems': 2, 'maxItems': 4}",
            "{'type': 'array', 'prefixItems': [{'type': 'string'}, {'type': 'integer'}], 'items': false}",
            "{'type': 'array', 'prefixItems': [{'type': 'string'}], 'items': {'type': 'null'}, 'minItems': 3}",
            "{'type': 'array', 'prefixItems': [{'const': 1}, {'const': 2}], 'minItems': 3}",
            "{'type': 'array', 'prefixItems': [{'const': 1}, {'const': 2}, {'const': 3}], 'maxItems': 1}",
            "{'type': 'array', 'maxItems': 0}",
            "{'anyOf': [{'type': 'integer'}, {'type': 'number'}, {'const': 'x'}]}",
            "{'oneOf': [{'type': 'integer'}, {'type': 'string', 'maxLength': 2}]}",
            "{'oneOf': [{'type': 'object', 'properties': {'k': {'const': 'a'}}, 'required': ['k']},"
                    + " {'type': 'object', 'properties': {'k': {'const': 'b'}, 'n': {}}, 'required': ['k', 'n']}]}",
            "{'allOf': [{'properties': {'a': {'type': 'null'}}, 'required': ['a']}, {'$ref': '#/$defs/b'}],"
                    + " '$defs': {'b': {'type': 'object', 'properties': {'b': {'type': 'integer'}}, 'required': ['b']}}}",
            "{'$defs': {'tree': {'type': 'object', 'properties': {'v': {'type': 'integer'}, 'kids': {'type': 'array',"
                    + " 'items': {'$ref': '#/$defs/tree'}}}, 'required': ['v']}}, '$ref': '#/$defs/tree'}",
            "{'type': 'object', 'properties': {'next': {'anyOf': [{'$ref': '#'}, {'type': 'null'}]}},"
                    + " 'required': ['next']}",
            "{'title': 't', 'description': 'd', '$comment': 'c', 'default': 1, 'examples': [2], 'type': 'integer'}",
            "{'type': 'object', 'properties': {'a\\\"/~🐻\\\\\\\\': {'const': true}}, 'required': ['a\\\"/~🐻\\\\\\\\']}",
        };
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void everyTextOfTheGrammarIsValid(String quick) throws JsonProcessingException {
        String schema = schema(quick);
        Grammar grammar = Grammar.ofJsonSchema(schema);
        com.networknt.schema.JsonSchema validator = validator(schema);
        long seed = RandomGenerator.getDefault().nextLong();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int ended = 0;
        for (int i = 0; i < 150; i++) {
            Optional<String> text = Walk.text(grammar, random);
            if (text.isPresent()) {
                ended++;
                JsonNode json = JSON.readTree(text.get());
                if (schema.contains("\"time\"")) {
                    // The validator refuses times whose offset leads it past midnight; Java's own reader is the judge.
                    assertThatCode(() -> OffsetTime.parse(json.asText()))
                            .as("seed %d: %s", seed, text.get())
                            .doesNotThrowAnyException();
                } else {
                    assertThat(validator.validate(json))
                            .as("seed %d: %s", seed, text.get())
                            .isEmpty();
                }
            }
        }
        assertThat(ended).as("texts that ended").isGreaterThan(20);
    }

    /** Apostrophes are quotation marks; backslashes stand for themselves. */
    private static String schema(String quick) {
        return quick.replace('\'', '"');
    }

    private static com.networknt.schema.JsonSchema validator(String schema) throws JsonProcessingException {
        SchemaValidatorsConfig strict =
                SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(JSON.readTree(schema), strict);
    }

    private static void assertAccepts(String quick, String... texts) {
        Grammar grammar = Grammar.ofJsonSchema(schema(quick));
        for (String text : texts) {
            assertThat(grammar.accepts(text)).as("%s accepts %s", quick, text).isTrue();
        }
    }

    private static void assertRejects(String quick, String... texts) {
        Grammar grammar = Grammar.ofJsonSchema(schema(quick));
        for (String text : texts) {
            assertThat(grammar.accepts(text)).as("%s accepts %s", quick, text).isFalse();
        }
    }

    @Test
    void allowsWhatTheSchemaAllows() {
        assertAccepts("{}", "{\"a\": [1, 2.5e3, \"x\\u00e9\", null, true, {}]}", "-0", "\"\"");
        assertAccepts("{'type': 'string', 'maxLength': 2}", "\"\"", "\"ab\"", "\"\\n🐻\"");
        assertRejects("{'type': 'string', 'maxLength': 2}", "\"abc\"", "ab", "\"\n\"", "\"\\ud800\"");
        assertAccepts(
                "{'type': 'object', 'properties': {'a': {}, 'b': {}, 'c': {}}, 'required': ['b']}",
                "{\"b\": 1}",
                "{\"a\":1,\"b\":1,\"c\":1}",
                "{\"b\":1, \"c\":1}");
        assertRejects(
                "{'type': 'object', 'properties': {'a': {}, 'b': {}, 'c': {}}, 'required': ['b']}",
                "{}",
                "{\"a\":1}",
                "{\"b\":1,}",
                "{,\"b\":1}",
                "{\"b\":1,\"d\":1}");
        assertAccepts(
                "{'type': 'object', 'properties': {'a': {'const': 1}}, 'additionalProperties': {'const': 2}}",
                "{\"a\":1}",
                "{\"b\":2}",
                "{\"a\":1,\"ab\":2,\"\":2}");
        assertRejects(
                "{'type': 'object', 'properties': {'a': {'const': 1}}, 'additionalProperties': {'const': 2}}",
                "{\"a\":2}",
                "{\"\\u0061\":2}");
        assertAccepts("{'type': 'string', 'format': 'date'}", "\"2024-02-28\"", "\"2024-12-31\"");
        assertRejects("{'type': 'string', 'format': 'date'}", "\"2024-02-30\"", "\"2024-13-01\"", "\"2024-04-31\"");
        assertAccepts("{'type': 'string', 'pattern': '^a[\\\"x]?$'}", "\"a\"", "\"ax\"", "\"a\\\"\"");
    }

    @Test
    void countsEveryIntegerOfARange() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(11);
        for (int round = 0; round < 60; round++) {
            int least = random.nextInt(-1_300, 1_300);
            int most = least + random.nextInt(0, 1_500);
            Grammar grammar = Grammar.ofJsonSchema(
                    schema("{'type': 'integer', 'minimum': " + least + ", 'maximum': " + most + "}"));
            for (int value = -1_400; value < 3_000; value += 1 + random.nextInt(7)) {
                assertThat(grammar.accepts(Integer.toString(value)))
                        .as("%d from %d to %d", value, least, most)
                        .isEqualTo(least <= value && value <= most);
            }
            assertThat(grammar.accepts(Integer.toString(least))).isTrue();
            assertThat(grammar.accepts(Integer.toString(most))).isTrue();
            assertThat(grammar.accepts("0" + BigInteger.valueOf(Math.abs(most))))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "{'type': 'object', 'patternProperties': {}}~#/patternProperties",
                "{'type': 'object', 'properties': {'a': {'type': 'array', 'uniqueItems': true}}}~#/properties/a/uniqueItems",
                "{'type': 'integer', 'multipleOf': 3}~#/multipleOf",
                "{'type': 'number', 'maximum': 3}~#/maximum",
                "{'type': 'string', 'format': 'email'}~#/format",
                "{'type': 'string', 'minimum': 3}~#/minimum",
                "{'type': 'string', 'pattern': '(?=a)'}~#/pattern",
                "{'type': 'string', 'pattern': 'a', 'maxLength': 3}~#/maxLength",
                "{'type': 'string', 'maxLength': 1000000}~#/maxLength",
                "{'type': 'string', 'minLength': 3, 'maxLength': 2}~#/maxLength",
                "{'type': 'strin'}~#/type",
                "{'not': {}}~#/not",
                "{'if': {}, 'then': {}}~#/if",
                "{'oneOf': [{'type': 'integer'}, {'type': 'number'}]}~#/oneOf",
                "{'anyOf': []}~#/anyOf",
                "{'anyOf': [{}], 'properties': {}}~#/properties",
                "{'allOf': [{'type': 'string'}]}~#/allOf/0/type",
                "{'$ref': '#/$defs/none'}~#/$ref",
                "{'$ref': 'https://example.org/x.json'}~#/$ref",
                "{'$ref': '#'}~#/$ref",
                "{'anyOf': [{'$ref': '#'}, {'type': 'null'}]}~#",
                "{'type': 'array', 'items': [{}]}~#/items",
                "{'type': 'array', 'contains': {}}~#/contains",
                "{'type': 'object', 'minProperties': 3}~#/minProperties",
                "{'type': 'object', 'properties': {'a': false}, 'required': ['a']}~#/properties/a",
                "{'type': 'object', 'additionalProperties': false, 'required': ['a']}~#/required",
                "{'enum': []}~#",
                "{'enum': ['a'], 'minLength': 3}~#/minLength",
                "{'type': 'integer', 'enum': ['a']}~#",
                "[]~#",
                "{'type': 'string'~#",
                "{'type': 'string', 'type': 'string'}~#",
                "{'type': 'integer', 'minimum': 3, 'maximum': 2}~#",
                "{'type': 'integer', 'minimum': 1e999999}~#/minimum",
            })
    void refusesByNameAndPlaceWhatItDoesNotUnderstand(String quick, String path) {
        assertThatThrownBy(() -> Grammar.ofJsonSchema(schema(quick)))
                .isInstanceOfSatisfying(JsonSchemaException.class, e -> {
                    assertThat(e.path()).as(e.getMessage()).isEqualTo(path);
                    assertThat(e.fix()).isNotBlank();
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a**",
                "a*?",
                "(a",
                "a)",
                "[a",
                "[]",
                "\\b",
                "\\1",
                "^a|b$",
                "a{2",
                "a{99999}",
                "(?<n>a)",
                "\\",
                "a^b",
                "x$y"
            })
    void refusesPatternsThatItDoesNotUnderstand(String pattern) throws JsonProcessingException {
        String schema = JSON.writeValueAsString(java.util.Map.of("type", "string", "pattern", pattern));
        assertThatThrownBy(() -> Grammar.ofJsonSchema(schema))
                .isInstanceOfSatisfying(
                        JsonSchemaException.class, e -> assertThat(e.path()).isEqualTo("#/pattern"));
    }
}
