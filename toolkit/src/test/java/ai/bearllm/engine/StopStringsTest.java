package ai.bearllm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class StopStringsTest {
    @Test
    void holdsBackWhatMayStillBecomeAStopString() {
        StopStrings stops = new StopStrings(List.of("\nUser:"));
        assertThat(stops.accept("Hello\nUs")).isEqualTo("Hello");
        assertThat(stops.accept("e")).isEmpty();
        assertThat(stops.accept("ful")).isEqualTo("\nUseful");
        assertThat(stops.reached()).isFalse();
        assertThat(stops.rest()).isEmpty();
    }

    @Test
    void endsBeforeTheStopStringAndSaysNothingAfterIt() {
        StopStrings stops = new StopStrings(List.of("END"));
        assertThat(stops.accept("a")).isEqualTo("a");
        assertThat(stops.accept("bE")).isEqualTo("b");
        assertThat(stops.accept("ND and more")).isEmpty();
        assertThat(stops.reached()).isTrue();
        assertThat(stops.accept("x")).isEmpty();
        assertThat(stops.rest()).isEmpty();
    }

    @Test
    void givesBackWhatWasHeldWhenTheTextEndsUndecided() {
        StopStrings stops = new StopStrings(List.of("END"));
        assertThat(stops.accept("the EN")).isEqualTo("the ");
        assertThat(stops.rest()).isEqualTo("EN");
        assertThat(stops.reached()).isFalse();
    }

    @Test
    void refusesAnEmptyStopString() {
        assertThatThrownBy(() -> new StopStrings(List.of(""))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void cutsAtTheSamePlaceHoweverTheTextIsSplit() {
        long seed = System.nanoTime();
        RandomGenerator random = new SplittableRandom(seed);
        for (int round = 0; round < 20_000; round++) {
            List<String> stops = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                stops.add(word(random, 1 + random.nextInt(4)));
            }
            String text = word(random, random.nextInt(20));
            assertThat(cut(text, stops, random))
                    .as("seed %d, text %s, stops %s", seed, text, stops)
                    .isEqualTo(expected(text, stops));
        }
    }

    private static String cut(String text, List<String> strings, RandomGenerator random) {
        StopStrings stops = new StopStrings(strings);
        StringBuilder out = new StringBuilder();
        for (int from = 0; from < text.length(); ) {
            int to = Math.min(text.length(), from + 1 + random.nextInt(3));
            out.append(stops.accept(text.substring(from, to)));
            from = to;
        }
        return out.append(stops.rest()).toString();
    }

    /** The plain definition: the shortest beginning that ends with a stop string, without the longest such string. */
    private static String expected(String text, List<String> stops) {
        for (int end = 1; end <= text.length(); end++) {
            String beginning = text.substring(0, end);
            int longest = stops.stream()
                    .filter(beginning::endsWith)
                    .mapToInt(String::length)
                    .max()
                    .orElse(0);
            if (longest > 0) {
                return beginning.substring(0, end - longest);
            }
        }
        return text;
    }

    private static String word(RandomGenerator random, int length) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append((char) ('a' + random.nextInt(2)));
        }
        return word.toString();
    }
}
