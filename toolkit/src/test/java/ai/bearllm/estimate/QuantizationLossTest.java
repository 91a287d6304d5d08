package ai.bearllm.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.estimate.QuantizationLoss.Label;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.lab.Lab;
import java.util.Comparator;
import org.junit.jupiter.api.Test;

class QuantizationLossTest {
    @Test
    void saysWhatWasMeasuredAndOnWhichModel() {
        QuantizationLoss loss = QuantizationLoss.of("q4_k_m").orElseThrow();
        assertThat(loss.perplexityIncrease()).isEqualTo(0.1754);
        assertThat(loss.label()).isEqualTo(Label.SMALL);
        assertThat(loss.toString())
                .isEqualTo("Q4_K_M: small loss (perplexity +0.1754 on Llama-3-8B, not on this model)");
        assertThat(loss.sheet().text()).contains("Llama-3-8B", "llama.cpp", "does not carry over", "unknown");
    }

    @Test
    void hasEveryLabel() {
        assertThat(QuantizationLoss.all()).extracting(QuantizationLoss::label).containsOnly(Label.values());
        assertThat(QuantizationLoss.all())
                .hasSizeGreaterThan(15)
                .isSortedAccordingTo(Comparator.comparingDouble(QuantizationLoss::perplexityIncrease))
                .allMatch(loss -> loss.toString().length() <= 80);
        assertThat(QuantizationLoss.of("Q8_0").orElseThrow().label()).isEqualTo(Label.NEARLY_LOSSLESS);
        assertThat(QuantizationLoss.of("Q3_K_M").orElseThrow().label()).isEqualTo(Label.NOTICEABLE);
        assertThat(QuantizationLoss.of("Q2_K").orElseThrow().label()).isEqualTo(Label.STRONG);
    }

    @Test
    void isEmptyForWhatNobodyMeasured() {
        assertThat(QuantizationLoss.of("IQ3_XXS")).isEmpty();
        assertThat(QuantizationLoss.of("")).isEmpty();
    }

    @Test
    void warnsOfTheFigureForASmallModel() {
        Gguf bearTiny = Gguf.read(Lab.project().resolve("data/bear-tiny/bear-tiny.gguf"));
        QuantizationLoss loss = QuantizationLoss.of(bearTiny).orElseThrow();
        assertThat(loss.quantization()).isEqualTo("Q8_0");
        assertThat(loss.bitsPerWeight().orElseThrow()).isBetween(8.4, 9.0);
        assertThat(loss.sheet().text()).contains("expect a larger loss");
    }
}
