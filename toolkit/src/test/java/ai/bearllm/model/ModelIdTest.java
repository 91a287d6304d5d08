package ai.bearllm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelIdTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
                "a/b",
                "mistralai/Mistral-7B-Instruct-v0.2:Q4_K_M",
                "microsoft/phi-2:Q4_K_S@5a454d977c6438bb9fb2df233c8ca70f21c87420",
                "me/mine@abcdef1"
            })
    void isReadAndWrittenAlike(String text) {
        assertThat(ModelId.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "name",
                "/name",
                "a/",
                "../b",
                "a/..",
                "a/b/c",
                "a/.hidden",
                "a/-b",
                "a/b.",
                "a/b:",
                "a/b@main",
                "CON/b",
                "a/nul",
                "a/nul.gguf",
                "a\\b",
                "C:/b",
                "a/b\n",
                "a/b:Q4 K",
                "a/b\u0000"
            })
    void refusesWhatCouldLeaveItsFolderOrConfuse(String text) {
        assertThatThrownBy(() -> ModelId.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesVeryLongNames() {
        assertThat(ModelId.parse("a/" + "b".repeat(96)).name()).hasSize(96);
        assertThatThrownBy(() -> ModelId.parse("a/" + "b".repeat(97))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ModelId.parse("a/" + "b".repeat(5_000)))
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(500));
    }

    @Test
    void neverAcceptsAPathThatLeavesItsFolder() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = "ab./\\:@-_ \u0000~CONul1";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(12); n >= 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                ModelId id = ModelId.parse(text.toString());
                java.nio.file.Path base = java.nio.file.Path.of("/models");
                assertThat(base.resolve(id.provider())
                                .resolve(id.name())
                                .normalize()
                                .getNameCount())
                        .as("seed " + seed + ": " + text)
                        .isEqualTo(3);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("model");
            }
        }
    }
}
