package ai.bearllm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.engine.LoadOptions;
import ai.bearllm.run.ModelSession;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PromptTextTest {
    @Test
    void hasExactlySoManyTokensForManyLengthsAndSeeds() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        try (ModelSession session = new FakeSessions().open("m-1", "", LoadOptions.DEFAULT)) {
            PromptText prompts = new PromptText(session);
            for (int i = 0; i < 200; i++) {
                int tokens = 1 + random.nextInt(600);
                assertThat(session.tokenize(prompts.exactly(tokens, random)))
                        .as("seed " + seed)
                        .hasSize(tokens);
            }
        }
    }

    @Test
    void theSameSeedWritesTheSameTextAndAnotherOneAnother() {
        try (ModelSession session = new FakeSessions().open("m-1", "", LoadOptions.DEFAULT)) {
            PromptText prompts = new PromptText(session);
            String text = prompts.exactly(100, new SplittableRandom(1));
            assertThat(prompts.exactly(100, new SplittableRandom(1))).isEqualTo(text);
            assertThat(prompts.exactly(100, new SplittableRandom(2))).isNotEqualTo(text);
            assertThat(text).matches("[A-Z][A-Za-z .]+");
        }
    }
}
