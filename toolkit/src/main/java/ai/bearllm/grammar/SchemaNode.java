package ai.bearllm.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * A part of a JSON schema, and where it stands.
 *
 * @param json the part
 * @param path a JSON pointer behind {@code #}
 */
record SchemaNode(JsonNode json, String path) {
    private static final int LARGEST_COUNT = 10_000;

    /** They say nothing about the form. */
    private static final Set<String> ANNOTATIONS = Set.of(
            "title",
            "description",
            "default",
            "examples",
            "$comment",
            "$schema",
            "$id",
            "$defs",
            "definitions",
            "deprecated",
            "readOnly",
            "writeOnly");

    boolean has(String keyword) {
        return json.has(keyword);
    }

    SchemaNode at(String keyword) {
        return new SchemaNode(
                json.path(keyword), path + "/" + keyword.replace("~", "~0").replace("/", "~1"));
    }

    SchemaNode at(int index) {
        return new SchemaNode(json.path(index), path + "/" + index);
    }

    /** The keywords that say something about the form. */
    Set<String> keywords() {
        Set<String> keywords = new TreeSet<>();
        json.fieldNames().forEachRemaining(keywords::add);
        keywords.removeAll(ANNOTATIONS);
        return keywords;
    }

    /** Refuses every other keyword by its name. */
    void allowOnly(Set<String> allowed, String where) {
        for (String keyword : keywords()) {
            if (!allowed.contains(keyword)) {
                throw at(keyword)
                        .refused(
                                "\"" + keyword + "\" is not understood " + where + ".",
                                "Leave it out and check the result for it; Grammar.ofJsonSchema lists what is understood.");
            }
        }
    }

    OptionalInt count(String keyword) {
        if (!has(keyword)) {
            return OptionalInt.empty();
        }
        JsonNode value = json.get(keyword);
        Optional<BigInteger> whole = value.isNumber() ? whole(value.decimalValue()) : Optional.empty();
        if (whole.isEmpty() || whole.get().signum() < 0) {
            throw at(keyword).refused("found " + value + " where a count belongs.", "Write 0, 1, 2 and so on.");
        }
        if (whole.get().compareTo(BigInteger.valueOf(LARGEST_COUNT)) > 0) {
            throw at(keyword)
                    .refused(
                            "a bound of " + value + " is too large.",
                            "Bounds go to " + LARGEST_COUNT + "; leave it out.");
        }
        return OptionalInt.of(whole.get().intValue());
    }

    static Optional<BigInteger> whole(BigDecimal number) {
        // Without this, 1e999999999 would be written out.
        if (number.precision() - (long) number.scale() > 30 || number.scale() > 1000) {
            return Optional.empty();
        }
        try {
            return Optional.of(number.toBigIntegerExact());
        } catch (ArithmeticException e) {
            return Optional.empty();
        }
    }

    JsonSchemaException refused(String problem, String fix) {
        return new JsonSchemaException("#" + path, problem, fix);
    }
}
