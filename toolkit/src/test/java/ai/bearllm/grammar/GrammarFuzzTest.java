package ai.bearllm.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.lab.Allocation;
import ai.bearllm.model.BearException;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Whatever a text is: it is a grammar or refused with the one exception, in bounded memory. */
class GrammarFuzzTest {
    /** Runs its saved inputs in every build; looks for new ones where {@code JAZZER_FUZZ=1} is set. */
    @FuzzTest(maxDuration = "2h")
    void readsOrRefuses(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        Grammar[] grammar = new Grammar[1];
        Allocation.bounded(bytes.length, () -> {
            try {
                grammar[0] = Grammar.parse(text);
            } catch (GrammarException e) {
                assertThat(e.fix()).isNotBlank();
                assertThat(e.line()).isPositive();
                assertThat(e.column()).isPositive();
            }
        });
        if (grammar[0] != null) {
            check(grammar[0]);
        }
    }

    /** Runs its saved inputs in every build; looks for new ones where {@code JAZZER_FUZZ=1} is set. */
    @FuzzTest(maxDuration = "2h")
    void turnsSchemasOrRefuses(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        try {
            check(Grammar.ofJsonSchema(text));
        } catch (JsonSchemaException e) {
            assertThat(e.fix()).isNotBlank();
            assertThat(e.path()).startsWith("#");
        }
    }

    private static void check(Grammar grammar) {
        String normalized = grammar.normalized();
        assertThat(Grammar.parse(normalized).normalized()).isEqualTo(normalized);
        try {
            Walk.text(grammar, new Random(1))
                    .ifPresent(written ->
                            assertThat(grammar.accepts(written)).as(written).isTrue());
        } catch (BearException e) {
            assertThat(e.problem()).contains("ways");
        }
    }
}
