package ai.bearllm.grammar;

import ai.bearllm.model.BearException;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * A form that a text must have, in GBNF, the notation of llama.cpp: rules {@code name ::= ...} of literals {@code "..."}, classes
 * {@code [a-z]} and {@code [^a-z]}, {@code .} for any character, names of rules, groups {@code (...)}, alternatives {@code |},
 * repetitions {@code * + ? {n} {n,} {n,m}}, and comments from {@code #}. The text has the form of the rule {@code root}.
 *
 * <p>A value of this type is one that engines can use: whatever llama.cpp b4916 would ignore, abort on or never finish (unknown
 * names, left recursion, repetition of what may be empty, classes that match nothing, thousands of repetitions within each other)
 * is refused when it is made. A rule defined twice is refused too, although llama.cpp takes the last.
 *
 * @param text the grammar as it was written
 */
public record Grammar(String text) implements Shown {
    /**
     * @throws GrammarException where it is not a grammar that engines can use; it says where, what, and what to do
     */
    public Grammar {
        Rules.of(text);
    }

    /**
     * The grammar in this text.
     *
     * @throws GrammarException where it is not a grammar that engines can use; it says where, what, and what to do
     */
    public static Grammar parse(String text) {
        return new Grammar(text);
    }

    /**
     * The grammar of the JSON texts that this JSON schema allows.
     *
     * <p>Understood: {@code type} (also a list), {@code properties}, {@code required}, {@code additionalProperties},
     * {@code minProperties} and {@code maxProperties} of maps, {@code items}, {@code prefixItems}, {@code minItems},
     * {@code maxItems}, {@code enum}, {@code const}, {@code oneOf} and {@code anyOf}, {@code allOf} of objects, {@code $ref} to
     * {@code $defs} or {@code definitions} of the same schema, recursion included, {@code minLength}, {@code maxLength},
     * {@code pattern} of a regular subset, {@code format} date, time, date-time and uuid, {@code minimum}, {@code maximum} and
     * their exclusive forms of integers; {@code title}, {@code description}, {@code default}, {@code examples} and
     * {@code $comment} say nothing about the form and are passed over. Anything else is refused by its name and place, never
     * ignored.
     *
     * <p>Properties come in the order of the schema; objects have no others unless {@code additionalProperties} says which. The
     * whitespace is a single blank after commas and colons at most, so that a model cannot write blanks for ever.
     *
     * @throws JsonSchemaException where it is no JSON, or says something that is not understood
     */
    public static Grammar ofJsonSchema(String schema) {
        String gbnf = JsonSchema.grammar(schema);
        try {
            return new Grammar(gbnf);
        } catch (GrammarException e) {
            throw new JsonSchemaException(
                    "#",
                    "the grammar that it becomes cannot be used. " + e.problem(),
                    "Make repetitions and bounds smaller, let patterns repeat no part that may be empty, and let no schema"
                            + " begin with itself.");
        }
    }

    /**
     * The same grammar as engines get it: one rule a line, without comments, every character but plain ASCII escaped.
     */
    public String normalized() {
        return Rules.of(text).normalized();
    }

    /**
     * Whether a whole text has this form.
     *
     * @throws BearException where there are too many ways to read the text
     */
    public boolean accepts(String candidate) {
        return matcher().accept(candidate).complete();
    }

    /**
     * The first class of characters of which none can be written, as the grammar writes it; empty where there is none. For
     * engines whose tokens cannot write every character.
     */
    public Optional<String> unfillable(IntPredicate writable) {
        return Rules.of(text)
                .classes()
                .filter(characters -> !characters.hasAny(writable))
                .map(CharClass::text)
                .findFirst();
    }

    /** Follows a text through this grammar, piece by piece. */
    public GrammarMatcher matcher() {
        return new GrammarMatcher(Rules.of(text));
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of(toString()).columns("rule", "form");
        Rules.of(text).named().forEach(sheet::row);
        return sheet.build();
    }

    @Override
    public String toString() {
        return Shown.line("grammar: " + text);
    }
}
