package ai.bearllm.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufBuilder;
import ai.bearllm.lab.Lab;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlausibilityTest {
    @TempDir
    Path folder;

    private Gguf read(GgufBuilder file) {
        return Gguf.read(file.write(folder.resolve("test.gguf")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void warns(String what, GgufBuilder file, String rule) {
        assertThat(Plausibility.of(read(file)))
                .allSatisfy(finding -> {
                    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                    assertThat(finding.limit()).isNotBlank();
                })
                .extracting(Finding::rule)
                .contains(rule);
    }

    static Stream<Arguments> warns() {
        return Stream.of(
                arguments(
                        "seven billion in a few kilobytes",
                        GgufBuilder.model().text("general.name", "Llama 2 7B Chat"),
                        "size"),
                arguments("a label too large", GgufBuilder.model().text("general.size_label", "0.004M"), "size"),
                arguments("a label too small", GgufBuilder.model().text("general.size_label", "0.0005M"), "parameters"),
                arguments(
                        "layers that are not there", GgufBuilder.model().u32("llama.block_count", 2), "layers-present"),
                arguments("another width", GgufBuilder.model().u32("llama.embedding_length", 64), "embedding-width"),
                arguments(
                        "heads that do not fit the matrix",
                        GgufBuilder.model().u32("llama.attention.key_length", 16),
                        "dimensions"),
                arguments(
                        "an inner width that does not fit the matrix",
                        GgufBuilder.model().tensor("blk.0.ffn_down.weight", 0, 32, 32),
                        "dimensions"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Test Model",
                "v0.1",
                "0.0012M",
                "Phi 3 Mini 128K Instruct",
                "Q4_K_M",
                "128k context",
                "A1B",
                "GPT 3.5"
            })
    void isCalmAboutNamesThatFitOrSayNothing(String name) {
        assertThat(Plausibility.of(read(GgufBuilder.model().text("general.name", name))))
                .isEmpty();
    }

    @Test
    void comparesWithWhatACardDeclares() {
        Gguf bearTiny = Gguf.read(Lab.project().resolve("data/bear-tiny/bear-tiny.gguf"));
        assertThat(Plausibility.of(bearTiny)).isEmpty();
        assertThat(Plausibility.of(bearTiny, OptionalLong.of(1_967_872))).isEmpty();
        assertThat(Plausibility.of(bearTiny, OptionalLong.of(7_000_000_000L)))
                .singleElement()
                .satisfies(finding -> assertThat(finding.sentence()).contains("2.0 million", "7.00 billion"));
    }

    @Test
    void saysNothingOfFilesThatAreNoWholeModel() {
        assertThat(Plausibility.of(read(GgufBuilder.model().withoutTensors()))).isEmpty();
        assertThat(Plausibility.of(
                        read(GgufBuilder.model().text("general.type", "adapter").text("general.name", "x 7B"))))
                .isEmpty();
    }
}
