/**
 * Grammars that keep a model's text to a form: GBNF, and JSON schemas turned into it. {@code Grammar} is the door; everything is
 * checked here, because engines ignore a bad grammar or die of it.
 */
@NullMarked
package ai.bearllm.grammar;

import org.jspecify.annotations.NullMarked;
