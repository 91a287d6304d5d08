package ai.bearllm.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class StreamedTextTest {
    @Test
    void keepsACharacterWholeThatTwoPiecesShare() {
        StreamedText text = new StreamedText();

        assertThat(text.add("honey \uD83C")).isEqualTo("honey ");
        assertThat(text.add("\uDF6F!")).isEqualTo("\uD83C\uDF6F!");
    }

    @Test
    void disarmsTerminalSequences() {
        StreamedText text = new StreamedText();

        assertThat(text.add("a\u001B[31mb\u0007\r\n\tc")).isEqualTo("a\uFFFD[31mb\uFFFD\n\tc");
    }

    @Test
    void isTheSameHoweverTheTextIsCut() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < 500; round++) {
            StringBuilder whole = new StringBuilder();
            random.ints(20, 0, 0x2FFFF).forEach(whole::appendCodePoint);
            whole.append('.');
            StreamedText atOnce = new StreamedText();
            atOnce.add(whole.toString());
            StreamedText cut = new StreamedText();
            for (int at = 0; at < whole.length(); ) {
                int end = Math.min(whole.length(), at + 1 + random.nextInt(3));
                cut.add(whole.substring(at, end));
                at = end;
            }
            assertThat(cut).as("seed " + seed).hasToString(atOnce.toString());
        }
    }
}
