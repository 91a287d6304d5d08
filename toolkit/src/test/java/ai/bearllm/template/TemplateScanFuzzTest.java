package ai.bearllm.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Whatever a template is: the scan ends with findings that have a place and words, and never with an exception. */
class TemplateScanFuzzTest {
    /** Runs its saved inputs in every build; looks for new ones where {@code JAZZER_FUZZ=1} is set. */
    @FuzzTest(maxDuration = "2h")
    void scansAnything(byte[] bytes) {
        String template = new String(bytes, StandardCharsets.UTF_8);
        TemplateScan scan = TemplateScan.of(template);
        assertThat(scan.dangers()).hasSizeLessThanOrEqualTo(50);
        long lines = template.chars().filter(c -> c == '\n' || c == '\r').count() + 1;
        for (TemplateDanger danger : scan.dangers()) {
            assertThat(danger.line()).isBetween(1, (int) lines);
            assertThat(danger.found()).isNotBlank().hasSizeLessThan(400);
            assertThat(danger.effect()).isNotBlank();
        }
        assertThat(scan.isUnderstood()).isEqualTo(scan.failure().isEmpty());
    }

    /** Two templates compared give a verdict and a diff of bounded length. */
    @FuzzTest(maxDuration = "2h")
    void comparesAnything(FuzzedDataProvider data) {
        String original = data.consumeString(2_000);
        String file = data.consumeRemainingAsString();
        TemplateComparison comparison = TemplateComparison.of(file, original);
        assertThat(comparison.changes()).hasSizeLessThanOrEqualTo(41);
        assertThat(TemplateComparison.of(original, original).isSame()).isTrue();
        assertThat(comparison.isSame())
                .isEqualTo(TemplateComparison.of(original, file).isSame());
    }
}
